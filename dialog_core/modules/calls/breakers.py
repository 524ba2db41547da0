# SPDX-License-Identifier: Apache-2.0
"""Breakers: an implementation that fails too often is not called for a while, then tried once."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dialog_core.clock import now

if TYPE_CHECKING:
    from dialog_core.modules.calls.timings import Timing

FAILURES: Final = 5
WITHIN_SECONDS: Final = 60.0
SHARE: Final = 0.1
"""An implementation rests after so many failures in that time, when they are at least this share of its calls."""
FIRST_PAUSE_SECONDS: Final = 10.0
LONGEST_PAUSE_SECONDS: Final = 600.0
CALM_SECONDS: Final = 600.0
"""Each pause is three times the one before; after so long without a new one they begin small again."""


def _seconds() -> float:
    return now().timestamp()


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause that has just begun: the how many-th in a row, and how many seconds it lasts."""

    trips: int
    seconds: float


class Breaker:
    """The breaker of one implementation in one process.

    `is_open` is all that a call looks at while everything is well; the lock is taken only when something is not.
    """

    __slots__ = ("_clock", "_failures", "_lock", "_timing", "_trial", "_until", "is_open", "trips")

    def __init__(self, timing: Timing, clock: Callable[[], float] = _seconds) -> None:
        self.is_open = False
        self.trips = 0
        self._timing = timing
        self._clock = clock
        self._lock = threading.Lock()
        self._failures: deque[tuple[float, int]] = deque(maxlen=FAILURES)
        self._until = 0.0
        self._trial = float("-inf")

    def lets_through(self) -> bool:
        """Whether a call may be made: always while it is closed, and once, as a trial, when the pause is over."""
        with self._lock:
            at = self._clock()
            if not self.is_open:
                return True
            # A trial that never came back (its thread was killed) does not block the next for ever.
            if at < self._trial + WITHIN_SECONDS or 0 < self._until - at <= LONGEST_PAUSE_SECONDS:
                return False
            self._trial = at
            return True

    def resting_seconds(self) -> float:
        """Return how long the pause still lasts; 0 when a call may be made."""
        with self._lock:
            return max(0.0, self._until - self._clock()) if self.is_open else 0.0

    def failed(self, *, at_once: bool = False) -> Pause | None:
        """Note a failure; return the pause when it begins one.

        Args:
            at_once: one such failure is enough (a call that hung).
        """
        with self._lock:
            at = self._clock()
            if self.is_open:
                # A trial failed, or a call that was under way when the pause began.
                return self._open(at) if at >= self._until else None
            calls = self._timing.calls
            self._failures.append((at, calls))
            first_at, first_calls = self._failures[0]
            is_often = len(self._failures) == FAILURES and at - first_at <= WITHIN_SECONDS
            if at_once or (is_often and SHARE * (calls - first_calls + 1) <= FAILURES):
                return self._open(at)
            return None

    def succeeded(self) -> bool:
        """Note that a call went well while it was open; tell whether that ended the pause."""
        with self._lock:
            if not self.is_open or self._clock() < self._until:
                return False
            self._close()
            return True

    def open_for(self, seconds: float, trips: int) -> None:
        """Take over a pause that another process began."""
        with self._lock:
            at = self._clock()
            self.is_open, self.trips = True, trips
            self._until, self._trial = at + seconds, float("-inf")

    def try_now(self) -> None:
        """End the pause: the next call is the trial."""
        with self._lock:
            self._until, self._trial = self._clock(), float("-inf")

    def _open(self, at: float) -> Pause:
        if at > self._until + CALM_SECONDS:
            self.trips = 0
        seconds = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 3.0 ** min(self.trips, 8))
        self.trips += 1
        self.is_open = True
        self._until, self._trial = at + seconds, float("-inf")
        self._failures.clear()
        return Pause(self.trips, seconds)

    def _close(self) -> None:
        self.is_open = False
        self._trial = float("-inf")
        self._failures.clear()
