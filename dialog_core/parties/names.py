# SPDX-License-Identifier: Apache-2.0
"""Names as people write them, and the key under which two spellings of one name meet."""

from __future__ import annotations

import re
import unicodedata

from dialog_core import text as texts
from dialog_core.errors import WrongValue

NAME_LENGTH = 300

_QUOTES = dict.fromkeys(map(ord, "«»„“”‟‚‘’‛\"'`´′″‹›"))
_SPELLING = str.maketrans({"ё": "е", "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-"})
_SPACES = re.compile(r"\s+")
# Directional overrides and isolates let a text show something other than what it holds.
_DECEPTIVE = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF])


def name_key(name: str) -> str:
    """Return the key of a name: case, ё, quotes, dashes and spaces make no difference; at most 300 characters."""
    folded = unicodedata.normalize("NFKC", name).casefold().translate(_SPELLING).translate(_QUOTES)
    return _SPACES.sub(" ", folded).strip()[:NAME_LENGTH]


def clean_line(value: str, field: str, *, limit: int, required: bool = False) -> str:
    """Return one line of text: without control characters, spaces squeezed.

    Raises:
        WrongValue: it is empty though `required`, or longer than `limit` characters.
    """
    line = texts.clean_line(value)
    if required and not line:
        raise WrongValue(field, "This must not be empty.")
    return _within(line, field, limit)


def clean_text(value: str, field: str, *, limit: int) -> str:
    """Return text of many lines: without control characters other than tabs, line ends as `\\n`.

    Raises:
        WrongValue: it is longer than `limit` characters.
    """
    lines = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).translate(_DECEPTIVE)
    kept = "".join(sign for sign in lines if sign in "\t\n" or unicodedata.category(sign) not in {"Cc", "Cs"})
    return _within(kept.strip(), field, limit)


def _within(text: str, field: str, limit: int) -> str:
    if len(text) > limit:
        raise WrongValue(field, "This is longer than %(limit)s characters.", limit=limit)
    return text
