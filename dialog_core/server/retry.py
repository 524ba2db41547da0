# SPDX-License-Identifier: Apache-2.0
"""Processes that run something else than what is wanted try it again by themselves, less often each time."""

from __future__ import annotations

import time
from collections.abc import Callable

FIRST_SECONDS = 30.0
LONGEST_SECONDS = 600.0


class Retry:
    """When to try a generation again with which processes did not start."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._generation: int | None = None
        self._at: float | None = None
        self._pause = FIRST_SECONDS

    def is_due(self, generation: int | None, fell_back: bool) -> bool:
        """Tell whether to try now; ask every second or so.

        Args:
            generation: the wanted one; another one begins with short pauses again.
            fell_back: whether a process runs something else because it did not start with it.
        """
        if generation != self._generation:
            self._generation, self._at, self._pause = generation, None, FIRST_SECONDS
        if not fell_back:
            self._at = None
            return False
        if self._at is None:
            self._at = self._clock() + self._pause
        if self._clock() < self._at:
            return False
        self._at, self._pause = None, min(LONGEST_SECONDS, 2 * self._pause)
        return True
