# SPDX-License-Identifier: Apache-2.0
"""What a person can read out of raw input, whatever channel it came through."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

TEXTS = ("text", "caption", "body", "message", "content", "subject")
NAMES = ("first_name", "full_name", "name", "author", "username", "sender")
LONGEST = 600
RAW = 20_000
MOST = 400


@dataclass(frozen=True, slots=True)
class Preview:
    """Text and writer as far as they can be found, and the whole input for who wants to see it."""

    text: str
    who: str
    raw: str


def preview(payload: Mapping[str, object]) -> Preview:
    """Look for a text and a name in JSON of an unknown shape; the outermost ones count."""
    raw = json.dumps(payload, ensure_ascii=False, indent=2, default=str)
    text, who = _first(payload, TEXTS), _first(payload, NAMES)
    shown = raw if len(raw) <= RAW else raw[:RAW] + "\n…"
    return Preview(text if len(text) <= LONGEST else text[: LONGEST - 1] + "…", who[:120], shown)


def _first(payload: Mapping[str, object], keys: tuple[str, ...]) -> str:
    found: dict[str, str] = {}
    for key, value in _strings(payload):
        if key in keys and value.strip():
            found.setdefault(key, value.strip())
    return next((found[key] for key in keys if key in found), "")


def _strings(payload: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Walk through nested JSON level by level, at most some hundreds of values."""
    level: list[object] = [payload]
    seen = 0
    while level and seen < MOST:
        below: list[object] = []
        for part in level:
            pairs = (
                part.items()
                if isinstance(part, Mapping)
                else ((("", one) for one in part) if isinstance(part, list) else ())
            )
            for key, value in pairs:
                seen += 1
                if isinstance(value, str):
                    yield str(key), value
                elif isinstance(value, Mapping | list):
                    below.append(value)
        level = below
