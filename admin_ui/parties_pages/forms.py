# SPDX-License-Identifier: Apache-2.0
"""What the forms of customers have in common: values of the request, conflicts, pages of lists."""

from __future__ import annotations

import base64
import json
from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext

from admin_ui.shell import Entries, explain
from dialog_core.plugin import DialogError, NotAllowedNow, WrongValue

LONGEST_CURSOR = 800


def lines(name: str) -> list[str]:
    """Return the values of a field with several inputs, those without text left out."""
    return [text.strip() for text in request.form.getlist(name) if text.strip()]


def day(name: str) -> date | None:
    """Return the date of a field, None when it is empty.

    Raises:
        WrongValue: it is no date.
    """
    text = request.form.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongValue(name, "This is not a date.") from None


def number(name: str) -> int | None:
    """Return the whole number of a field, None when it is empty.

    Raises:
        WrongValue: it is no whole number.
    """
    text = request.form.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise WrongValue(name, "Enter a whole number.")
    return int(text)


def ticked(name: str) -> bool:
    """Tell whether a box is ticked."""
    return request.form.get(name) == "on"


def refused(error: DialogError, version: int, **lists: list[str]) -> Entries:
    """Return what was entered with what was refused; after a conflict it can be saved over what is there now.

    Args:
        version: what stands there now.
        lists: fields with several inputs, of which `request.form` would give the first only.
    """
    entries = Entries.of_request()
    entries.values.update(lists)
    if isinstance(error, NotAllowedNow) and "version" in error.missing:
        entries.values["version"] = version
        entries.errors[""] = gettext(
            "Somebody changed this while you had the form open. What stands there now is shown below the form; save "
            "again to put your values there."
        )
        entries.values["is_conflict"] = True
        return entries
    field = error.field.partition(".")[0] if isinstance(error, WrongValue) else ""
    entries.errors[field] = explain(error)
    return entries


def write_position(position: tuple[Any, ...] | None) -> str | None:
    """Return the text that asks for the page after a position."""
    if position is None:
        return None
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode().rstrip("=")


def read_position() -> tuple[Any, ...] | None:
    """Return the position that the address of the page holds; the first page for what cannot be read."""
    text = request.args.get("after", "")[:LONGEST_CURSOR]
    if not text:
        return None
    try:
        found = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, UnicodeDecodeError):
        return None
    is_position = (
        isinstance(found, list) and len(found) == 2 and isinstance(found[0], str) and isinstance(found[1], int)
    )
    return tuple(found) if is_position and abs(found[1]) < 2**31 and "\x00" not in found[0] else None
