# SPDX-License-Identifier: Apache-2.0
"""Send an entry of a ticket to its customer through the ticket's chat."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialog_core.conversations.deliveries import Message, last_customer_message, queue
from dialog_core.conversations.kinds import EntryKind
from dialog_core.conversations.models import Attachment, Chat, Entry
from dialog_core.conversations.words import answer_buttons, entry_heading, language_of
from dialog_core.errors import NotAllowedNow
from dialog_core.tickets.models import Ticket


def route_to_customer(session: Session, ticket: Ticket) -> Chat | None:
    """Return the chat through which the customer of a ticket can be reached now, or None."""
    if ticket.chat_id is None:
        return None
    chat = session.get(Chat, ticket.chat_id)
    return chat if chat is not None and chat.is_reachable else None


def tell_customer(session: Session, ticket: Ticket, entry_id: int) -> tuple[int, ...]:
    """Write the delivery of a public entry and return its id; nothing when there is no chat.

    Raises:
        NotAllowedNow: the entry is internal.
    """
    chat = route_to_customer(session, ticket)
    if chat is None:
        return ()
    entry = session.get_one(Entry, entry_id)
    if entry.kind == EntryKind.NOTE.value:
        raise NotAllowedNow("An internal note is never sent to a customer.")
    language = language_of(session, chat)
    heading = entry_heading(language, entry.kind, ticket.number or "")
    files = tuple(
        session.scalars(select(Attachment.id).where(Attachment.entry_id == entry.id, Attachment.state == "stored"))
    )
    message = Message(
        text=f"{heading}\n\n{entry.text}".strip(),
        thread=ticket.thread,
        reply_to=last_customer_message(session, ticket.id, chat),
        buttons=answer_buttons(language, ticket.id, ticket.resolution + 1)
        if entry.kind == EntryKind.ANSWER.value
        else (),
        attachment_ids=files,
    )
    entry.chat_id = chat.id
    delivery_id = queue(session, chat.id, message, purpose="entry", entry_id=entry.id, ticket_id=ticket.id)
    return () if delivery_id is None else (delivery_id,)
