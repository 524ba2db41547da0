# SPDX-License-Identifier: Apache-2.0
"""E-mail addresses: one sound check, and the key under which they are matched."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 254
_LOCAL = re.compile(r"[^\s@\"(),:;<>\[\]\\]{1,64}")
_LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")


def email_key(text: str) -> str | None:
    """Return the lower-case address, or None when the text is no address that mail could reach."""
    address = unicodedata.normalize("NFC", text.strip())
    local, at, domain = address.rpartition("@")
    if not at or len(address) > LONGEST or any(unicodedata.category(sign).startswith("C") for sign in address):
        return None
    labels = domain.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        return None
    if not _LOCAL.fullmatch(local) or local.startswith(".") or local.endswith(".") or ".." in local:
        return None
    return address.lower()
