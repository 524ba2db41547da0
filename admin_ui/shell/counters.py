# SPDX-License-Identifier: Apache-2.0
"""Counts beside entries of the navigation: each page folder says how to read the kept counter of its key."""

from __future__ import annotations

from collections.abc import Callable

from dialog_core.plugin import staff

_counters: dict[str, Callable[[staff.Actor], int]] = {}


def add_counter(key: str, read: Callable[[staff.Actor], int]) -> None:
    """Say how the counter `key` is read; it must be kept, not counted, for it is read on every page."""
    _counters[key] = read


def count(key: str | None, actor: staff.Actor) -> int:
    """Return a counter, 0 when nobody said how to read it."""
    read = _counters.get(key or "")
    return read(actor) if read is not None else 0


def all_counts(actor: staff.Actor) -> dict[str, int]:
    """Return all counters by their keys, for a page that keeps itself up to date."""
    return {key: read(actor) for key, read in _counters.items()}
