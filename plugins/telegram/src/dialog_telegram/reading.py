# SPDX-License-Identifier: Apache-2.0
"""Tolerant reading of JSON objects: a value of another type counts as absent, nothing raises."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

INT64 = 2**63
_LATEST = 253_402_300_799  # 9999-12-31, the last moment that a datetime holds


def inner(data: dict[str, Any], key: str) -> dict[str, Any]:
    """Return an object within, or an empty one."""
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def items(data: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """Return the objects of a list within."""
    value = data.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def integer(data: dict[str, Any], key: str) -> int | None:
    """Return a whole number of at most 64 bits; true and false are none."""
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or not -INT64 <= value < INT64:
        return None
    return value


def string(data: dict[str, Any], key: str) -> str:
    """Return a text as it came, or an empty one."""
    value = data.get(key)
    return value if isinstance(value, str) else ""


def moment(data: dict[str, Any], key: str, otherwise: datetime) -> datetime:
    """Return a Unix time in seconds as aware UTC, or `otherwise` when it is absent or no time."""
    seconds = integer(data, key)
    if seconds is None or not 0 < seconds <= _LATEST:
        return otherwise
    return datetime.fromtimestamp(seconds, UTC)
