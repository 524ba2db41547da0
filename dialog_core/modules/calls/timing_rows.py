# SPDX-License-Identifier: Apache-2.0
"""Timings as rows: one per implementation and hour, for a day, added up over all processes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from dialog_core.clock import now
from dialog_core.modules.calls.timings import BOUNDS, quantile
from dialog_core.modules.health_models import HookTiming
from dialog_core.modules.own_connection import begin_write

if TYPE_CHECKING:
    from dialog_core.modules.calls.implementation import Implementation

KEPT = timedelta(hours=25)
SHOWN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class TimingView:
    """How an implementation did within the last day; `p50` and `p95` in seconds, None without calls."""

    module: str
    hook: str
    calls: int
    failures: int
    skipped: int
    p50: float | None
    p95: float | None


class KeepTimings:
    """A chore: add what happened in this process to the rows of this hour."""

    def __init__(self, items: Iterable[Implementation]) -> None:
        self._items = list(items)
        self._tidied: datetime | None = None

    def __call__(self, engine: Engine) -> None:
        """Write what is new."""
        news = [(item, new) for item in self._items if (new := item.timing.take_new()) is not None]
        if not news:
            return
        hour = now().replace(minute=0, second=0, microsecond=0)
        with begin_write(engine) as connection:
            # In one order everywhere, so that two processes never wait for one another.
            for item, new in sorted(news, key=lambda pair: (pair[0].module, pair[0].hook)):
                _add(connection, item, hour, new)
            if self._tidied != hour:
                connection.execute(delete(HookTiming).where(HookTiming.hour < now() - KEPT))
                self._tidied = hour


def _add(connection: Connection, item: Implementation, hour: datetime, new: tuple[list[int], int, int]) -> None:
    buckets, failures, skipped = new
    key = {"module": item.module[:60], "hook": item.hook[:60], "hour": hour}
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    empty = {"failures": 0, "skipped": 0, "buckets": [0] * (len(BOUNDS) + 1)}
    connection.execute(insert(HookTiming).values(**key, **empty).on_conflict_do_nothing())
    row = connection.execute(select(HookTiming.id, HookTiming.buckets).filter_by(**key).with_for_update()).one()
    added = [old + more for old, more in zip(row.buckets, buckets, strict=True)]
    connection.execute(
        update(HookTiming)
        .where(HookTiming.id == row.id)
        .values(buckets=added, failures=HookTiming.failures + failures, skipped=HookTiming.skipped + skipped)
    )


def read_timings(connection: Connection | Session, module: str) -> list[TimingView]:
    """Return how each implementation of a module did within the last day, by hook."""
    query = select(HookTiming.hook, HookTiming.failures, HookTiming.skipped, HookTiming.buckets).where(
        HookTiming.module == module, HookTiming.hour > now() - SHOWN
    )
    found: dict[str, tuple[list[int], int, int]] = {}
    for hook, failures, skipped, buckets in connection.execute(query):
        before = found.get(hook, ([0] * len(buckets), 0, 0))
        added = [old + new for old, new in zip(before[0], buckets, strict=True)]
        found[hook] = added, before[1] + failures, before[2] + skipped
    return [
        TimingView(module, hook, sum(buckets), failures, skipped, quantile(buckets, 0.5), quantile(buckets, 0.95))
        for hook, (buckets, failures, skipped) in sorted(found.items())
    ]
