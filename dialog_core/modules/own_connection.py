# SPDX-License-Identifier: Apache-2.0
"""Short transactions of one's own, outside of Flask's session: for heartbeats, incidents and module migrations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from dialog_core.database import WRITE_OPTION


@contextmanager
def begin_write(engine: Engine) -> Iterator[Connection]:
    """Open a connection in a write transaction; commit at the end, roll back when the block raises."""
    with engine.connect().execution_options(**{WRITE_OPTION: True}) as connection, connection.begin():
        yield connection
