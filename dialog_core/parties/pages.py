# SPDX-License-Identifier: Apache-2.0
"""Pages of a list by keyset: rows that are added meanwhile neither repeat nor hide others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from sqlalchemy import Select, tuple_

Item = TypeVar("Item")
Rows: TypeAlias = Select[*tuple[Any, ...]]
Position: TypeAlias = tuple[Any, ...]
"""Values of the sort columns of the last row shown; the next page goes on after it."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Part of a list; `next` is None on the last one."""

    items: tuple[Item, ...]
    next: Position | None


@dataclass(frozen=True, slots=True)
class Order:
    """Sort columns, the last of which is unique, and their common direction."""

    columns: tuple[Any, ...]
    descending: bool = False


def paged(statement: Rows, order: Order, *, after: Position | None, limit: int) -> Rows:
    """Return the statement of one page and one row more, by which the next page is known to exist."""
    keys = tuple_(*order.columns)
    if after is not None:
        statement = statement.where(keys < tuple_(*after) if order.descending else keys > tuple_(*after))
    columns = [column.desc() if order.descending else column.asc() for column in order.columns]
    return statement.order_by(*columns).limit(limit + 1)


def page_of(
    rows: Sequence[Any], *, limit: int, make: Callable[[Any], Item], position: Callable[[Any], Position]
) -> Page[Item]:
    """Make a page of the rows that a statement of `paged` returned."""
    shown = rows[:limit]
    following = position(shown[-1]) if len(rows) > limit and shown else None
    return Page(tuple(make(row) for row in shown), following)
