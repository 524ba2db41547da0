# SPDX-License-Identifier: Apache-2.0
"""Cleaning and cutting of text that comes from and goes outside."""

from __future__ import annotations

import re
import unicodedata

MAX_ENTRY = 200_000
"""Longest text of an entry, characters; a longer one is refused (API, UI) or cut with a note (channels)."""
MAX_SUBJECT = 300
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """Return text without control characters, lone surrogates and text-direction overrides, lines ended by LF."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _BIDI.sub("", _CONTROL.sub("", lines))).strip()


def first_line(text: str, limit: int = MAX_SUBJECT) -> str:
    """Return the first non-empty line, shortened to `limit` characters."""
    line = next((part.strip() for part in text.splitlines() if part.strip()), "")
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def utf16_length(text: str) -> int:
    """Return the length in UTF-16 code units, as messengers count."""
    return len(text.encode("utf-16-le")) // 2


def split_utf16(text: str, limit: int) -> list[str]:
    """Cut a text into parts of at most `limit` UTF-16 code units, at a line or word end where there is one.

    The parts joined give the text, but for the blanks at the cuts. `limit` is at least 2.
    """
    parts: list[str] = []
    rest = text
    while utf16_length(rest) > limit:
        head = rest.encode("utf-16-le")[: limit * 2].decode("utf-16-le", "ignore")
        cut = max(head.rfind("\n"), head.rfind(" ") if head.rfind("\n") < len(head) // 2 else -1)
        cut = cut if cut > len(head) // 2 else len(head)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    if rest or not parts:
        parts.append(rest)
    return [part for part in parts if part] or [""]
