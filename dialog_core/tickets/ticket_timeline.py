# SPDX-License-Identifier: Apache-2.0
"""The timeline of a ticket: its journal in order, each entry where it was written; four statements a page.

Every entry has its event in the journal, so one order serves for both and a reader who knows a position can ask for
what came after it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select

from dialog_core.conversations.models import Attachment, Chat, Delivery, Entry
from dialog_core.database import db
from dialog_core.errors import WrongValue
from dialog_core.events.models import Event
from dialog_core.staff import Actor
from dialog_core.staff.permissions import TICKET_READ
from dialog_core.tickets.views import AttachmentView, DeliveryView, EntryView, Timeline, TimelineItem

LIMIT_MAX = 500

_EVENT: tuple[Any, ...] = (
    Event.position, Event.kind, Event.at, Event.actor_kind, Event.actor_id, Event.actor_name, Event.channel, Event.data,
)  # fmt: skip
_ENTRY: tuple[Any, ...] = (
    Entry.id, Entry.kind, Entry.text, Entry.author_kind, Entry.author_id, Entry.author_name, Entry.channel,
    Entry.delivered_by, Entry.created_at, Entry.edited_at, Entry.earlier_texts,
)  # fmt: skip
_FILE: tuple[Any, ...] = (
    Attachment.entry_id, Attachment.id, Attachment.name, Attachment.media_type, Attachment.size, Attachment.state,
    Attachment.problem,
)  # fmt: skip
_WAY: tuple[Any, ...] = (
    Delivery.entry_id, Delivery.id, Chat.channel, Chat.title, Delivery.state, Delivery.attempts, Delivery.problem,
    Delivery.created_at, Delivery.settled_at,
)  # fmt: skip


def timeline(
    actor: Actor, ticket_id: int, *, after: int | None = None, before: int | None = None, limit: int = 100
) -> Timeline:
    """Return part of a ticket's timeline, the earliest item first.

    Args:
        after: position; the `limit` items that follow it.
        before: position; the `limit` items that precede it. Neither: the latest `limit` items.

    Raises:
        NotPermitted: the actor may not read tickets.
        WrongValue: the limit is not within 1 to 500.
    """
    actor.require(TICKET_READ)
    _check(limit)
    statement = select(*_EVENT).where(Event.ticket_id == ticket_id)
    if after is not None:
        found = db.session.execute(
            statement.where(Event.position > after).order_by(Event.position).limit(limit + 1)
        ).all()
        return Timeline(_items(found[:limit]), has_earlier=after > 0, has_later=len(found) > limit)
    if before is not None:
        statement = statement.where(Event.position < before)
    found = db.session.execute(statement.order_by(Event.position.desc()).limit(limit + 1)).all()
    return Timeline(_items(found[:limit][::-1]), has_earlier=len(found) > limit, has_later=before is not None)


def entries(actor: Actor, ticket_id: int, *, after: int = 0, limit: int = 50) -> tuple[EntryView, ...]:
    """Return the entries of a ticket with greater ids than `after`, the earliest first; errors as of `timeline`."""
    actor.require(TICKET_READ)
    _check(limit)
    return tuple(_entries(select(*_ENTRY).where(Entry.ticket_id == ticket_id, Entry.id > after).limit(limit)).values())


def entry_by_id(actor: Actor, ticket_id: int, entry_id: int) -> EntryView | None:
    """Return one entry of a ticket, None when it has no such entry."""
    actor.require(TICKET_READ)
    return _entries(select(*_ENTRY).where(Entry.ticket_id == ticket_id, Entry.id == entry_id)).get(entry_id)


def _check(limit: int) -> None:
    if not 1 <= limit <= LIMIT_MAX:
        raise WrongValue("limit", "Choose from 1 to %(most)s rows.", most=LIMIT_MAX)


def _items(rows: Sequence[Any]) -> tuple[TimelineItem, ...]:
    told = {row.data.get("entry") for row in rows if row.kind == "entry_added"}
    ids = [entry_id for entry_id in told if isinstance(entry_id, int)]
    written = _entries(select(*_ENTRY).where(Entry.id.in_(ids))) if ids else {}
    return tuple(_item(row, written.get(row.data.get("entry")) if row.kind == "entry_added" else None) for row in rows)


def _item(row: Any, entry: EntryView | None) -> TimelineItem:
    columns: list[Any] = [*row, entry]
    return TimelineItem(*columns)


def _entries(statement: Select[Any]) -> dict[int, EntryView]:
    rows = db.session.execute(statement.order_by(Entry.id)).all()
    ids = [row.id for row in rows]
    if not ids:
        return {}
    files: dict[int, list[AttachmentView]] = defaultdict(list)
    for entry_id, *values in db.session.execute(
        select(*_FILE).where(Attachment.entry_id.in_(ids)).order_by(Attachment.id)
    ):
        files[entry_id].append(AttachmentView(*values))
    ways: dict[int, list[DeliveryView]] = defaultdict(list)
    for entry_id, *values in db.session.execute(
        select(*_WAY).join(Chat, Chat.id == Delivery.chat_id).where(Delivery.entry_id.in_(ids)).order_by(Delivery.id)
    ):
        ways[entry_id].append(DeliveryView(*values))
    found: dict[int, EntryView] = {}
    for *own, earlier in rows:
        columns: list[Any] = [*own, tuple(earlier or ()), tuple(files[own[0]]), tuple(ways[own[0]])]
        found[own[0]] = EntryView(*columns)
    return found
