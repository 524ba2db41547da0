# SPDX-License-Identifier: Apache-2.0
"""What every change of a row has in common: load it for writing, compare the version, tell before and after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from sqlalchemy.orm import Session

from dialog_core.errors import NotAllowedNow, NotFound

Cleaner = Callable[[Any], Any]


class Versioned(Protocol):
    """A row that counts its changes."""

    version: Any


Row = TypeVar("Row")


def load_for_change(session: Session, model: type[Row], row_id: int, message: str) -> Row:
    """Return a row, locked until the transaction ends where the database can.

    Raises:
        NotFound: there is none; `message` is the text, with a place `%(id)s`.
    """
    row = session.get(model, row_id, with_for_update={"key_share": True}, populate_existing=True)
    if row is None:
        raise NotFound(message, id=row_id)
    return row


def check_version(row: Versioned, version: int | None) -> None:
    """Let only a writer pass who has seen the present version (None: who does not care).

    Raises:
        NotAllowedNow: somebody else was faster.
    """
    if version is not None and row.version != version:
        raise NotAllowedNow(
            "Somebody else has changed this meanwhile: load it again and repeat your change.", missing=("version",)
        )


def apply_changes(
    row: Versioned, changes: Mapping[str, Any], cleaners: Mapping[str, Cleaner]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Clean and set what differs, count the version up, and return (before, after) of what changed.

    Raises:
        TypeError: a name that cannot be changed.
        WrongValue: a value cannot be accepted; nothing is set then.
    """
    unknown = changes.keys() - cleaners.keys()
    if unknown:
        raise TypeError(f"cannot be changed: {', '.join(sorted(unknown))}")
    wanted = {name: cleaners[name](value) for name, value in changes.items()}
    after = {name: value for name, value in wanted.items() if getattr(row, name) != value}
    before = {name: getattr(row, name) for name in after}
    for name, value in after.items():
        setattr(row, name, value)
    if after:
        row.version += 1
    return before, after
