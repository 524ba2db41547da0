# SPDX-License-Identifier: Apache-2.0
"""Growing pauses between attempts."""

from __future__ import annotations

FIRST, LONGEST = 1.0, 60.0


class Pauses:
    """Doubles from `first` to `longest` seconds until `reset`."""

    def __init__(self, first: float = FIRST, longest: float = LONGEST) -> None:
        self._first = first
        self._longest = longest
        self._next = first

    def next(self) -> float:
        """Return how long to wait now."""
        pause = self._next
        self._next = min(pause * 2, self._longest)
        return pause

    def reset(self) -> None:
        """Begin again with the shortest pause."""
        self._next = self._first
