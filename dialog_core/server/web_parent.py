# SPDX-License-Identifier: Apache-2.0
"""The parent of gunicorn: it follows the wanted generation and replaces workers in a rolling way."""

from __future__ import annotations

import logging
import time

from sqlalchemy.exc import SQLAlchemyError

from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.modules import (
    GAVE_UP,
    BootState,
    ProcessState,
    forget_earlier,
    is_safe_mode,
    node_name,
    prepare_generation,
    record_deaths,
    stuck_processes,
    wanted_generation,
)
from dialog_core.server.children import Child
from dialog_core.server.parent import parent_heartbeat
from dialog_core.server.retry import Retry
from dialog_core.server.rolling import Roller, children_of
from dialog_core.server.stopping import Stopping, kill_blameless

log = logging.getLogger("dialog.server")
LOOK_SECONDS = 0.25
STOP_SECONDS = 8.0
AGAIN_SECONDS = 60.0


class WebParent:
    """Keeps gunicorn alive and on the wanted generation."""

    def __init__(self, config: Config, gunicorn: Child, stopping: Stopping) -> None:
        self._config = config
        self._stopping = stopping
        self._engine = open_engine(config)
        self._gunicorn = gunicorn
        self._roller = Roller(self._engine, node=node_name(config.home), workers=config.web_workers, stopping=stopping)
        self._built: int | None = None
        self._rolled: object = None
        self._rolled_at = float("-inf")
        self._retry = Retry()

    def run(self) -> None:
        """Start gunicorn and look after it until told to stop."""
        forget_earlier(self._config)
        self._build(self._wanted())
        self._engine.dispose()
        # Before this process has a second thread, so that gunicorn can be forked.
        self._gunicorn.start()
        heartbeat = parent_heartbeat(self._config, "web-parent")
        heartbeat.start()
        try:
            while True:
                self._look()
                if self._stopping.wait(LOOK_SECONDS):
                    return
        finally:
            self._gunicorn.ask_to_stop(seconds=STOP_SECONDS)
            heartbeat.stop()
            self._engine.dispose()

    def _look(self) -> None:
        self._gunicorn.keep()
        master = self._gunicorn.pid
        try:
            record_deaths(self._engine, self._config)
            wanted, is_safe = wanted_generation(self._engine), is_safe_mode(self._engine, self._config)
            stuck = stuck_processes(self._config.home).intersection(children_of(master) if master else ())
            reason = self._reason_to_roll(master, wanted, is_safe, stuck) if master else ""
        except SQLAlchemyError as error:
            log.warning("the wanted generation cannot be read: %s", error)
            return
        if not reason or master is None:
            return
        self._rolled, self._rolled_at = (wanted, is_safe), time.monotonic()
        if not is_safe:
            self._build(wanted)
        log.info("replacing the web workers: %s", reason)
        if self._roller.roll(master):
            log.info("the web workers run generation %s", wanted)
        for pid in stuck.intersection(children_of(master)):  # it was asked to end, and the others serve
            kill_blameless(self._config.home, pid)

    def _reason_to_roll(self, master: int, wanted: int | None, is_safe: bool, stuck: set[int]) -> str:
        """Return why the workers have to be replaced now, empty when they need not be."""
        serving = self._roller.serving(master)
        if stuck:
            return f"worker {min(stuck)} is stuck"
        if any(_is_outdated(item, wanted, is_safe) for item in serving):
            if self._rolled == (wanted, is_safe) and time.monotonic() < self._rolled_at + AGAIN_SECONDS:
                return ""  # the new workers could not even learn what is wanted: they are not replaced in a circle
            return "safe mode" if is_safe else f"generation {wanted} is wanted"
        fell_back = any(item.state in GAVE_UP for item in serving)
        return f"generation {wanted} is tried again" if self._retry.is_due(wanted, fell_back) else ""

    def _wanted(self) -> int | None:
        try:
            return wanted_generation(self._engine)
        except SQLAlchemyError:
            return None

    def _build(self, generation: int | None) -> None:
        if generation is None or generation == self._built or self._config.safe_mode:
            return
        problem = prepare_generation(self._engine, self._config, generation)
        if problem:  # the workers will find the same, start with the last good one and say so
            log.error("generation %s cannot be made ready on this node: %s", generation, problem)
        self._built = generation


def _is_outdated(item: ProcessState, wanted: int | None, is_safe: bool) -> bool:
    """Whether a worker was started with another wish; in safe mode no generation counts."""
    runs_safe = item.state == BootState.SAFE.value
    return runs_safe != is_safe or (not is_safe and item.wanted != wanted)
