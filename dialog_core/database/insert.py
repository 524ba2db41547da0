# SPDX-License-Identifier: Apache-2.0
"""Insert a row unless it is there: one statement that neither fails nor races, on both databases."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import CursorResult
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_new(session: Session, table: Any, **values: Any) -> bool:
    """Insert `values` into a mapped class or table, unless a unique key is taken; tell whether a row was inserted."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    # Where rows come back from an INSERT (PostgreSQL), their number is only kept when that is asked for.
    statement = insert(table).values(**values).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    result = cast("CursorResult[Any]", session.execute(statement))
    return result.rowcount == 1
