# SPDX-License-Identifier: Apache-2.0
"""Load demonstration data in batches: rows are made outside of the write transaction, which only stores them.

Between two batches the database is free for others for about as long as it was held.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from dialog_core import events, installation
from dialog_core.clock import now
from dialog_core.conversations.models import Entry
from dialog_core.database import db, write
from dialog_core.demo.bulk import bulk_writing, insert_rows
from dialog_core.demo.journal import Journal, Rows
from dialog_core.demo.lives import ENTRIES_PER_TICKET, Place, live
from dialog_core.demo.world import World, build_world
from dialog_core.errors import WrongValue
from dialog_core.events.models import Event
from dialog_core.staff import system_actor
from dialog_core.tickets import NumberFormat, index_entries, move_count
from dialog_core.tickets.models import Ticket, TicketExecutor

BATCH = 200
MOST = 5_000_000
_TAKE_NUMBERS = text(
    "INSERT INTO number_counter (scope, value) VALUES (:scope, :count) "
    "ON CONFLICT (scope) DO UPDATE SET value = number_counter.value + :count RETURNING value"
)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load wrote, and how long it took, seconds."""

    tickets: int
    entries: int
    customers: int
    seconds: float


def load(tickets: int, seed: int = 1, progress: Progress | None = None) -> Loaded:
    """Write demonstration data beside whatever is there; the same seed gives the same data, up to ids and times.

    Args:
        tickets: how many, each with three messages; from 1 to 5 000 000.
        progress: called with (done, total) after each batch.

    Raises:
        WrongValue: the number of tickets is out of range.
    """
    if not 1 <= tickets <= MOST:
        raise WrongValue("tickets", "Choose from 1 to %(most)s tickets.", most=MOST)
    begun = time.monotonic()
    installation.ensure_defaults()
    end = now()
    with write() as session:
        world = build_world(session, tickets=tickets, seed=seed, now=end)
        events.record(session, system_actor("cli"), "demo_loaded", tickets=tickets, seed=seed)
    plan = _Plan(tickets, seed, end)
    with bulk_writing(db.session()):
        for first in range(0, tickets, BATCH):
            _load_batch(world, plan, range(first, min(first + BATCH, tickets)))
            if progress is not None:
                progress(min(first + BATCH, tickets), tickets)
    return Loaded(tickets, tickets * ENTRIES_PER_TICKET, len(world.customers), round(time.monotonic() - begun, 3))


class _Plan:
    """When each ticket of the load was opened: evenly up to now, some 300 a day, over a month to three years."""

    def __init__(self, total: int, seed: int, end: datetime) -> None:
        self.total, self.seed, self.end = total, seed, end
        self.begin = end - timedelta(days=max(30, min(1_095, total // 300)))
        profile, numbering = installation.profile(), installation.numbering()
        self.zone = ZoneInfo(profile.timezone)
        self.format = NumberFormat(prefix=numbering.prefix, with_year=numbering.with_year, digits=numbering.digits)

    def rng(self, index: int) -> Random:
        """Return the dice of one ticket, the same whatever the batch."""
        return Random((self.seed << 40) + index)

    def place(self, index: int, rng: Random) -> Place:
        """Return where a ticket stands in time."""
        share = (index + rng.random()) / (self.total + 1)
        return Place(index, self.total, self.begin + (self.end - self.begin) * share, self.end)


def _load_batch(world: World, plan: _Plan, indexes: range) -> None:
    with db.session() as reading:
        ids = _reserve(reading, len(indexes))
        reading.rollback()
    rows = _make(world, plan, indexes, ids)
    with write() as session:
        if session.get_bind().dialect.name == "sqlite":
            present = _reserve(session, len(indexes))
            if present != ids:  # somebody wrote meanwhile: once more, with the database held
                rows = _make(world, plan, indexes, present)
        _store(session, plan, rows)
    db.session.expunge_all()


def _reserve(session: Session, count: int) -> tuple[list[int], list[int]]:
    """Return ids for tickets and entries; on PostgreSQL they are taken for good, on SQLite only read."""
    return _ids(session, Ticket, count), _ids(session, Entry, count * ENTRIES_PER_TICKET)


def _ids(session: Session, model: Any, count: int) -> list[int]:
    if session.get_bind().dialect.name == "sqlite":
        first = (session.scalar(select(func.max(model.id))) or 0) + 1
        return list(range(first, first + count))
    statement = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
    return sorted(session.scalars(statement, {"name": model.__tablename__, "count": count}))


def _make(world: World, plan: _Plan, indexes: range, ids: tuple[list[int], list[int]]) -> Rows:
    rows = Rows()
    ticket_ids, entry_ids = ids
    for offset, index in enumerate(indexes):
        rng = plan.rng(index)
        own = entry_ids[offset * ENTRIES_PER_TICKET : (offset + 1) * ENTRIES_PER_TICKET]
        journal = Journal(rows, rng, ticket_ids[offset], own)
        live(world, rng, plan.place(index, rng), rows, journal)
    return rows


def _store(session: Session, plan: _Plan, rows: Rows) -> None:
    transaction = session.scalar(select(events.transaction_id(session)))
    for row in rows.events:
        row["transaction"] = transaction
    _give_numbers(session, plan, rows.tickets)
    insert_rows(session, Ticket, rows.tickets)
    insert_rows(session, Entry, rows.entries)
    insert_rows(session, Event, rows.events)
    insert_rows(session, TicketExecutor, rows.executors)
    index_entries(session.connection(), rows.search)
    for state, count in Counter(ticket["state"] for ticket in rows.tickets).items():
        move_count(None, state, count)


def _give_numbers(session: Session, plan: _Plan, tickets: list[dict[str, Any]]) -> None:
    """Take the numbers of a batch at once, a range per scope, in the order in which the tickets were opened."""
    local = [ticket["opened_at"].astimezone(plan.zone) for ticket in tickets]
    scopes = [plan.format.scope(at) for at in local]
    following = {
        scope: session.execute(_TAKE_NUMBERS, {"scope": scope, "count": count}).scalar_one() - count
        for scope, count in sorted(Counter(scopes).items())
    }
    for ticket, scope, at in zip(tickets, scopes, local, strict=True):
        following[scope] += 1
        ticket["serial"] = following[scope]
        ticket["number"] = plan.format.write(following[scope], at)
