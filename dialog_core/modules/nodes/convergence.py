# SPDX-License-Identifier: Apache-2.0
"""Wait until every process of the cluster runs the wanted generation."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy import Engine

from dialog_core.errors import NotAllowedNow
from dialog_core.modules.activation.running import BootState
from dialog_core.modules.nodes.processes import ProcessState, live_processes

POLL_SECONDS = 0.1
ABSENT_SECONDS = 15.0
SERVICE = "service:"
GAVE_UP = {BootState.FALLBACK.value, BootState.CORE.value}


@dataclass(frozen=True, slots=True)
class Convergence:
    """How many of the live processes run a generation: "7 of 8 processes on 42"."""

    generation: int | None
    arrived: int
    total: int

    def __str__(self) -> str:
        return f"{self.arrived} of {self.total} processes on {self.generation}"


def waited_for(processes: list[ProcessState]) -> list[ProcessState]:
    """Return the processes that a change waits for: parents and safe mode run no modules."""
    return [item for item in processes if item.converges and item.state != BootState.SAFE.value]


def measure(processes: list[ProcessState], generation: int | None) -> Convergence:
    """Count the processes that run a generation."""
    counted = waited_for(processes)
    return Convergence(generation, sum(item.generation == generation for item in counted), len(counted))


class _Replacements:
    """Processes that were there when the waiting began; one that is away for a moment is being replaced.

    Services of modules that are off now are not expected back.
    """

    def __init__(self, processes: list[ProcessState], enabled: Collection[str]) -> None:
        self._places = Counter(
            {
                place: number
                for place, number in self._count(processes).items()
                if not place[1].startswith(SERVICE) or place[1].removeprefix(SERVICE).split(".")[0] in enabled
            }
        )
        self._away_since: dict[tuple[str, str], float] = {}

    def expected_back(self, processes: list[ProcessState]) -> int:
        """Return how many are still expected to come back; after a quarter of a minute a place is taken as given up."""
        present = self._count(processes)
        absent = 0
        for place, number in self._places.items():
            if present[place] >= number:
                self._away_since.pop(place, None)
            elif time.monotonic() - self._away_since.setdefault(place, time.monotonic()) < ABSENT_SECONDS:
                absent += number - present[place]
        return absent

    @staticmethod
    def _count(processes: list[ProcessState]) -> Counter[tuple[str, str]]:
        return Counter((item.node, item.role) for item in waited_for(processes))


def converge(
    engine: Engine,
    *,
    generation: int,
    enabled: Collection[str],
    node: str,
    seconds: float,
    tell: Callable[[Convergence], None],
) -> Convergence:
    """Wait until every live process runs a generation, and those that were there before are there again.

    Args:
        enabled: its modules that are on; services of others are not waited for.
        node: this node, of which only existing processes count.
        seconds: how long to wait.
        tell: called whenever the numbers change.

    Raises:
        NotAllowedNow: a process could not start with it, or the time is over.
    """
    until = time.monotonic() + seconds
    processes = _read(engine, node)
    replacements = _Replacements(processes, enabled)
    told: Convergence | None = None
    while True:
        counted = measure(processes, generation)
        state = Convergence(generation, counted.arrived, counted.total + replacements.expected_back(processes))
        if state != told:
            tell(state)
            told = state
        if state.arrived == state.total:
            return state
        _refuse_fallback(processes, generation)
        if time.monotonic() > until:
            raise _too_late(processes, state, seconds)
        time.sleep(POLL_SECONDS)
        processes = _read(engine, node)


def _read(engine: Engine, node: str) -> list[ProcessState]:
    with engine.connect() as connection:
        return live_processes(connection, node=node)


def _refuse_fallback(processes: list[ProcessState], generation: int) -> None:
    for item in waited_for(processes):
        if item.wanted == generation and item.generation != generation and item.state in GAVE_UP:
            raise NotAllowedNow(
                "%(role)s on %(node)s did not start with the change: %(reason)s",
                role=item.role,
                node=item.node,
                reason=item.problem,
            )


def _too_late(processes: list[ProcessState], state: Convergence, seconds: float) -> NotAllowedNow:
    late = next((item for item in waited_for(processes) if item.generation != state.generation), None)
    return NotAllowedNow(
        "After %(seconds)s s only %(state)s; missing: %(who)s.",
        seconds=seconds,
        state=str(state),
        who=f"{late.role}, {late.node}, process {late.pid}" if late else "a process that is being replaced",
    )
