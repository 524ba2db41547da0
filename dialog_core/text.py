# SPDX-License-Identifier: Apache-2.0
"""Text from outside, made fit to store and show."""

from __future__ import annotations

import unicodedata


def clean_line(text: str) -> str:
    """Return one line of text from outside: normalised, without control characters, inner space collapsed."""
    visible = "".join(" " if unicodedata.category(char) in {"Cc", "Zl", "Zp"} else char for char in text)
    kept = "".join(char for char in visible if unicodedata.category(char) not in {"Cf", "Cs", "Co", "Cn"})
    return " ".join(unicodedata.normalize("NFC", kept).split())
