# SPDX-License-Identifier: Apache-2.0
"""The job loop: each kind of due work has a thread that looks for it in the tables, five times a second when idle."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from dialog_core.jobs.leases import LEASE_SECONDS, acquire, release, renew

log = logging.getLogger("dialog.jobs")
IDLE_SECONDS = 0.2
COURTESY_SECONDS = 0.02
MAX_BACKOFF = 30.0
RENEW_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of due work.

    Attributes:
        run: do a little of it and tell whether there was any.
        idle: pause in seconds when there was nothing.
        lease: name of the lease under which one process in the cluster does it; None when several may.
        gathering: least pause in seconds after a turn that did something: what comes meanwhile is done in one turn.
    """

    name: str
    run: Callable[[], bool]
    idle: float = IDLE_SECONDS
    lease: str | None = None
    gathering: float = 0.0


class StepThread(threading.Thread):
    """Runs one step until told to stop; a step that raises is logged and tried again, later each time."""

    def __init__(self, step: Step, *, app: Flask, engine: Engine, owner: str, generation: int) -> None:
        super().__init__(name=f"dialog-{step.name}", daemon=True)
        self._step = step
        self._app = app
        self._engine = engine
        self._owner = owner
        self._generation = generation
        self._stopping = threading.Event()
        self._failures = 0
        self._fence: int | None = None
        self._renew_at = 0.0

    def stop(self) -> None:
        """Ask the thread to end after the work in hand."""
        self._stopping.set()

    def run(self) -> None:
        """Work until stopped, then give the lease back."""
        while not self._stopping.is_set():
            self._stopping.wait(self._turn())
        self._give_back()

    def _turn(self) -> float:
        """Do one turn and return the pause that follows, in seconds."""
        begin = time.monotonic()
        try:
            if not self._may_run():
                return max(self._step.idle, 0.5)
            with self._app.app_context():
                did_something = self._step.run()
        except BaseException:  # whatever one kind of work does, the process and the other kinds go on
            self._failures += 1
            pause = min(MAX_BACKOFF, 0.25 * 2.0**self._failures)
            log.exception("%s failed, tried again in %.1f s", self._step.name, pause)
            return pause
        self._failures = 0
        if not did_something:
            if self._step.idle >= LEASE_SECONDS / 2:
                self._give_back()
            return self._step.idle
        # Writers of SQLite queue at one lock: leave it to the web for as long as it was held here.
        took: float = time.monotonic() - begin
        return max(self._step.gathering, min(took, COURTESY_SECONDS))

    def _give_back(self) -> None:
        if self._step.lease is not None and self._fence is not None:
            try:
                release(self._engine, name=self._step.lease, owner=self._owner, fence=self._fence)
            except SQLAlchemyError as error:
                log.warning("the lease %s runs out by itself: %s", self._step.lease, error)
            self._fence = None
            self._renew_at = 0.0

    def _may_run(self) -> bool:
        if self._step.lease is None or time.monotonic() < self._renew_at:
            return True
        if self._fence is not None and not renew(
            self._engine, name=self._step.lease, owner=self._owner, fence=self._fence
        ):
            log.warning("the lease %s was lost", self._step.lease)
            self._fence = None
        if self._fence is None:
            self._fence = acquire(self._engine, name=self._step.lease, owner=self._owner, generation=self._generation)
        self._renew_at = time.monotonic() + RENEW_SECONDS if self._fence is not None else 0.0
        return self._fence is not None


class JobLoop:
    """All steps of a process."""

    def __init__(self, steps: tuple[Step, ...], *, app: Flask, engine: Engine, owner: str, generation: int) -> None:
        self._threads = [StepThread(step, app=app, engine=engine, owner=owner, generation=generation) for step in steps]

    def start(self) -> None:
        """Start every step."""
        for thread in self._threads:
            thread.start()

    def stop(self, *, seconds: float = 5.0) -> bool:
        """Stop every step; False when one did not end in time."""
        for thread in self._threads:
            thread.stop()
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(timeout=max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)
