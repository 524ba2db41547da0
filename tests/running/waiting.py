# SPDX-License-Identifier: Apache-2.0
"""Wait for what other processes do."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
LOOK_SECONDS = 0.05


def eventually(look: Callable[[], T], *, seconds: float = 15.0, what: str = "") -> T:
    """Look until something true is seen, and return it; the last look is part of the failure."""
    deadline = time.monotonic() + seconds
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what or look}; last seen: {seen!r}")
        time.sleep(LOOK_SECONDS)
