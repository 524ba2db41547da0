# SPDX-License-Identifier: Apache-2.0
"""Write an entry of a ticket: text, files, search index and event, in the open transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from dialog_core.clock import now
from dialog_core.conversations.files import NewFile, attach
from dialog_core.conversations.kinds import EntryKind
from dialog_core.conversations.models import Entry
from dialog_core.conversations.text import MAX_ENTRY, clean
from dialog_core.database import Base
from dialog_core.errors import TooLarge
from dialog_core.events import record
from dialog_core.hookspecs.channels import FileRef
from dialog_core.staff.actor import Actor, ActorKind
from dialog_core.tickets import index_entry
from dialog_core.tickets.models import Ticket

_INSERT = insert(Base.metadata.tables[Entry.__tablename__])


@dataclass(frozen=True, slots=True)
class Said:
    """What was said, and where it came from.

    Attributes:
        author: a customer whose words staff register, else None: the actor is the author.
        external_id: key of the message in its chat (`deliveries.external_key`).
        at: when it was said, aware UTC; None means now.
    """

    text: str
    files: tuple[NewFile | FileRef, ...] = ()
    author: tuple[int | None, str] | None = None
    chat_id: int | None = None
    external_id: str | None = None
    delivered_by: str | None = None
    at: datetime | None = None


def write_entry(session: Session, actor: Actor, ticket: Ticket, kind: EntryKind, said: Said) -> int:
    """Add an entry to a ticket whose row this transaction holds, and return its id.

    Raises:
        TooLarge: the text has more than 200 000 characters.
    """
    text = clean(said.text)
    if len(text) > MAX_ENTRY:
        raise TooLarge("The text is longer than %(limit)s characters.", limit=MAX_ENTRY)
    author_kind, author_id, author_name = actor.kind.value, actor.id, actor.name
    if said.author is not None:
        author_kind, (author_id, author_name) = ActorKind.CONTACT.value, said.author
    # Straight to the table: the unit of work would write the ticket's row for each entry, not once at the end.
    values: dict[str, Any] = {
        "ticket_id": ticket.id,
        "kind": kind.value,
        "text": text,
        "author_kind": author_kind,
        "author_id": author_id,
        "author_name": author_name,
        "channel": actor.channel,
        "chat_id": said.chat_id,
        "external_id": said.external_id,
        "delivered_by": said.delivered_by,
        "created_at": min(said.at or now(), now()),
        "earlier_texts": [],
    }
    key = session.connection().execute(_INSERT, values).inserted_primary_key
    assert key is not None, "one row was inserted"
    entry_id: int = key[0]
    attach(session, entry_id, actor.channel, said.files)
    ticket.activity_at = now()
    extra = _extra(ticket, kind, said.files)
    index_entry(session, entry_id=entry_id, ticket_id=ticket.id, text=text, extra=extra)
    record(session, actor, "entry_added", ticket=ticket, entry=entry_id, entry_kind=kind.value)
    return entry_id


def _extra(ticket: Ticket, kind: EntryKind, files: Sequence[NewFile | FileRef]) -> str:
    """Return what the first entry is found by besides its text, and the names of files."""
    names = [file.name for file in files]
    if kind is EntryKind.REQUEST:
        names.append(ticket.subject)
    return " ".join(names)
