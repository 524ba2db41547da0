# SPDX-License-Identifier: Apache-2.0
"""Route a text: reply, continuation, new request, or a question to the writer."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialog_core.clock import now
from dialog_core.conversations.chats import ensure_chat, set_reachable
from dialog_core.conversations.deliveries import Message, external_key, queue
from dialog_core.conversations.entries import Said, write_entry
from dialog_core.conversations.finding import continued_ticket, open_tickets_of, ticket_of_message
from dialog_core.conversations.kinds import EntryKind
from dialog_core.conversations.models import Chat, Entry, InboxItem, Prompt
from dialog_core.conversations.people import Author, known_person
from dialog_core.conversations.routed import Routed
from dialog_core.conversations.text import MAX_ENTRY, clean
from dialog_core.conversations.words import language_of, route_buttons
from dialog_core.hookspecs.channels import ChatKind, Intent, TextReceived
from dialog_core.installation import intake_window
from dialog_core.language import say
from dialog_core.staff.actor import Actor, ActorKind, system_actor
from dialog_core.tickets import Act, Request, State, hold, open_ticket, subject_of, transition

REASON_WAITS = timedelta(days=1)
"""How long a text is taken as the reasons that its writer was asked for; later it is a request like any other."""


def author_of(session: Session, channel: str, event: TextReceived, chat: Chat) -> Author:
    """Return the author, known from now on; somebody who writes for the group itself stays nameless."""
    if event.person is None:
        name = say(language_of(session, chat), "Unnamed member of “%(chat)s”", chat=chat.title)
        return Author(Actor(kind=ActorKind.CONTACT, name=name, channel=channel), None)
    return known_person(session, chat, event.person)


def route_text(session: Session, item: InboxItem, channel: str, event: TextReceived) -> Routed:
    """Route one text of a person."""
    chat = ensure_chat(session, channel, event.chat)
    set_reachable(session, system_actor(channel), chat)
    key = external_key(chat.external_id, event.external_id)
    if _is_known(session, chat, key):
        return Routed("ignored", "this message was taken already", chat.id)
    if chat.kind == ChatKind.GROUP.value and chat.organisation_id is None:
        _say_unbound(session, chat, event)
        return Routed("held", chat_id=chat.id)
    if event.intent in {Intent.START, Intent.HELP} and not clean(event.text):
        _say_help(session, chat, event, item)
        return Routed("done", chat_id=chat.id)
    author = author_of(session, channel, event, chat)
    said = Said(_bounded(event.text), event.files, chat_id=chat.id, external_id=key, at=event.at)
    ticket_id = _chosen(session, item, chat, author, said=said, thread=event.chat.thread)
    if ticket_id is None and event.intent is not Intent.NEW_TICKET:
        ticket_id = _answered_prompt(session, chat, author, said, reply_to=event.reply_to)
    if ticket_id is None and event.reply_to is not None:
        ticket_id = _reply(session, chat, author, said, event)
    if ticket_id is None and event.intent is Intent.NEW_TICKET and not said.text and not said.files:
        _say_help(session, chat, event, item)
        return Routed("done", chat_id=chat.id)
    if ticket_id is None:
        tickets = open_tickets_of(session, chat, author.actor.id)
        continued = continued_ticket(tickets, event.at, intake_window())
        if event.intent is Intent.NEW_TICKET or not tickets:
            ticket_id = open_from(session, chat, author, said, thread=event.chat.thread)
        elif continued is not None:
            ticket_id = add_to(session, author.actor, continued, said)
        else:
            _ask_where(session, item, chat, author, event, tickets=[(found.id, found.number) for found in tickets[:3]])
            return Routed("asked", chat_id=chat.id)
    return Routed("done", chat_id=chat.id, ticket_id=ticket_id)


def open_from(
    session: Session, chat: Chat, author: Author, said: Said, *, thread: str | None, follow_up_of: int | None = None
) -> int:
    """Open a ticket for what was said in a chat."""
    subject = subject_of(said.text) or (
        said.files[0].name if said.files else say(language_of(session, chat), "Request")
    )
    request = Request(
        subject=clean(subject)[:120] or say(language_of(session, chat), "Request"),
        said=said,
        contact_id=author.actor.id,
        organisation_id=chat.organisation_id,
        chat_id=chat.id,
        thread=thread,
        follow_up_of=follow_up_of,
    )
    return open_ticket(author.actor, request)


def add_to(session: Session, actor: Actor, ticket_id: int, said: Said) -> int:
    """Add what a customer said to an open ticket; an answer to a question takes the work up again."""
    ticket = hold(session, ticket_id)
    has_content = bool(said.text or said.files)
    if ticket.state == State.WAITING_CUSTOMER.value and has_content:
        transition(actor, ticket_id, "receive_information", Act(said=said))
    else:
        write_entry(session, actor, ticket, EntryKind.MESSAGE, said)
    return ticket_id


def _reply(session: Session, chat: Chat, author: Author, said: Said, event: TextReceived) -> int | None:
    found = ticket_of_message(session, chat, event.reply_to or "")
    if found is None:
        return None
    if hold(session, found).is_open:
        return add_to(session, author.actor, found, said)
    return open_from(session, chat, author, said, thread=event.chat.thread, follow_up_of=found)


def _chosen(
    session: Session, item: InboxItem, chat: Chat, author: Author, *, said: Said, thread: str | None
) -> int | None:
    """Put a message where its writer said that it belongs, when they were asked."""
    data = session.scalar(
        select(Prompt.data).where(
            Prompt.inbox_item_id == item.id, Prompt.kind == "route", Prompt.settled_at.is_not(None)
        )
    )
    if data is None:
        return None
    if data["choice"] == "add" and hold(session, int(str(data["ticket"]))).is_open:
        return add_to(session, author.actor, int(str(data["ticket"])), said)
    return open_from(session, chat, author, said, thread=thread)


def _answered_prompt(session: Session, chat: Chat, author: Author, said: Said, *, reply_to: str | None) -> int | None:
    """Take the text as the reasons that its writer was asked for, if so; a reply about another ticket is none."""
    if author.identity_id is None or not said.text:
        return None
    prompt = session.scalar(
        select(Prompt)
        .where(
            Prompt.chat_id == chat.id,
            Prompt.identity_id == author.identity_id,
            Prompt.kind == "reason",
            Prompt.settled_at.is_(None),
            Prompt.created_at >= now() - REASON_WAITS,
        )
        .order_by(Prompt.id.desc())
        .limit(1)
    )
    if prompt is None or prompt.ticket_id is None:
        return None
    if reply_to is not None and ticket_of_message(session, chat, reply_to) not in {None, prompt.ticket_id}:
        return None
    prompt.settled_at = now()
    ticket = hold(session, prompt.ticket_id)
    if ticket.state not in {State.ANSWERED.value, State.COMPLETED.value}:
        return add_to(session, author.actor, ticket.id, said) if ticket.is_open else None
    transition(author.actor, ticket.id, "dispute", Act(reason=said.text, said=said))
    return ticket.id


def _ask_where(
    session: Session,
    item: InboxItem,
    chat: Chat,
    author: Author,
    event: TextReceived,
    *,
    tickets: list[tuple[int, str]],
) -> None:
    assert author.identity_id is not None, "only an identified author has open tickets"
    prompt = Prompt(
        chat_id=chat.id, identity_id=author.identity_id, kind="route", inbox_item_id=item.id,
        data={"message": event.external_id}, created_at=now(),
    )  # fmt: skip
    session.add(prompt)
    session.flush()
    language = language_of(session, chat)
    message = Message(
        text=say(language, "Is this a new request, or does it belong to an open ticket?"),
        thread=event.chat.thread,
        reply_to=event.external_id,
        buttons=route_buttons(language, prompt.id, tickets),
    )
    queue(session, chat.id, message, purpose="notice", once_key=f"where:{prompt.id}")


def _say_unbound(session: Session, chat: Chat, event: TextReceived) -> None:
    text = say(
        language_of(session, chat),
        "Your message is kept. This group is not connected to an organisation yet; our staff will connect it and then "
        "answer you.",
    )
    queue(
        session, chat.id, Message(text=text, thread=event.chat.thread), purpose="notice", once_key=f"unbound:{chat.id}"
    )


def _say_help(session: Session, chat: Chat, event: TextReceived, item: InboxItem) -> None:
    text = say(
        language_of(session, chat),
        "Describe your question or problem in one message: it becomes a ticket with a number. Reply to our message to "
        "add something to its ticket; /new and a text begin another one.",
    )
    queue(session, chat.id, Message(text=text, thread=event.chat.thread), purpose="notice", once_key=f"help:{item.id}")


def _is_known(session: Session, chat: Chat, key: str) -> bool:
    statement = select(Entry.id).where(
        Entry.channel == chat.channel, Entry.chat_id == chat.id, Entry.external_id == key
    )
    return session.scalar(statement.limit(1)) is not None


def _bounded(text: str) -> str:
    cleaned = clean(text)
    return cleaned if len(cleaned) <= MAX_ENTRY else cleaned[: MAX_ENTRY - 1] + "…"
