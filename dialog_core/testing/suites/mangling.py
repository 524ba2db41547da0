# SPDX-License-Identifier: Apache-2.0
"""Payloads that are wrong in one place or another, as the far side of a channel might send them."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

_NONSENSE: tuple[Any, ...] = (
    None, True, -1, 2**70, 1e308, "", "\x00", "x" * 70_000, "\ud800", "<b>&amp;", [], {}, [[[]]], {"": None}, "٣",
)  # fmt: skip
_MANGLED = 300


def mangled(payload: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give payloads that are wrong in one place or another, always the same ones."""
    chance = random.Random(json.dumps(payload, sort_keys=True, default=str))  # noqa: S311 - repeatable on purpose
    yield {}
    for _ in range(_MANGLED):
        changed = copy.deepcopy(payload)
        places = list(_places(changed))
        for _ in range(chance.choice((1, 1, 2, 5))):
            holder, key = chance.choice(places)
            if chance.random() < 0.3 and isinstance(holder, dict):
                holder.pop(key, None)
            else:
                holder[key] = copy.deepcopy(chance.choice(_NONSENSE))
        yield changed


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    for key in keys:
        yield value, key
        yield from _places(value[key])
