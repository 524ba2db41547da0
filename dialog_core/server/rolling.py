# SPDX-License-Identifier: Apache-2.0
"""Replace gunicorn's workers in a rolling way: new ones serve before the old ones are asked to end."""

from __future__ import annotations

import logging
import os
import signal
import time
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from dialog_core.jobs import started_at
from dialog_core.modules import ProcessState, live_processes
from dialog_core.server.stopping import Stopping

log = logging.getLogger("dialog.server")
PATIENCE = 90.0
LOOK_SECONDS = 0.1


class Roller:
    """Rolls the workers of one gunicorn master.

    Args:
        node: name of this node in the list of processes.
        workers: how many workers gunicorn keeps.
    """

    def __init__(self, engine: Engine, *, node: str, workers: int, stopping: Stopping) -> None:
        self._engine = engine
        self._node = node
        self._workers = workers
        self._stopping = stopping

    def serving(self, master: int) -> list[ProcessState]:
        """Return the workers of this master that have told what they run."""
        own = set(children_of(master))
        with self._engine.connect() as connection:
            found = live_processes(connection, node=self._node)
        return [item for item in found if item.node == self._node and item.role == "web" and item.pid in own]

    def roll(self, master: int) -> bool:
        """Add as many workers as there are, wait until they serve, end the old ones; False when stopped meanwhile.

        Whatever happens, the old workers go on until as many new ones have acknowledged.
        """
        before = set(children_of(master))
        self._signal(master, signal.SIGTTIN)
        complain_at = time.monotonic() + PATIENCE
        while not self._newest_serve(master, before):
            if self._stopping.wait(LOOK_SECONDS) or not _is_alive(master):
                return False
            if time.monotonic() > complain_at:
                # gunicorn ends a worker that hangs in its start; the third one comes up with the last good generation.
                log.error("the new web workers do not come up within %d s: the old ones go on meanwhile", PATIENCE)
                complain_at = time.monotonic() + PATIENCE
        self._signal(master, signal.SIGTTOU)
        return self._wait_for_end(master, before)

    def _newest_serve(self, master: int, before: set[int]) -> bool:
        newest = children_of(master)[-self._workers :]
        if len(newest) < self._workers or before.intersection(newest):
            return False
        return self._acknowledged(master) >= set(newest)

    def _wait_for_end(self, master: int, before: set[int]) -> bool:
        """Wait until no old worker takes requests any more; one with a long answer may take its time to finish."""
        give_up = time.monotonic() + 5.0
        while before.intersection(children_of(master)) and time.monotonic() < give_up:
            if self._stopping.wait(LOOK_SECONDS):
                return False
        return True

    def _signal(self, master: int, number: signal.Signals) -> None:
        for _ in range(self._workers):
            _send(master, number)
            # Equal signals that come at once are one signal to the kernel.
            time.sleep(0.05)

    def _acknowledged(self, master: int) -> set[int]:
        """Return the workers of this master that serve."""
        try:
            return {item.pid for item in self.serving(master)}
        except SQLAlchemyError as error:
            log.warning("the list of processes cannot be read: %s", error)
            return set()


def children_of(parent: int) -> list[int]:
    """Return the living children of a process, the oldest first."""
    found: list[tuple[int, int]] = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == parent and fields[0] != "Z":
                found.append((int(fields[19]), int(folder.name)))
    return [pid for _, pid in sorted(found)]


def _is_alive(pid: int) -> bool:
    return started_at(pid) != "0"


def _send(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        log.warning("process %s has ended before it was told to", pid)
