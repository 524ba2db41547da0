# SPDX-License-Identifier: Apache-2.0
"""Write further fields of a ticket whose row the open transaction holds: values, files as internal notes, one event."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialog_core.conversations import EntryKind, NewFile, Said, write_entry
from dialog_core.conversations.models import Attachment
from dialog_core.events import record
from dialog_core.fields import Change, File, catalogue, write_change
from dialog_core.staff.actor import Actor
from dialog_core.tickets.models import Ticket


def set_fields(
    session: Session,
    actor: Actor,
    ticket: Ticket,
    change: Change,
    *,
    told: dict[str, Any] | None = None,
    is_new: bool = False,
) -> None:
    """Write a prepared change and record `ticket_updated`.

    Args:
        told: `before` and `after` of what the same act changed beside the further fields.
    """

    def keep(file: NewFile) -> File:
        entry_id = write_entry(session, actor, ticket, EntryKind.NOTE, Said(text="", files=(file,)))
        session.flush()
        kept = session.execute(select(Attachment.id, Attachment.name).where(Attachment.entry_id == entry_id)).one()
        return File(kept.id, kept.name)

    written = write_change(session, catalogue(), change, ticket_id=ticket.id, is_new=is_new, keep=keep)
    for side, values in (told or {}).items():
        written[side] = {**values, **written[side]}
    record(session, actor, "ticket_updated", ticket=ticket, **written)
