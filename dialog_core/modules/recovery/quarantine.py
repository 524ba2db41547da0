# SPDX-License-Identifier: Apache-2.0
"""Quarantine: a module that goes on doing harm is switched off by the platform; only a person brings it back.

The keeper of background work judges, one in the cluster (by a lease), every two seconds, from strikes in the database.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select

from dialog_core.clock import now
from dialog_core.database import db, write
from dialog_core.errors import DialogError
from dialog_core.events import record
from dialog_core.language import mark
from dialog_core.modules.calls.notices import QUARANTINED, add_notice
from dialog_core.modules.changes.actions import Action, Verb
from dialog_core.modules.changes.requests import changes_to_apply, request_change
from dialog_core.modules.generations.wanted import read_current
from dialog_core.modules.health_models import ModuleNotice
from dialog_core.modules.reports.strikes import Kind, count_strikes, forget_strikes
from dialog_core.staff import system_actor

log = logging.getLogger("dialog.modules")


@dataclass(frozen=True, slots=True)
class Tolerance:
    """So many strikes within such a time are one too many; the text says what happened."""

    strikes: int
    within: timedelta
    message: str


TOLERANCES: Final[Mapping[Kind, Tolerance]] = {
    Kind.DEATH: Tolerance(
        3, timedelta(minutes=10), mark("Within ten minutes %(count)s processes died while they called it.")
    ),
    Kind.STUCK: Tolerance(
        3, timedelta(minutes=10), mark("Within ten minutes %(count)s processes got stuck in it and had to be replaced.")
    ),
    Kind.SERVICE: Tolerance(
        3, timedelta(hours=2), mark("Within two hours one of its services was given up %(count)s times.")
    ),
    Kind.PAUSE: Tolerance(
        5, timedelta(hours=1), mark("Within an hour its hooks failed so often that they were paused %(count)s times.")
    ),
}
AGAIN = timedelta(minutes=10)
"""A change that did not come through is asked for again after this time."""
KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A module that has to be switched off, and why."""

    module: str
    kind: Kind
    count: int

    @property
    def message(self) -> str:
        """Say why, as a gettext id with the place `count`."""
        return TOLERANCES[self.kind].message


def judge(modules: Iterable[str], at: datetime) -> list[Verdict]:
    """Return those of the modules whose strikes are one too many."""
    found: dict[str, Verdict] = {}
    with db.engine.connect() as connection:
        for kind, tolerance in TOLERANCES.items():
            for (module, struck), count in count_strikes(connection, at - tolerance.within).items():
                if struck is kind and count >= tolerance.strikes:
                    found.setdefault(module, Verdict(module, kind, count))
    return [found[module] for module in sorted(found) if module in set(modules)]


def quarantine_modules() -> list[str]:
    """Ask for a change without each module that has to go; return their names. One change is waited for at a time."""
    at = now()
    with db.engine.connect() as connection:
        lock = read_current(connection).lock
        rows = connection.execute(
            select(ModuleNotice.module, ModuleNotice.at).where(
                ModuleNotice.kind == QUARANTINED, ModuleNotice.closed_at.is_(None)
            )
        )
        asked = {row.module: row.at for row in rows}
    enabled = [item["name"] for item in lock["modules"] if item["enabled"]]
    due = [verdict for verdict in judge(enabled, at) if asked.get(verdict.module, at - 2 * AGAIN) < at - AGAIN]
    if not due or changes_to_apply():
        return []
    return [verdict.module for verdict in due if _switch_off(verdict)]


def _switch_off(verdict: Verdict) -> bool:
    values: dict[str, Any] = {"count": verdict.count}
    change: int | None = None
    try:
        reason = verdict.message % values
        change = request_change(system_actor(), actions=[Action(Verb.DISABLE, verdict.module)], reason=reason)
        with write() as session:
            record(session, system_actor(), "module_quarantined", module=verdict.module, reason=reason, change=change)
    except DialogError as error:  # another module needs it, for example: a person has to decide
        log.error("the module %s cannot be switched off: %s", verdict.module, error)
    with write() as session:
        add_notice(
            session, module=verdict.module, kind=QUARANTINED, message=verdict.message, values=values, change=change
        )
    log.error("the module %s is put into quarantine: %s", verdict.module, verdict.message % values)
    return change is not None


def forget_old_strikes() -> None:
    """Remove what counts no more."""
    with write() as session:
        forget_strikes(session, before=now() - KEPT)
