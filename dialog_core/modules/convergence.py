# SPDX-License-Identifier: Apache-2.0
"""Wait until every process of the cluster runs the wanted generation."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine

from dialog_core.errors import NotAllowedNow
from dialog_core.modules.processes import ProcessState, live_processes
from dialog_core.modules.running import BootState

POLL_SECONDS = 0.2
GAVE_UP = {BootState.FALLBACK.value, BootState.CORE.value}


@dataclass(frozen=True, slots=True)
class Convergence:
    """How many of the live processes run a generation: "7 of 8 processes on 42"."""

    generation: int | None
    arrived: int
    total: int

    def __str__(self) -> str:
        return f"{self.arrived} of {self.total} processes on {self.generation}"


def measure(processes: list[ProcessState], generation: int | None) -> Convergence:
    """Count; parents and safe mode are not waited for."""
    counted = [item for item in processes if item.converges and item.state != BootState.SAFE.value]
    return Convergence(generation, sum(item.generation == generation for item in counted), len(counted))


def converge(
    engine: Engine, *, generation: int, node: str, seconds: float, tell: Callable[[Convergence], None]
) -> Convergence:
    """Wait until every live process runs a generation.

    Args:
        node: this node, of which only existing processes count.
        seconds: how long to wait.
        tell: called whenever the numbers change.

    Raises:
        NotAllowedNow: a process could not start with it, or the time is over.
    """
    until = time.monotonic() + seconds
    told: Convergence | None = None
    while True:
        with engine.connect() as connection:
            processes = live_processes(connection, node=node)
        state = measure(processes, generation)
        if state != told:
            tell(state)
            told = state
        if state.arrived == state.total:
            return state
        stuck = [item for item in processes if item.converges and item.wanted == generation and item.state in GAVE_UP]
        if stuck:
            raise NotAllowedNow(
                "%(role)s on %(node)s did not start with the change: %(reason)s",
                role=stuck[0].role,
                node=stuck[0].node,
                reason=stuck[0].problem,
            )
        if time.monotonic() > until:
            late = next(item for item in processes if item.converges and item.generation != generation)
            raise NotAllowedNow(
                "After %(seconds)s s only %(state)s; %(role)s on %(node)s (process %(pid)s) is missing.",
                seconds=int(seconds),
                state=str(state),
                role=late.role,
                node=late.node,
                pid=late.pid,
            )
        time.sleep(POLL_SECONDS)
