# SPDX-License-Identifier: Apache-2.0
"""What a list of tickets may be asked for: filters, order, cursor."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from dialog_core.errors import WrongValue
from dialog_core.fields import FieldFilter
from dialog_core.tickets.vocabulary import State

LIMIT_MAX: Final = 200


class Sort(StrEnum):
    """Orders of a list; each ends with the id, so that no two tickets stand alike."""

    NEWEST = "newest"
    ACTIVITY = "activity"
    """The latest activity first."""
    PRIORITY = "priority"
    """The most pressing first, the newest first among equals."""


@dataclass(frozen=True, slots=True)
class TicketFilters:
    """Conditions that all must hold; what is empty or None does not limit.

    Attributes:
        states: any of these states.
        is_open: True for every state but closed, False for closed.
        priorities: any of these (1 to 4).
        responsible: a staff id, `me` (the actor), or `none`.
        executor: a staff id or `me`: responsible, or one of the further executors.
        text: words, a registration number or its tail, a phone, an e-mail or an INN.
        opened_after, opened_before: aware times, the first included, the second not.
        fields: conditions on further fields, as `fields.read_filters` reads them.
    """

    states: tuple[State, ...] = ()
    is_open: bool | None = None
    priorities: tuple[int, ...] = ()
    responsible: int | Literal["me", "none"] | None = None
    executor: int | Literal["me"] | None = None
    team_id: int | None = None
    organisation_id: int | None = None
    contact_id: int | None = None
    kind: str | None = None
    category_id: int | None = None
    channel: str | None = None
    text: str = ""
    opened_after: datetime | None = None
    opened_before: datetime | None = None
    fields: tuple[FieldFilter, ...] = ()


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page ended: the values of the sort columns of its last row."""

    rank: int
    key: int | datetime
    id: int


def write_cursor(sort: Sort, position: Position) -> str:
    """Return the opaque text that asks for the page after a position."""
    key = position.key.isoformat() if isinstance(position.key, datetime) else str(position.key)
    plain = f"{sort}|{position.rank}|{key}|{position.id}"
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def read_cursor(sort: Sort, cursor: str) -> Position:
    """Return the position that a cursor of the same order holds.

    Raises:
        WrongValue: it is no cursor, or one of another order.
    """
    try:
        plain = base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), b"-_", validate=True).decode()
        name, rank, key, row = plain.split("|")
        if name != sort or len(row) > 12 or len(rank) > 1 or len(key) > 40:
            raise ValueError(plain)
        when = datetime.fromisoformat(key) if sort is Sort.ACTIVITY else int(key)
        if isinstance(when, datetime) and when.tzinfo is None:
            raise ValueError(plain)
        return Position(int(rank), when, int(row))
    except (ValueError, binascii.Error) as error:
        raise WrongValue("cursor", "This is not the cursor of a page of this list.") from error
