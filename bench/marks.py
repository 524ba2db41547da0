# SPDX-License-Identifier: Apache-2.0
"""The best of four comparable systems for each operation, measured on two cores with a client like ours.

django-helpdesk 2.6.1, Roundup 2.6.0, Redmine 5.0.4 and Request Tracker 5.0.3, November 2026, tickets with three
messages. Compare ratios of one machine, not figures of two machines: the minimal Flask route says what this one can do.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """Median in ms at concurrency 1 and requests per second at 16; `factor` is how much better we want to be."""

    median: float
    per_second: float
    factor: float

    @property
    def wanted_median(self) -> float:
        """Return the median to stay below."""
        return self.median / self.factor

    @property
    def wanted_per_second(self) -> float:
        """Return the rate to reach."""
        return self.per_second * self.factor


_PEERS: dict[str, dict[int, tuple[float, float]]] = {
    "ticket, page": {10_000: (46, 44), 100_000: (63, 32)},
    "ticket, API": {10_000: (6, 269), 100_000: (32, 57)},
    "queue, page": {10_000: (24, 76), 100_000: (99, 16)},
    "queue, API": {10_000: (28, 74), 100_000: (57, 29)},
    "state+priority+executor, page": {10_000: (21, 87), 100_000: (77, 22)},
    "state+priority+executor, API": {10_000: (12, 153), 100_000: (31, 71)},
    "search, page": {10_000: (28, 68), 100_000: (314, 6.5)},
    "search, API": {10_000: (31, 66), 100_000: (40, 45)},
    "create, API": {10_000: (17, 115), 100_000: (17, 118)},
    "reply, API": {10_000: (13, 117), 100_000: (16, 126)},
}
IDLE_MIB = 118.0
COLD_START_S = 0.34


def mark(operation: str, tickets: int) -> Mark | None:
    """Return what is to be reached: twice the best for reads, the best itself for writes."""
    known = _PEERS.get(operation, {}).get(tickets)
    return None if known is None else Mark(*known, factor=1 if operation.startswith(("create", "reply")) else 2)
