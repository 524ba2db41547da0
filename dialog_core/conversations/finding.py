# SPDX-License-Identifier: Apache-2.0
"""Find the ticket that a message of a channel belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dialog_core.conversations.deliveries import external_key
from dialog_core.conversations.kinds import FROM_CUSTOMER
from dialog_core.conversations.models import Chat, Delivery, Entry
from dialog_core.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """An open ticket of an author in a chat, and when the author last wrote in it."""

    id: int
    number: str
    last_written: datetime | None


def ticket_of_message(session: Session, chat: Chat, message_id: str) -> int | None:
    """Return the ticket of a message that came from or went to a chat."""
    key = external_key(chat.external_id, message_id)
    found = session.scalar(
        select(Entry.ticket_id)
        .where(Entry.channel == chat.channel, Entry.chat_id == chat.id, Entry.external_id == key)
        .limit(1)
    )
    if found is None:
        found = session.scalar(
            select(Delivery.ticket_id).where(Delivery.chat_id == chat.id, Delivery.external_id == key).limit(1)
        )
    return found


def open_tickets_of(session: Session, chat: Chat, contact_id: int | None) -> list[OpenTicket]:
    """Return the open tickets that a contact made in a chat, the one written in last first."""
    if contact_id is None:
        return []
    said = (
        select(func.max(Entry.created_at))
        .where(
            Entry.ticket_id == Ticket.id,
            Entry.author_kind == "contact",
            Entry.author_id == contact_id,
            Entry.kind.in_([kind.value for kind in FROM_CUSTOMER]),
        )
        .scalar_subquery()
    )
    rows = session.execute(
        select(Ticket.id, Ticket.number, said.label("said"))
        .where(Ticket.chat_id == chat.id, Ticket.is_open, Ticket.contact_id == contact_id)
        .order_by(Ticket.id.desc())
        .limit(20)
    ).all()
    found = [OpenTicket(row.id, row.number or "", row.said) for row in rows]
    return sorted(
        found, key=lambda ticket: (ticket.last_written is not None, ticket.last_written, ticket.id), reverse=True
    )


def continued_ticket(tickets: list[OpenTicket], at: datetime, window: int) -> int | None:
    """Return the ticket that a text continues: its author wrote in it within `window` seconds before."""
    for ticket in tickets:
        if ticket.last_written is not None and abs(at - ticket.last_written) <= timedelta(seconds=window):
            return ticket.id
    return None
