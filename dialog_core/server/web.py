# SPDX-License-Identifier: Apache-2.0
"""`dialog web`: the parent of gunicorn. It follows the wanted generation and replaces workers in a rolling way."""

from __future__ import annotations

import logging
import socket
import sys

from sqlalchemy.exc import SQLAlchemyError

from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.modules import node_name, prepare_generation, wanted_generation
from dialog_core.server.children import Child, stop_all
from dialog_core.server.listener import open_listener
from dialog_core.server.parent import parent_heartbeat
from dialog_core.server.parent_death import end_with_parent
from dialog_core.server.rolling import Roller
from dialog_core.server.stopping import Stopping

log = logging.getLogger("dialog.server")
LOOK_SECONDS = 1.0
STOP_SECONDS = 8.0
FD_VARIABLE = "DIALOG_GUNICORN_FD"


class WebParent:
    """Keeps gunicorn alive and on the wanted generation."""

    def __init__(self, config: Config, listener: socket.socket, stopping: Stopping) -> None:
        self._config = config
        self._stopping = stopping
        self._engine = open_engine(config)
        self._gunicorn = gunicorn_child(listener)
        self._roller = Roller(
            self._engine, node=node_name(config.home), workers=config.web_workers, stopping=stopping
        )
        self._built: int | None = None

    def run(self) -> None:
        """Serve until told to stop."""
        heartbeat = parent_heartbeat(self._config, "web-parent")
        heartbeat.start()
        self._build(self._wanted())
        self._gunicorn.start()
        try:
            while not self._stopping.wait(LOOK_SECONDS):
                self._look()
        finally:
            stop_all([self._gunicorn], seconds=STOP_SECONDS)
            heartbeat.stop()
            self._engine.dispose()

    def _look(self) -> None:
        self._gunicorn.keep()
        master = self._gunicorn.pid
        try:
            wanted = wanted_generation(self._engine)
            if master is None or self._config.safe_mode or not self._roller.outdated(master, wanted):
                return
        except SQLAlchemyError as error:
            log.warning("the wanted generation cannot be read: %s", error)
            return
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


def gunicorn_child(listener: socket.socket) -> Child:
    """Return the child that runs gunicorn on a listening socket."""
    fd = listener.fileno()
    command = [sys.executable, "-m", "gunicorn", "-c", "python:dialog_core.server.gunicorn_conf"]
    return Child("gunicorn", command, environ={FD_VARIABLE: str(fd)}, pass_fds=[fd])


def run_web(config: Config) -> None:
    """Run `dialog web` until SIGTERM or Ctrl-C.

    Raises:
        SetupProblem: the port is taken, or the database cannot be reached.
    """
    stopping = Stopping()
    end_with_parent()
    with open_listener(config) as listener:
        WebParent(config, listener, stopping).run()
