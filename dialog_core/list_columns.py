# SPDX-License-Identifier: Apache-2.0
"""Columns of the ticket list that the modules of this process bring, and their values for a page of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import cast

from flask import current_app

from dialog_core.hookspecs.lists import ColumnValue, ListColumn
from dialog_core.modules import HookFailed, report_incident
from dialog_core.runtime import runtime
from dialog_core.staff import Actor

_EXTENSION = "dialog_list_columns"


@dataclass(frozen=True, slots=True)
class ColumnsOfPage:
    """The columns that a reader sees on a page of the list.

    Attributes:
        values: by name of the column and id of the ticket.
        failed: names of the columns whose module failed to give them.
    """

    columns: tuple[ListColumn, ...] = ()
    values: dict[tuple[str, int], ColumnValue] = field(default_factory=dict)
    failed: frozenset[str] = frozenset()


def columns_of_page(actor: Actor, ticket_ids: Sequence[int]) -> ColumnsOfPage:
    """Ask each module once for all of its columns and all rows; what was not asked for is left out."""
    visible = [
        (module, column) for module, column in _declared() if column.permission is None or actor.may(column.permission)
    ]
    columns = tuple(column for _module, column in visible)
    if not columns or not ticket_ids:
        return ColumnsOfPage(columns)
    names = tuple(column.name for column in columns)
    values: dict[tuple[str, int], ColumnValue] = {}
    failed: set[str] = set()
    for module in dict.fromkeys(module for module, _column in visible):
        own = {column.name for owner, column in visible if owner == module}
        try:
            found = runtime().hooks.ask(
                "list_column_values", module=module, columns=names, ticket_ids=tuple(ticket_ids)
            )
        except HookFailed:
            failed |= own
            continue
        for value in cast("Iterable[ColumnValue]", found or ()):
            if value.column in own:
                values[value.column, value.ticket_id] = value
    return ColumnsOfPage(columns, values, frozenset(failed))


def _declared() -> list[tuple[str, ListColumn]]:
    """Return every column with its module, in order; asked for once per process."""
    known: list[tuple[str, ListColumn]] | None = current_app.extensions.get(_EXTENSION)
    if known is None:
        known = []
        for contribution in runtime().hooks.collect("list_columns"):
            column: ListColumn = contribution.value
            if column.name.startswith(f"{contribution.module}_"):
                known.append((contribution.module, column))
            else:
                error = ValueError(f"the column {column.name} does not begin with {contribution.module}_")
                report_incident(contribution.module, "hook list_columns", error)
        known.sort(key=lambda pair: (pair[1].order, pair[1].name))
        current_app.extensions[_EXTENSION] = known
    return known
