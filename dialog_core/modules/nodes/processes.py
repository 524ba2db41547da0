# SPDX-License-Identifier: Apache-2.0
"""Which processes there are in the cluster, what each of them runs, and when it was last seen."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from dialog_core import __version__
from dialog_core.clock import now
from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.errors import SetupProblem
from dialog_core.modules.activation.running import Running
from dialog_core.modules.calls.ledger import LEDGER
from dialog_core.modules.calls.watchdog import stuck_call
from dialog_core.modules.models import NodeProcess
from dialog_core.modules.own_connection import begin_write
from dialog_core.modules.reports.writer import start_reports

log = logging.getLogger("dialog.modules")
ALIVE = timedelta(seconds=10)
BEAT_SECONDS = 2.0
STUCK = "stuck"
CONVERGING_ROLES = ("web", "jobs", "service")


@dataclass(frozen=True, slots=True)
class ProcessState:
    """A process as it last told of itself; `generation` None is the core alone."""

    node: str
    pid: int
    role: str
    generation: int | None
    wanted: int | None
    state: str
    problem: str
    seen_at: datetime
    platform_version: str | None = None

    @property
    def converges(self) -> bool:
        """Whether a change of modules waits for this process (parents run no module code and are not waited for)."""
        return self.role.split(":", 1)[0] in CONVERGING_ROLES


def node_name(home: Path) -> str:
    """Return the name of this node: that of the machine, and a word that tells apart two homes on it."""
    file = home / "node"
    if not file.exists():
        home.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(f".node.{os.getpid()}.{secrets.token_hex(3)}")
        fresh.write_text(secrets.token_hex(2))
        try:
            os.link(fresh, file)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return f"{socket.gethostname()[:70]}-{file.read_text().strip()[:8]}"


def live_processes(connection: Connection, *, node: str | None = None) -> list[ProcessState]:
    """Return the processes that were seen within ten seconds; of `node` (this one), only those that exist."""
    columns = (
        NodeProcess.node,
        NodeProcess.pid,
        NodeProcess.role,
        NodeProcess.generation_id,
        NodeProcess.wanted_id,
        NodeProcess.state,
        NodeProcess.problem,
        NodeProcess.seen_at,
        NodeProcess.platform_version,
    )
    rows = connection.execute(select(*columns).where(NodeProcess.seen_at > now() - ALIVE).order_by(NodeProcess.id))
    found = [ProcessState(*row) for row in rows]
    return [process for process in found if process.node != node or _exists(process.pid)]


def forget_process(engine: Engine, node: str, pid: int) -> None:
    """Remove a process that has ended, so that nobody waits for it."""
    with begin_write(engine) as connection:
        connection.execute(delete(NodeProcess).where(NodeProcess.node == node, NodeProcess.pid == pid))


def _exists(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Heartbeat:
    """Registers this process and tells every two seconds that it lives.

    From a thread of its own after `start`; a process that must not have a second thread calls `look` instead.

    Args:
        engine: used instead of one of its own, and left to the caller.
    """

    def __init__(self, config: Config, running: Running, *, engine: Engine | None = None) -> None:
        self._config = config
        self._running = running
        self._node = node_name(config.home)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="dialog-heartbeat", daemon=True)
        self._engine = engine
        self._has_own_engine = engine is None
        self._beat_at = float("-inf")

    def start(self) -> None:
        """Register at once, then go on in the background; an unreachable database is tried again."""
        start_reports()
        self._beat()
        self._thread.start()

    def look(self) -> None:
        """Tell that this process lives when it is time again; call this every second or more often."""
        if time.monotonic() >= self._beat_at + BEAT_SECONDS:
            self._beat_at = time.monotonic()
            self._beat()

    def stop(self) -> None:
        """Say goodbye: nobody waits for this process any more."""
        self._stop.set()
        LEDGER.say_goodbye()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        try:
            forget_process(self._open(), self._node, os.getpid())
        except (SQLAlchemyError, SetupProblem):
            log.warning("the database was not there when this process said goodbye")
        if self._engine is not None and self._has_own_engine:
            self._engine.dispose()

    def _run(self) -> None:
        while not self._stop.wait(BEAT_SECONDS):
            self._beat()

    def _open(self) -> Engine:
        if self._engine is None:
            self._engine = open_engine(self._config)
        return self._engine

    def _beat(self) -> None:
        try:
            with begin_write(self._open()) as connection:
                self._tell(connection)
        except (SQLAlchemyError, SetupProblem) as error:
            log.warning("no heartbeat: %s", error)

    def _tell(self, connection: Connection) -> None:
        running, stuck = self._running, stuck_call()
        values = {
            "role": running.role[:60],
            "generation_id": running.generation,
            "wanted_id": running.wanted,
            "state": STUCK if stuck else running.state.value,
            "problem": stuck.problem if stuck else running.problem,
            "seen_at": now(),
            "platform_version": __version__,
        }
        known = (NodeProcess.node == self._node, NodeProcess.pid == os.getpid())
        if connection.execute(update(NodeProcess).where(*known).values(**values)).rowcount:
            return
        old = now() - 6 * ALIVE
        connection.execute(delete(NodeProcess).where(NodeProcess.seen_at < old))
        connection.execute(insert(NodeProcess).values(node=self._node, pid=os.getpid(), started_at=now(), **values))
