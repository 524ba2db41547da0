# SPDX-License-Identifier: Apache-2.0
"""The one clock of the platform, so that tests can set it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_source: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731 - replaced as a value by `set_to`


def now() -> datetime:
    """Return the current time as aware UTC."""
    return _source()


@contextmanager
def set_to(source: Callable[[], datetime]) -> Iterator[None]:
    """Let `source` tell the time in this process until the block ends."""
    global _source  # noqa: PLW0603 - the clock is a process-wide fact
    earlier = _source
    _source = source
    try:
        yield
    finally:
        _source = earlier
