# SPDX-License-Identifier: Apache-2.0
"""Incidents: failures of modules, written to the database by a thread of its own, never inside a transaction."""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, insert, select, update

from dialog_core.clock import now
from dialog_core.modules.models import Incident
from dialog_core.modules.reports.writer import put_report
from dialog_core.redaction import fit_to_store

log = logging.getLogger("dialog.modules")
REPEATS_WITHIN = timedelta(days=1)
MAX_TRACEBACK = 20_000
SLOW = "slow: "
"""How the summary of a call begins that went well, but over its budget."""


@dataclass(frozen=True, slots=True)
class IncidentReport:
    """A failure to be written."""

    module: str
    place: str
    summary: str
    traceback: str

    def write(self, connection: Connection) -> None:
        """Write it, or count it once more while it repeats."""
        same = select(Incident.id).where(
            Incident.module == self.module,
            Incident.place == self.place,
            Incident.summary == self.summary,
            Incident.last_at > now() - REPEATS_WITHIN,
        )
        known = connection.scalar(same.order_by(Incident.id.desc()).limit(1))
        if known is None:
            connection.execute(
                insert(Incident).values(
                    module=self.module,
                    place=self.place,
                    summary=self.summary,
                    traceback=self.traceback,
                    count=1,
                    first_at=now(),
                    last_at=now(),
                )
            )
        else:
            connection.execute(
                update(Incident)
                .where(Incident.id == known)
                .values(count=Incident.count + 1, last_at=now(), traceback=self.traceback)
            )


def report_incident(module: str, place: str, error: BaseException) -> None:
    """Record a failure of a module's code; returns at once and never raises."""
    summary = summary_of(error)
    text = "".join(traceback.format_exception(error, limit=-40))
    _report(module, place, summary, text)


def report_hang(module: str, place: str, problem: str, stack: str) -> None:
    """Record a call that does not end, with the place where its thread stands."""
    _report(module, place, f"stuck: {problem}", stack)


def report_overrun(module: str, place: str, seconds: float, budget: float) -> None:
    """Record that a module's code took longer than its budget (both in seconds)."""
    _report(module, place, f"{SLOW}over {budget:g} s", f"took {seconds:.3f} s")


def summary_of(error: BaseException) -> str:
    """Return an error in one line."""
    return f"{type(error).__name__}: {_words(error)}"


def _words(error: BaseException) -> str:
    try:
        return str(error)
    except BaseException:  # noqa: BLE001 - even the text of a module's error is the module's code
        return "(the error has no readable text)"


def _report(module: str, place: str, summary: str, text: str) -> None:
    summary = fit_to_store(summary)[:500]
    text = fit_to_store(text)[-MAX_TRACEBACK:]
    log.warning("module %s, %s: %s", module, place, summary)
    put_report(IncidentReport(module[:60], place[:120], summary, text))
