# SPDX-License-Identifier: Apache-2.0
"""Incidents: failures of modules, written to the database by a thread of its own, never inside a transaction."""

from __future__ import annotations

import logging
import queue
import threading
import traceback
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from dialog_core.clock import now
from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.errors import SetupProblem
from dialog_core.modules.models import Incident
from dialog_core.modules.own_connection import begin_write
from dialog_core.redaction import redact_secrets

log = logging.getLogger("dialog.modules")
WAITING_LIMIT = 1000
REPEATS_WITHIN = timedelta(days=1)
MAX_TRACEBACK = 20_000


@dataclass(frozen=True, slots=True)
class _Report:
    module: str
    place: str
    summary: str
    traceback: str


class IncidentLog:
    """Takes reports from any thread of a process and writes them, each in a short transaction of its own."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._queue: queue.Queue[_Report] = queue.Queue(WAITING_LIMIT)
        self._start = threading.Lock()
        self._thread: threading.Thread | None = None

    def put(self, report: _Report) -> None:
        """Take a report; when too many wait, it stands in the log only."""
        try:
            self._queue.put_nowait(report)
        except queue.Full:
            return
        with self._start:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="dialog-incidents", daemon=True)
                self._thread.start()

    def flush(self) -> None:
        """Wait until everything that was reported is written."""
        self._queue.join()

    def _run(self) -> None:
        engine: Engine | None = None
        while True:
            report = self._queue.get()
            try:
                engine = engine or open_engine(self._config)
                with begin_write(engine) as connection:
                    _write(connection, report)
            except (SQLAlchemyError, SetupProblem):
                log.exception("an incident of %s could not be stored", report.module)
            finally:
                self._queue.task_done()


def _write(connection: Connection, report: _Report) -> None:
    same = select(Incident.id).where(
        Incident.module == report.module,
        Incident.place == report.place,
        Incident.summary == report.summary,
        Incident.last_at > now() - REPEATS_WITHIN,
    )
    known = connection.scalar(same.order_by(Incident.id.desc()).limit(1))
    if known is None:
        connection.execute(
            insert(Incident).values(
                module=report.module,
                place=report.place,
                summary=report.summary,
                traceback=report.traceback,
                count=1,
                first_at=now(),
                last_at=now(),
            )
        )
    else:
        connection.execute(
            update(Incident)
            .where(Incident.id == known)
            .values(count=Incident.count + 1, last_at=now(), traceback=report.traceback)
        )


_current: IncidentLog | None = None


def keep_incidents(config: Config) -> IncidentLog:
    """Store the incidents of this process in the database of `config` from now on."""
    global _current  # noqa: PLW0603 - one log per process
    _current = IncidentLog(config)
    return _current


def flush_incidents() -> None:
    """Wait until everything that this process reported is written."""
    if _current is not None:
        _current.flush()


def report_incident(module: str, place: str, error: BaseException) -> None:
    """Record a failure of a module's code; returns at once and never raises."""
    summary = f"{type(error).__name__}: {_words(error)}"
    text = "".join(traceback.format_exception(error, limit=-40))
    _report(module, place, summary, text)


def report_overrun(module: str, place: str, seconds: float, budget: float) -> None:
    """Record that a module's code took longer than its budget (both in seconds)."""
    _report(module, place, f"slow: over {budget:g} s", f"took {seconds:.3f} s")


def _words(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - even the text of a module's error is the module's code
        return "(the error has no readable text)"


def _report(module: str, place: str, summary: str, text: str) -> None:
    summary = redact_secrets(summary).replace("\0", "")[:500]
    text = redact_secrets(text).replace("\0", "")[-MAX_TRACEBACK:]
    log.warning("module %s, %s: %s", module, place, summary)
    if _current is not None:
        _current.put(_Report(module[:60], place[:120], summary, text))
