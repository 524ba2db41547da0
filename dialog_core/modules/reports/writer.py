# SPDX-License-Identifier: Apache-2.0
"""What a process has to tell of its modules, written to the database by a thread of its own, never in a transaction."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.errors import SetupProblem
from dialog_core.modules.own_connection import begin_write

log = logging.getLogger("dialog.reports")
WAITING_LIMIT = 1000
BATCH = 50
CHORE_SECONDS = 5.0

Chore = Callable[[Engine], None]


class Report(Protocol):
    """Something to write."""

    def write(self, connection: Connection) -> None:
        """Write it in the open transaction."""


class ReportWriter:
    """Takes reports from any thread of a process and writes them in short transactions; does chores in between."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._queue: queue.Queue[Report] = queue.Queue(WAITING_LIMIT)
        self._chores: list[Chore] = []
        self._start = threading.Lock()
        self._thread: threading.Thread | None = None
        self._engine: Engine | None = None

    def put(self, report: Report) -> None:
        """Take a report; when too many wait, it is dropped (it stands in the log)."""
        try:
            self._queue.put_nowait(report)
        except queue.Full:
            return
        self.start()

    def add_chore(self, chore: Chore) -> None:
        """Let the thread do something every five seconds, and at `flush`."""
        self._chores.append(chore)

    def start(self) -> None:
        """Make sure that the thread runs."""
        with self._start:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="dialog-incidents", daemon=True)
                self._thread.start()

    def flush(self) -> None:
        """Wait until everything that was reported is written, and do the chores."""
        self._queue.join()
        if self._thread is not None:
            self._do_chores()

    def _run(self) -> None:
        due = time.monotonic() + CHORE_SECONDS
        while True:
            with suppress(queue.Empty):
                self._write([self._queue.get(timeout=max(0.05, due - time.monotonic()))])
            if time.monotonic() >= due:
                self._do_chores()
                due = time.monotonic() + CHORE_SECONDS

    def _write(self, reports: list[Report]) -> None:
        while len(reports) < BATCH and not self._queue.empty():
            reports.append(self._queue.get())
        try:
            with begin_write(self._open()) as connection:
                for report in reports:
                    report.write(connection)
        except Exception:
            log.exception("%s reports of modules could not be stored", len(reports))
        finally:
            for _ in reports:
                self._queue.task_done()

    def _do_chores(self) -> None:
        for chore in self._chores:
            try:
                chore(self._open())
            except (SQLAlchemyError, SetupProblem) as error:
                log.warning("the books of modules could not be kept: %s", error)

    def _open(self) -> Engine:
        self._engine = self._engine or open_engine(self._config)
        return self._engine


class _Gathered(list[Report]):
    """Takes reports where nothing is to be written: in the tests of modules."""

    put = list.append

    def add_chore(self, chore: Chore) -> None:
        """There is no thread that could do it."""

    def start(self) -> None:
        """There is nothing to start."""

    def flush(self) -> None:
        """There is nothing to wait for."""


_current: ReportWriter | _Gathered | None = None


def keep_incidents(config: Config) -> ReportWriter:
    """Store the reports of this process in the database of `config` from now on."""
    global _current  # noqa: PLW0603 - one writer per process
    _current = ReportWriter(config)
    return _current


@contextmanager
def gather_reports() -> Iterator[list[Report]]:
    """Give the reports of this process to the caller within the block, instead of writing them."""
    global _current  # noqa: PLW0603 - as above
    earlier, gathered = _current, _Gathered()
    _current = gathered
    try:
        yield gathered
    finally:
        _current = earlier


def flush_incidents() -> None:
    """Wait until everything that this process reported is written."""
    if _current is not None:
        _current.flush()


def put_report(report: Report) -> None:
    """Take a report from any thread; returns at once and never raises."""
    if _current is not None:
        _current.put(report)


def add_chore(chore: Chore) -> None:
    """Let the writer of this process do something every five seconds."""
    if _current is not None:
        _current.add_chore(chore)


def start_reports() -> None:
    """Let the chores of this process begin."""
    if _current is not None:
        _current.start()
