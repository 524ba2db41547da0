# SPDX-License-Identifier: Apache-2.0
"""Engine settings: WAL and immediate write transactions on SQLite, a bounded pool on PostgreSQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

WRITE_OPTION = "dialog_write"
BUSY_TIMEOUT_MS = 15_000


def engine_options(database_url: str, *, threads: int = 16) -> dict[str, Any]:
    """Return `create_engine` options for a process with about `threads` threads that query at once."""
    if database_url.startswith("sqlite"):
        return {
            "connect_args": {"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False},
            "pool_size": threads,
            "max_overflow": 64,
        }
    return {"pool_size": threads, "max_overflow": 32, "pool_pre_ping": True, "connect_args": {"connect_timeout": 5}}


def configure_engine(engine: Engine) -> None:
    """Attach the SQLite settings of DESIGN.md, "Data store and processes", to an engine.

    The driver's own transaction handling is switched off: it begins late and never around DDL. Here every
    transaction begins explicitly, a writing one with BEGIN IMMEDIATE so that two writers queue instead of failing.
    """
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, record: Any) -> None:  # noqa: ARG001
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "cache_size=-32000",
            "temp_store=MEMORY",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        is_write = connection.get_execution_options().get(WRITE_OPTION)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")
