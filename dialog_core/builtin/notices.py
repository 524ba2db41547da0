# SPDX-License-Identifier: Apache-2.0
"""Tell customers in their chat what happened to their request: its number, its completion, its end."""

from __future__ import annotations

from sqlalchemy import select

from dialog_core.conversations import (
    ButtonRow,
    Message,
    clean,
    close_buttons,
    language_of,
    last_customer_message,
    queue,
)
from dialog_core.conversations.models import Chat
from dialog_core.database import read_committed, write
from dialog_core.hookspecs import hookimpl
from dialog_core.hookspecs.lifecycle import TicketEvent
from dialog_core.hookspecs.notices import CustomerNotice
from dialog_core.language import mark, say
from dialog_core.runtime import runtime
from dialog_core.tickets import State
from dialog_core.tickets.models import Ticket

_TEXTS = {
    "dispute": mark("Ticket %(number)s is in work again. Thank you for the explanation."),
    "confirm": mark("Ticket %(number)s is completed. Your organisation's representative can close it now."),
    "close": mark("Ticket %(number)s is closed. Thank you!"),
    "withdraw": mark("Ticket %(number)s is withdrawn and closed."),
    "silence": mark("Ticket %(number)s is closed: the term for an objection is over."),
}

LONGEST = 2000
"""Characters of a notice that modules have completed."""


@hookimpl
def ticket_event(event: TicketEvent) -> None:
    """Write a notice for events that a customer should learn of; the event's id makes it happen once."""
    if event.ticket_id is None:
        return
    if event.kind == "ticket_opened":
        _notice(event, mark("Your request is registered. Its number: %(number)s"))
    elif event.kind == "ticket_transitioned" and str(event.data.get("transition")) in _TEXTS:
        _notice(event, _TEXTS[str(event.data["transition"])])
    elif event.kind == "ticket_transitioned" and event.data.get("transition") == "merge":
        _notice(event, mark("Ticket %(number)s goes on as ticket %(target)s."), target=event.data.get("target"))


def _notice(event: TicketEvent, text: str, **values: object) -> None:
    with read_committed() as session:  # most tickets have no chat: nothing is to be written, so nobody has to wait
        ticket = session.execute(
            select(Ticket.number, Ticket.chat_id, Ticket.kind, Ticket.opened_at).where(Ticket.id == event.ticket_id)
        ).first()
        chat = None if ticket is None or ticket.chat_id is None else session.get(Chat, ticket.chat_id)
        if ticket is None or chat is None:
            return
        language = language_of(session, chat)
    assert event.ticket_id is not None, "a row was found for it"
    about = CustomerNotice(
        occasion="opened" if event.kind == "ticket_opened" else str(event.data.get("transition")),
        ticket_id=event.ticket_id,
        ticket_number=ticket.number,
        kind=ticket.kind,
        opened_at=ticket.opened_at,
        language=language,
    )
    said = say(language, text, number=ticket.number, **values)
    completed = clean(runtime().hooks.transform("customer_notice", said, notice=about)[:LONGEST])
    _queue(event, language, completed or said)


def _queue(event: TicketEvent, language: str, text: str) -> None:
    with write() as session:
        ticket = session.execute(
            select(Ticket.id, Ticket.chat_id, Ticket.thread, Ticket.state, Ticket.resolution).where(
                Ticket.id == event.ticket_id
            )
        ).first()
        if ticket is None or ticket.chat_id is None:
            return
        chat = session.get(Chat, ticket.chat_id)
        if chat is None or not chat.is_reachable:
            return
        buttons: tuple[ButtonRow, ...] = ()
        if event.data.get("transition") == "confirm":
            if ticket.state != State.COMPLETED.value:
                return  # confirmed and closed in one act: the closing tells it all
            buttons = close_buttons(language, ticket.id, ticket.resolution)
        message = Message(
            text=text,
            thread=ticket.thread,
            reply_to=last_customer_message(session, ticket.id, chat) if event.kind == "ticket_opened" else None,
            buttons=buttons,
        )
        queue(session, chat.id, message, purpose="notice", ticket_id=ticket.id, once_key=f"event:{event.id}")
