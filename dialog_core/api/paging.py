# SPDX-License-Identifier: Apache-2.0
"""Cursors: the position after which the next page goes on, opaque to the caller and bound to its list and order."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from dialog_core.api.fields import LARGEST_ID, Input, Line, Number, Word
from dialog_core.errors import WrongValue

DEFAULT_LIMIT = 50
MOST = 200


class Paging(Input):
    """What every list can be asked for."""

    limit = Number(1, MOST, strict=False, load_default=DEFAULT_LIMIT, metadata={"description": "Items of one page."})
    cursor = Line(high=2000, load_default=None, metadata={"description": "`next` of the page before."})


def sorted_by(*orders: str) -> Word:
    """Return the field `sort` of a list with these orders; the first is the default."""
    return Word(orders, load_default=orders[0], metadata={"description": "“-” in front turns the order around."})


def write_cursor(kind: str, position: tuple[Any, ...] | None) -> str | None:
    """Return the cursor of a position in the list and order named `kind`; None after the last page."""
    if position is None:
        return None
    plain = json.dumps([kind, *position], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def read_cursor(kind: str, cursor: str | None, *types: type) -> tuple[Any, ...] | None:
    """Return the position that a cursor of the same list and order holds.

    Raises:
        WrongValue: it is no such cursor.
    """
    if not cursor:
        return None
    try:
        plain = base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), b"-_", validate=True)
        name, *position = json.loads(plain.decode())
        if name != kind or [type(value) for value in position] != list(types):
            raise ValueError(kind)
        if any(isinstance(value, int) and not 0 <= value <= LARGEST_ID for value in position):
            raise ValueError(kind)
        if any(isinstance(value, str) and "\x00" in value for value in position):
            raise ValueError(kind)
        "".join(value for value in position if isinstance(value, str)).encode()
    except (ValueError, TypeError, RecursionError, binascii.Error):
        raise WrongValue("cursor", "This is not the cursor of a page of this list.") from None
    return tuple(position)
