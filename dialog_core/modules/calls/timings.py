# SPDX-License-Identifier: Apache-2.0
"""How long the implementations of a hook take: a small histogram per implementation and process."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

BOUNDS: Final[tuple[float, ...]] = tuple(1e-5 * 2**power for power in range(23))
"""Upper ends of the buckets in seconds, from 10 µs to 42 s; one more bucket is open."""

QUICKEST: Final = BOUNDS[0]


class Timing:
    """Counts of one implementation; they only grow.

    A count is raised by one plain addition. The interpreter of today switches threads at calls and jumps only, so
    none is lost; if one were, a figure on a page would be off by one.

    Attributes:
        buckets: calls by duration, one count for each of `BOUNDS` and one for what is longer.
        failures: calls among them that failed.
        skipped: calls that were not made, because the breaker was open.
    """

    __slots__ = ("_flushed", "buckets", "failures", "skipped")

    def __init__(self) -> None:
        self.buckets = [0] * (len(BOUNDS) + 1)
        self.failures = 0
        self.skipped = 0
        self._flushed: tuple[tuple[int, ...], int, int] = (tuple(self.buckets), 0, 0)

    @property
    def calls(self) -> int:
        """How many calls were made."""
        return sum(self.buckets)

    def note(self, seconds: float) -> None:
        """Count a call."""
        self.buckets[bisect_left(BOUNDS, seconds)] += 1

    def take_new(self) -> tuple[list[int], int, int] | None:
        """Return buckets, failures and skipped calls since the last time, None when there were none."""
        now = (tuple(self.buckets), self.failures, self.skipped)
        if now == self._flushed:
            return None
        before, self._flushed = self._flushed, now
        buckets = [new - old for new, old in zip(now[0], before[0], strict=True)]
        return buckets, now[1] - before[1], now[2] - before[2]


def quantile(buckets: Sequence[int], share: float) -> float | None:
    """Return the duration in seconds below which a share (0 to 1) of the calls stayed; None without calls.

    It is interpolated within its bucket, so it is off by less than the bucket's width; what lies in the open bucket is
    told as its lower end.
    """
    total = sum(buckets)
    if not total:
        return None
    wanted = share * total
    passed = 0
    for number, count in enumerate(buckets):
        if count and passed + count >= wanted:
            if number == len(BOUNDS):
                break
            low = BOUNDS[number - 1] if number else 0.0
            return low + (BOUNDS[number] - low) * max(0.0, wanted - passed) / count
        passed += count
    return BOUNDS[-1]
