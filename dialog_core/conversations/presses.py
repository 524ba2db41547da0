# SPDX-License-Identifier: Apache-2.0
"""What a pressed button means. Presses are repeated, late and made by anybody in a group: every one gets an answer."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialog_core.clock import now
from dialog_core.conversations.chats import ensure_chat
from dialog_core.conversations.deliveries import Message, queue
from dialog_core.conversations.models import Chat, InboxItem, Prompt
from dialog_core.conversations.people import Author, known_person
from dialog_core.conversations.routed import Routed
from dialog_core.conversations.words import language_of
from dialog_core.errors import NotAllowedNow
from dialog_core.hookspecs.channels import ButtonPressed
from dialog_core.language import mark, say
from dialog_core.tickets import Act, State, customer_rights, hold, transition
from dialog_core.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class _Press:
    session: Session
    chat: Chat
    author: Author
    event: ButtonPressed
    language: str

    def word(self, message: str, /, **values: object) -> str:
        return say(self.language, message, **values)

    def answer(self, text: str, *, alert: bool = False) -> None:
        queue(
            self.session, self.chat.id, Message(text=text, press=self.event.press, alert=alert),
            purpose="press", once_key=f"press:{self.chat.channel}:{self.event.press}"[:120],
        )  # fmt: skip

    def clear(self) -> None:
        if self.event.message is not None:
            queue(
                self.session, self.chat.id, Message(clear=self.event.message),
                purpose="clear", once_key=f"clear:{self.chat.id}:{self.chat.external_id}:{self.event.message}"[:120],
            )  # fmt: skip


def press(session: Session, channel: str, event: ButtonPressed) -> Routed:
    """Do what a button stands for, or tell its presser why not."""
    chat = ensure_chat(session, channel, event.chat)
    author = known_person(session, chat, event.person)
    pressed = _Press(session, chat, author, event, language_of(session, chat))
    verb, first, second = _parse(event.button)
    if verb in {"new", "add"}:
        return _choose_route(pressed, verb, first, second)
    ticket = session.get(Ticket, first) if verb else None
    if ticket is None or ticket.chat_id != chat.id:
        pressed.answer(pressed.word("This button is no longer in use."))
        return Routed("ignored", "unknown button", chat.id)
    ticket = hold(session, ticket.id)
    if second != ticket.resolution or not ticket.is_open:
        pressed.answer(_standing(pressed, ticket))
        pressed.clear()
        return Routed("done", "the button is out of date", chat.id, ticket.id)
    _act(pressed, ticket, verb)
    return Routed("done", chat_id=chat.id, ticket_id=ticket.id)


def _act(pressed: _Press, ticket: Ticket, verb: str) -> None:
    rights = customer_rights(pressed.session, ticket, pressed.author.actor.id)
    needs_representative = verb in {"okc", "close"}
    if needs_representative and not rights.may_represent:
        pressed.answer(pressed.word("Only your organisation's representative can close a ticket."), alert=True)
        return
    if not rights.may_confirm:
        pressed.answer(pressed.word("Only the person who asked or a responsible person can decide this."), alert=True)
        return
    if verb == "no":
        _ask_reason(pressed, ticket)
        return
    if (
        verb in {"ok", "okc"}
        and ticket.state != State.ANSWERED.value
        and not (verb == "okc" and ticket.state == State.COMPLETED.value)
    ):
        pressed.answer(_standing(pressed, ticket))
        return
    try:
        if verb == "close" or ticket.state == State.COMPLETED.value:
            transition(pressed.author.actor, ticket.id, "close")
        else:
            transition(pressed.author.actor, ticket.id, "confirm", Act(also_close=verb == "okc"))
    except NotAllowedNow:
        pressed.answer(_standing(pressed, ticket))
        return
    pressed.answer(pressed.word("Thank you!"))
    pressed.clear()


def _ask_reason(pressed: _Press, ticket: Ticket) -> None:
    if ticket.state not in {State.ANSWERED.value, State.COMPLETED.value}:
        pressed.answer(_standing(pressed, ticket))
        return
    session = pressed.session
    open_prompt = session.scalar(
        select(Prompt.id).where(
            Prompt.chat_id == pressed.chat.id,
            Prompt.identity_id == pressed.author.identity_id,
            Prompt.kind == "reason",
            Prompt.ticket_id == ticket.id,
            Prompt.settled_at.is_(None),
        )
    )
    pressed.answer(pressed.word("Please write what is still wrong."))
    if open_prompt is not None:
        return
    prompt = Prompt(
        chat_id=pressed.chat.id, identity_id=pressed.author.identity_id, kind="reason", ticket_id=ticket.id,
        data={}, created_at=now(),
    )  # fmt: skip
    session.add(prompt)
    session.flush()
    text = pressed.word(
        "%(name)s, please write in one message why ticket %(number)s is not solved: "
        "it goes back to work with your reasons.",
        name=pressed.author.actor.name, number=ticket.number,
    )  # fmt: skip
    message = Message(text=text, thread=ticket.thread, reply_to=pressed.event.message)
    queue(session, pressed.chat.id, message, purpose="notice", ticket_id=ticket.id, once_key=f"reason:{prompt.id}")


def _choose_route(pressed: _Press, verb: str, prompt_id: int, ticket_id: int) -> Routed:
    session, chat = pressed.session, pressed.chat
    prompt = session.get(Prompt, prompt_id, with_for_update=True, populate_existing=True)
    if prompt is None or prompt.chat_id != chat.id or prompt.kind != "route":
        pressed.answer(pressed.word("This button is no longer in use."))
        return Routed("ignored", "unknown button", chat.id)
    if prompt.identity_id != pressed.author.identity_id:
        pressed.answer(pressed.word("Only the writer of the message can choose."), alert=True)
        return Routed("done", chat_id=chat.id)
    if prompt.settled_at is not None:
        pressed.answer(pressed.word("Done already."))
        pressed.clear()
        return Routed("done", chat_id=chat.id)
    item = session.get_one(InboxItem, prompt.inbox_item_id)
    ticket = session.get(Ticket, ticket_id) if verb == "add" else None
    if verb == "add" and (ticket is None or ticket.chat_id != chat.id or not ticket.is_open):
        pressed.answer(pressed.word("That ticket is closed; choose a new request."), alert=True)
        return Routed("done", chat_id=chat.id)
    prompt.settled_at = now()
    prompt.data = {**prompt.data, "choice": verb, "ticket": ticket_id}
    # The chosen item is routed again by the same code, with the choice in hand.
    item.state, item.due_at = "pending", None
    pressed.answer(pressed.word("Done."))
    pressed.clear()
    return Routed("done", chat_id=chat.id)


def _standing(pressed: _Press, ticket: Ticket) -> str:
    words = {
        State.COMPLETED.value: mark("Ticket %(number)s is confirmed already."),
        State.CLOSED.value: mark("Ticket %(number)s is closed already."),
        State.ANSWERED.value: mark("Ticket %(number)s has a newer answer; use its buttons."),
    }
    return pressed.word(words.get(ticket.state, mark("Ticket %(number)s is in work again.")), number=ticket.number)


def _parse(button: str) -> tuple[str, int, int]:
    parts = button.split(".")
    is_ours = len(parts) == 3 and parts[0] in {"ok", "okc", "no", "close", "new", "add"}
    if not is_ours or not all(part.isascii() and part.isdigit() and len(part) <= 10 for part in parts[1:]):
        return "", 0, 0
    return parts[0], int(parts[1]), int(parts[2])
