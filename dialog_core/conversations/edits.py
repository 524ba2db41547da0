# SPDX-License-Identifier: Apache-2.0
"""Take over a change of a message; the earlier text is kept."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialog_core.conversations.chats import ensure_chat
from dialog_core.conversations.deliveries import external_key
from dialog_core.conversations.models import Entry, InboxItem
from dialog_core.conversations.routed import Routed
from dialog_core.conversations.text import MAX_ENTRY, clean
from dialog_core.events import record
from dialog_core.hookspecs.channels import TextEdited
from dialog_core.staff.actor import Actor, ActorKind
from dialog_core.tickets import hold, index_entry


def edit_entry(session: Session, channel: str, event: TextEdited) -> Routed:
    """Change the text of the entry that a message became; wait while the message itself still waits."""
    chat = ensure_chat(session, channel, event.chat)
    key = external_key(chat.external_id, event.external_id)
    entry = session.scalar(
        select(Entry).where(Entry.channel == channel, Entry.chat_id == chat.id, Entry.external_id == key).limit(1)
    )
    if entry is None:
        waits = session.scalar(
            select(InboxItem.id).where(InboxItem.chat_id == chat.id, InboxItem.state.in_(["held", "asked"])).limit(1)
        )
        return Routed("held", chat_id=chat.id) if waits else Routed("ignored", "the message is in no ticket", chat.id)
    text = clean(event.text)[:MAX_ENTRY]
    if text == entry.text:
        return Routed("ignored", "the text is the same", chat.id, entry.ticket_id)
    ticket = hold(session, entry.ticket_id)
    before = entry.text
    at = (entry.edited_at or entry.created_at).isoformat()
    entry.earlier_texts = [*entry.earlier_texts, {"text": before, "at": at}]
    entry.text, entry.edited_at = text, event.at
    name = clean(event.person.name)[:300] if event.person else entry.author_name
    index_entry(session, entry_id=entry.id, ticket_id=ticket.id, text=text, extra=ticket.subject)
    actor = Actor(kind=ActorKind.CONTACT, id=entry.author_id, name=name, channel=channel)
    record(session, actor, "entry_edited", ticket=ticket, entry=entry.id, before=before, after=text)
    session.flush()
    return Routed("done", chat_id=chat.id, ticket_id=ticket.id)
