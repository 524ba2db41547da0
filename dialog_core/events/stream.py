# SPDX-License-Identifier: Apache-2.0
"""Read the stream of events in an order in which none can be passed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Integer, Select, String, Text, cast, column, func, select, table, tuple_
from sqlalchemy.orm import Session

from dialog_core.events.models import Event
from dialog_core.hookspecs.lifecycle import TicketEvent

# The stream knows a ticket's number without knowing the tickets' room, which records events itself.
_ticket = table("ticket", column("id", Integer), column("number", String))


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """A place in the stream; written as `<transaction>.<id>`."""

    transaction: int = 0
    event_id: int = 0

    @classmethod
    def parse(cls, text: str) -> Cursor | None:
        """Read a cursor that came from outside; None when it is not one."""
        head, dot, tail = text.partition(".")
        is_cursor = dot and all(part.isascii() and part.isdigit() and len(part) <= 18 for part in (head, tail))
        return cls(int(head), int(tail)) if is_cursor else None

    def __str__(self) -> str:
        """Write the cursor as `parse` reads it."""
        return f"{self.transaction}.{self.event_id}"


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """An event and the cursor that stands behind it."""

    cursor: Cursor
    event: TicketEvent


def committed_after(session: Session, cursor: Cursor, limit: int = 200) -> Sequence[StreamEvent]:
    """Return up to `limit` events behind the cursor, oldest first.

    On PostgreSQL a transaction with a lower id may commit later, so only events of transactions older than every
    open one are given; SQLite commits in order of ids.
    """
    rows = session.execute(_after(session, cursor).limit(limit)).all()
    return [
        StreamEvent(
            Cursor(row.transaction, row.id),
            TicketEvent(
                id=row.id,
                kind=row.kind,
                at=row.at,
                ticket_id=row.ticket_id,
                ticket_number=row.number,
                actor_kind=row.actor_kind,
                actor_id=row.actor_id,
                actor_name=row.actor_name,
                channel=row.channel,
                data=dict(row.data),
            ),
        )
        for row in rows
    ]


def last_cursor(session: Session) -> Cursor:
    """Return the place behind the newest event that every reader may have seen."""
    statement = select(Event.transaction, Event.id).order_by(Event.transaction.desc(), Event.id.desc()).limit(1)
    row = session.execute(_settled(session, statement)).first()
    return Cursor(row.transaction, row.id) if row else Cursor()


def _after(session: Session, cursor: Cursor) -> Select[Any]:
    place: tuple[Any, ...] = (Event.transaction, Event.id)
    # Either way the database goes straight to the place in an index, however long the stream is. SQLite does so for
    # a single column only, and has no transactions to tell apart.
    if session.get_bind().dialect.name == "sqlite":
        place, behind = (Event.id,), Event.id > cursor.event_id
    else:
        behind = tuple_(*place) > tuple_(cursor.transaction, cursor.event_id)
    columns = (
        Event.transaction, Event.id, Event.kind, Event.at, Event.ticket_id, Event.actor_kind, Event.actor_id,
        Event.actor_name, Event.channel, Event.data, _ticket.c.number,
    )  # fmt: skip
    statement = select(*columns).outerjoin(_ticket, _ticket.c.id == Event.ticket_id).where(behind).order_by(*place)
    settled: Select[Any] = _settled(session, statement)
    return settled


def _settled(session: Session, statement: Any) -> Any:
    if session.get_bind().dialect.name != "postgresql":
        return statement
    oldest_open = cast(cast(func.pg_snapshot_xmin(func.pg_current_snapshot()), Text), BigInteger)
    return statement.where(Event.transaction < oldest_open)
