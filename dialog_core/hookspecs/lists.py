# SPDX-License-Identifier: Apache-2.0
"""Columns that modules add to the list of tickets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dialog_core.hookspecs.markers import HookKind, hookspec


class Width(StrEnum):
    """How much room a column gets."""

    NARROW = "narrow"
    """A mark or a number."""
    NORMAL = "normal"
    """A time or a few words."""
    WIDE = "wide"
    """A short sentence."""


class Tone(StrEnum):
    """What a value means for the eye; the text must say it too."""

    PLAIN = "plain"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of the ticket list; a list cannot be sorted by it.

    Attributes:
        name: prefixed with the module's name, as `module.toml` lists it (`sla_due`).
        title: `{"ru": …, "en": …}`.
        width: how much room it gets.
        permission: what the reader must be allowed to, or None.
        order: position, smaller is more to the left.
    """

    name: str
    title: dict[str, str]
    width: Width = Width.NORMAL
    permission: str | None = None
    order: int = 100


@dataclass(frozen=True, slots=True)
class ColumnValue:
    """What stands in one column of one row.

    Attributes:
        column: name of the column.
        ticket_id: whose row it is.
        text: `{"ru": …, "en": …}`, may be empty when `moment` says it all.
        moment: aware UTC, shown in the reader's time zone before the text.
        tone: colour; never the only bearer of a meaning.
    """

    column: str
    ticket_id: int
    text: dict[str, str] | None = None
    moment: datetime | None = None
    tone: Tone = Tone.PLAIN


@hookspec(kind=HookKind.COLLECT, since="0.1", budget=0.05)
def list_columns() -> Iterable[ListColumn]:
    """Declare columns for the list of tickets; `module.toml` names them under `capabilities.columns`.

    Called: once when a web process starts, and at preflight.
    Process: web. Transaction: none.
    Return: the columns; a name without the module's prefix is left out and recorded.
    On error: the module's columns are left out; the failure is recorded.
    """


@hookspec(kind=HookKind.COLLECT, since="0.1", budget=0.1)
def list_column_values(columns: tuple[str, ...], ticket_ids: tuple[int, ...]) -> Iterable[ColumnValue]:
    """Give the values of the module's own columns for all rows of a page at once.

    Called: once per page of the list, with the names of all columns that the reader sees (of every module) and the ids
    of all its rows (at most 200); the reader's permissions are checked already.
    Process: web. Transaction: a read transaction may be open; one statement for all rows, write nothing, no network.
    Return: a value for each row that has one; rows and columns that were not asked for are left out.
    On error: the module's columns stay empty and say so; the list is shown.
    """
