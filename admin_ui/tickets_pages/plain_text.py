# SPDX-License-Identifier: Apache-2.0
"""Text of people as HTML: escaped, lines kept, addresses of the web made links."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from markupsafe import Markup, escape

_ADDRESS = re.compile(r"https?://[^\s<>\"“”«»]{3,2000}", re.IGNORECASE)
_TAIL = ".,;:!?'…"
_PAIRS = {")": "(", "]": "[", "}": "{"}
_LINK = Markup('<a href="{}" rel="noopener nofollow noreferrer" target="_blank">{}</a>')
SHOWN = 2_500
LINES_SHOWN = 30


def plain_text(text: str) -> Markup:
    """Return the text as HTML in which nothing but http and https links is markup; CSS keeps the line breaks."""
    parts: list[str] = []
    end = 0
    for found in _ADDRESS.finditer(text):
        address = _without_tail(found[0])
        if not _is_web(address):
            continue
        parts += [escape(text[end : found.start()]), _LINK.format(address, address)]
        end = found.start() + len(address)
    parts.append(escape(text[end:]))
    return Markup("").join(parts)


def is_long(text: str) -> bool:
    """Tell whether a text is shown folded at first."""
    return len(text) > SHOWN or text.count("\n") > LINES_SHOWN


def _without_tail(address: str) -> str:
    """Leave out what belongs to the sentence around the address."""
    while address:
        last = address[-1]
        if last in _TAIL or (last in _PAIRS and address.count(last) > address.count(_PAIRS[last])):
            address = address[:-1]
        else:
            break
    return address


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False
