# SPDX-License-Identifier: Apache-2.0
"""Which rows a module's migration writes: the database itself tells, whatever way the script takes to them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, text

_WRITES = frozenset({sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE})
_COPY = "_alembic_tmp_"
"""Alembic changes a table of SQLite by way of a copy with this before its name."""
_WRITTEN = text(
    "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
    " WHERE schemaname = current_schema()"
)


@contextmanager
def written_rows(connection: Connection, is_own: Callable[[str], bool]) -> Iterator[set[str]]:
    """Watch a block, and yield a set that holds the tables which are not `is_own` and whose rows it wrote.

    SQLite refuses such a statement at once; on PostgreSQL the set is filled when the block ends without an error, so
    the caller looks at it then and rolls back.
    """
    foreign: set[str] = set()
    if connection.dialect.name == "sqlite":
        with _watched(_driver(connection), is_own, foreign):
            yield foreign
        return
    before = _counts(connection)
    yield foreign
    foreign |= {table for table, number in _counts(connection) - before if number and not is_own(table)}


def _driver(connection: Connection) -> sqlite3.Connection:
    driver: Any = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


@contextmanager
def _watched(driver: sqlite3.Connection, is_own: Callable[[str], bool], foreign: set[str]) -> Iterator[None]:
    def allow(action: int, table: str | None, *_: str | None) -> int:
        if action not in _WRITES or table is None or table.startswith("sqlite_") or is_own(table.removeprefix(_COPY)):
            return sqlite3.SQLITE_OK
        foreign.add(table)
        return sqlite3.SQLITE_DENY

    driver.set_authorizer(allow)
    try:
        yield
    finally:
        driver.set_authorizer(None)


def _counts(connection: Connection) -> set[tuple[str, int]]:
    return {(row[0], row[1]) for row in connection.execute(_WRITTEN)}
