# SPDX-License-Identifier: Apache-2.0
"""The watch after a change: what turns out broken within two minutes is taken back by the platform itself."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, cast

from sqlalchemy import Connection, select, update

from dialog_core.clock import now
from dialog_core.database import db, write
from dialog_core.events import record
from dialog_core.language import mark
from dialog_core.modules.calls.notices import RETURNED, add_notice, changed_modules
from dialog_core.modules.changes.applying import take_back
from dialog_core.modules.changes.requests import DONE, FAILED
from dialog_core.modules.generations.rollback import data_obstacle
from dialog_core.modules.generations.wanted import read_current
from dialog_core.modules.models import ActiveGeneration, Generation, ModuleChange
from dialog_core.modules.nodes.convergence import GAVE_UP, waited_for
from dialog_core.modules.nodes.processes import live_processes
from dialog_core.modules.reports.strikes import count_strikes
from dialog_core.staff import system_actor

log = logging.getLogger("dialog.modules")
WATCH: Final = timedelta(minutes=2)
STRIKES: Final = 2

MISBEHAVED = mark(
    "It failed %(count)s times gravely within two minutes after the change, so the change was taken back."
)
NOT_STARTING = mark(
    "Processes could not start with it any more after the change, so the change was taken back: %(reason)s"
)


@dataclass(frozen=True, slots=True)
class _Watched:
    """A change that is young: its generation, the one before, and the modules that came or changed with it."""

    change: int
    generation: int
    previous: int
    modules: tuple[str, ...]
    since: Any


def watch_change(node: str) -> int | None:
    """Take the newest change back if it turns out broken; return the generation that runs again.

    What the one before cannot work with any more (its data were deleted with the change) stays: quarantine judges it.
    """
    with db.engine.connect() as connection:
        watched = _watched(connection)
        if watched is None:
            return None
        found = _problem(connection, watched, node)
    if found is None:
        return None
    modules, message, values = found
    with write() as session:
        if read_current(session).generation != watched.generation or data_obstacle(session, watched.previous):
            return None
        actor_name = system_actor().name
        take_back(session, failed=watched.generation, previous=watched.previous, actor_name=actor_name)
        session.execute(update(ActiveGeneration).values(last_good_id=watched.previous))
        ended = {"state": FAILED, "problem": message % values, "finished_at": now()}
        session.execute(update(ModuleChange).where(ModuleChange.id == watched.change).values(**ended))
        for module in modules:
            add_notice(session, module=module, kind=RETURNED, message=message, values=values, change=watched.change)
        record(
            session, system_actor(), "modules_returned",
            change=watched.change, generation=watched.previous, reason=message % values,
        )  # fmt: skip
    log.error("generation %s is taken back (%s): %s", watched.generation, ", ".join(modules), message % values)
    return watched.previous


def _watched(connection: Connection) -> _Watched | None:
    current = read_current(connection)
    row = connection.execute(
        select(Generation.previous_id, Generation.activated_at).where(Generation.id == current.generation)
    ).one_or_none()
    if row is None or row.previous_id is None or row.activated_at is None or row.activated_at < now() - WATCH:
        return None
    query = select(ModuleChange.id).where(ModuleChange.generation_id == current.generation, ModuleChange.state == DONE)
    change = connection.scalar(query.order_by(ModuleChange.id.desc()).limit(1))
    before = cast("dict[str, Any]", connection.scalar(select(Generation.lock).where(Generation.id == row.previous_id)))
    modules = changed_modules(before, current.lock)
    if change is None or not modules or current.generation is None:
        return None
    return _Watched(change, current.generation, row.previous_id, modules, row.activated_at)


def _problem(
    connection: Connection, watched: _Watched, node: str
) -> tuple[tuple[str, ...], str, dict[str, Any]] | None:
    strikes = count_strikes(connection, watched.since)
    for module in watched.modules:
        count = sum(number for (name, _), number in strikes.items() if name == module)
        if count >= STRIKES:
            return (module,), MISBEHAVED, {"count": count}
    processes = [
        item for item in waited_for(live_processes(connection, node=node)) if item.wanted == watched.generation
    ]
    fallen = [item for item in processes if item.state in GAVE_UP]
    if fallen and 2 * len(fallen) >= len(processes):
        return watched.modules, NOT_STARTING, {"reason": fallen[0].problem}
    return None
