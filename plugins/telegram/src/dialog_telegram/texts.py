# SPDX-License-Identifier: Apache-2.0
"""Cleaning of text from outside: control characters, broken surrogates, spoofed directions."""

from __future__ import annotations

import math
import re
from typing import Any

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BLANKS = re.compile(r"\s+")
MAX_LINE = 200


def clean_text(text: str) -> str:
    """Return text without control characters; line ends become LF, tabs stay, nothing is shortened."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", whole_characters(unified)).strip()


def clean_line(text: str, limit: int = MAX_LINE) -> str:
    """Return a name or title: one line of at most `limit` characters that cannot turn the direction of others."""
    return _BLANKS.sub(" ", _DIRECTION.sub("", clean_text(text))).strip()[:limit]


def whole_characters(text: str) -> str:
    """Join surrogate pairs and replace lone surrogates, which no database and no protocol takes."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def utf16_length(text: str) -> int:
    """Return the length as Telegram counts it, in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def storable(value: Any) -> Any:
    """Return a JSON value that every database takes: no NUL, no lone surrogate, no infinite number."""
    if isinstance(value, str):
        return whole_characters(value).replace("\x00", "")
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, list):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {storable(str(key)): storable(item) for key, item in value.items()}
    return value
