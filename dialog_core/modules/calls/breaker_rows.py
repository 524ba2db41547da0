# SPDX-License-Identifier: Apache-2.0
"""Breakers as rows: what one process found out is seen on the pages, and known to processes that start later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from dialog_core.clock import now
from dialog_core.modules.calls.breakers import Pause
from dialog_core.modules.health_models import HookBreaker
from dialog_core.modules.reports.strikes import Kind, StrikeReport
from dialog_core.modules.reports.writer import put_report
from dialog_core.redaction import fit_to_store

if TYPE_CHECKING:
    from dialog_core.modules.calls.implementation import Implementation


@dataclass(frozen=True, slots=True)
class BreakerView:
    """An implementation that is not called for a while, or was not."""

    module: str
    hook: str
    is_open: bool
    trips: int
    problem: str
    opened_at: datetime
    until: datetime
    try_at: datetime | None

    @property
    def is_resting(self) -> bool:
        """Whether its pause lasts on; afterwards the next call is a trial."""
        return self.is_open and self.until > now() and self.try_at is None


@dataclass(frozen=True, slots=True)
class BreakerReport:
    """A pause that began, or one that is over (`pause` None)."""

    module: str
    hook: str
    pause: Pause | None
    problem: str

    def write(self, connection: Connection) -> None:
        """Write it; a pause is a strike of the module, too."""
        key = {"module": self.module[:60], "hook": self.hook[:60]}
        if self.pause is None:
            values: dict[str, Any] = {"is_open": False, "try_at": None}
            connection.execute(update(HookBreaker).filter_by(**key).values(**values))
            return
        problem = fit_to_store(self.problem)[:500]
        values = {
            "is_open": True, "trips": self.pause.trips, "problem": problem, "opened_at": now(),
            "until": now() + timedelta(seconds=self.pause.seconds), "try_at": None,
        }  # fmt: skip
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        fresh = insert(HookBreaker).values(**key, **values)
        connection.execute(fresh.on_conflict_do_update(index_elements=["module", "hook"], set_=values))
        StrikeReport(self.module, Kind.PAUSE, f"hook {self.hook}", problem).write(connection)


def report_breaker(item: Implementation, pause: Pause | None, problem: str = "") -> None:
    """Record that a pause began or is over; returns at once and never raises."""
    put_report(BreakerReport(item.module, item.hook, pause, problem))


def read_breakers(connection: Connection | Session, module: str | None = None) -> list[BreakerView]:
    """Return the newest pause of each implementation, of one module or of all."""
    table = HookBreaker
    columns = (
        table.module, table.hook, table.is_open, table.trips, table.problem, table.opened_at, table.until, table.try_at,
    )  # fmt: skip
    query = select(*columns).order_by(table.module, table.hook)
    if module is not None:
        query = query.where(table.module == module)
    return [BreakerView(*row) for row in connection.execute(query)]


def take_over(items: Iterable[Implementation], rows: Iterable[BreakerView]) -> None:
    """Let a process that starts know which implementations rest."""
    resting = {(row.module, row.hook): row for row in rows if row.is_resting}
    for item in items:
        row = resting.get((item.module, item.hook))
        if row is not None:
            item.breaker.open_for((row.until - now()).total_seconds(), row.trips)


class TryNow:
    """A chore: what an administrator wants tried at once is tried at the next call of each process."""

    def __init__(self, items: Iterable[Implementation]) -> None:
        self._items = list(items)
        self._tried: dict[tuple[str, str], datetime] = {}

    def __call__(self, engine: Engine) -> None:
        """Look for wishes, if anything rests here."""
        resting = [item for item in self._items if item.breaker.is_open]
        if not resting:
            return
        with engine.connect() as connection:
            wishes = {(row.module, row.hook): row.try_at for row in read_breakers(connection) if row.try_at is not None}
        for item in resting:
            wish = wishes.get((item.module, item.hook))
            if wish is not None and self._tried.get((item.module, item.hook)) != wish:
                self._tried[item.module, item.hook] = wish
                item.breaker.try_now()


def wish_to_try(session: Session, *, module: str, hook: str) -> bool:
    """Let every process try an implementation at its next call; tell whether it rests at all."""
    wish = update(HookBreaker).filter_by(module=module, hook=hook, is_open=True).values(try_at=now())
    return bool(session.execute(wish).rowcount)  # type: ignore[attr-defined]


def forget_breakers(session: Connection | Session, *, module: str) -> None:
    """Remove the pauses of a module."""
    session.execute(delete(HookBreaker).where(HookBreaker.module == module))
