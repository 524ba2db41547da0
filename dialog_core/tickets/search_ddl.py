# SPDX-License-Identifier: Apache-2.0
"""The table of the search index: FTS5 on SQLite, `tsvector` with GIN on PostgreSQL.

Alembic does not compare it with the models (it is no mapped table); the core's migration calls these functions.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

TABLE = "ticket_search"

# The tokens come ready from `dialog_core.tickets.search`: FTS5 only has to part them at the spaces. `detail=none` and
# `columnsize=0` leave out positions and lengths, which nobody asks for.
SQLITE = (f"CREATE VIRTUAL TABLE {TABLE} USING fts5(tokens, tokenize='ascii', detail='none', columnsize=0)",)
POSTGRESQL = (
    f"""CREATE TABLE {TABLE} (
        entry_id integer PRIMARY KEY REFERENCES entry (id) ON DELETE CASCADE,
        ticket_id integer NOT NULL REFERENCES ticket (id) ON DELETE CASCADE,
        tokens tsvector NOT NULL
    )""",
    f"CREATE INDEX ix_{TABLE}_tokens ON {TABLE} USING gin (tokens)",
    f"CREATE INDEX ix_{TABLE}_ticket_id ON {TABLE} (ticket_id)",
)


def create(connection: Connection) -> None:
    """Make the index in the migration's transaction; `entry` and `ticket` exist."""
    for statement in SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL:
        connection.execute(text(statement))


def drop(connection: Connection) -> None:
    """Remove the index."""
    connection.execute(text(f"DROP TABLE {TABLE}"))
