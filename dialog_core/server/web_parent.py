# SPDX-License-Identifier: Apache-2.0
"""The parent of gunicorn: it follows the wanted generation and replaces workers in a rolling way."""

from __future__ import annotations

import logging
import time

from sqlalchemy.exc import SQLAlchemyError

from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.modules import node_name, prepare_generation, wanted_generation
from dialog_core.server.children import Child
from dialog_core.server.parent import parent_heartbeat
from dialog_core.server.rolling import Roller
from dialog_core.server.stopping import Stopping

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
        self._rolled: int | None = None
        self._rolled_at = float("-inf")

    def run(self) -> None:
        """Start gunicorn and look after it until told to stop."""
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
            wanted = wanted_generation(self._engine)
            if master is None or self._config.safe_mode or not self._roller.outdated(master, wanted):
                return
            if self._rolled == wanted and time.monotonic() < self._rolled_at + AGAIN_SECONDS:
                return  # the new workers could not even learn what is wanted: they are not replaced in a circle
        except SQLAlchemyError as error:
            log.warning("the wanted generation cannot be read: %s", error)
            return
        self._rolled, self._rolled_at = wanted, time.monotonic()
        self._build(wanted)
        log.info("replacing the web workers for generation %s", wanted)
        if self._roller.roll(master):
            log.info("the web workers run generation %s", wanted)

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
