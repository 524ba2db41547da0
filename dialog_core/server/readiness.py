# SPDX-License-Identifier: Apache-2.0
"""Whether this process can serve: the database answers, its tables are those of this code, and which modules run."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from dialog_core.config import Config
from dialog_core.database import open_engine, serves_this_code
from dialog_core.errors import SetupProblem
from dialog_core.modules import STUCK, BootState, Running, stuck_call


@dataclass(frozen=True, slots=True)
class Readiness:
    """An answer of `/readyz`; degraded is a process that serves, but not with the modules that are wanted."""

    is_ready: bool
    database: str
    migrations: str
    generation: dict[str, Any]

    @property
    def is_degraded(self) -> bool:
        """Whether it runs something else than what is wanted, or has to be replaced."""
        return self.generation["state"] not in {BootState.RUNNING.value, BootState.SAFE.value}

    def to_json(self) -> dict[str, Any]:
        """Return what is answered."""
        return {
            "status": "not ready" if not self.is_ready else "degraded" if self.is_degraded else "ready",
            "database": self.database,
            "migrations": self.migrations,
            "generation": self.generation,
        }


class ReadinessCheck:
    """Asks the database through a small pool of its own, which Flask and modules cannot use up."""

    def __init__(self, config: Config, running: Running) -> None:
        self._config = config
        self._running = running
        self._engine: Engine | None = None
        self._lock = threading.Lock()

    def look(self) -> Readiness:
        """Return how it stands now; never raises."""
        running = self._running
        state = STUCK if stuck_call() else running.state.value
        generation = {"running": running.generation, "wanted": running.wanted, "state": state}
        try:
            with self._open().connect() as connection:
                is_current = serves_this_code(connection)
        except SetupProblem:
            return Readiness(False, "unreachable", "unknown", generation)
        except SQLAlchemyError:
            return Readiness(False, "unreachable", "unknown", generation)
        return Readiness(is_current, "ok", "ok" if is_current else "needed", generation)

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None

    def _open(self) -> Engine:
        with self._lock:
            if self._engine is None:
                self._engine = open_engine(self._config)
            return self._engine
