# SPDX-License-Identifier: Apache-2.0
"""The core on a real, migrated SQLite database, and a count of the statements sent to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import event

from dialog_core.database import db


@pytest.fixture
def core_app(sqlite_core: Flask) -> Flask:
    """Return the core on SQLite, with its context pushed."""
    return sqlite_core


@dataclass(slots=True)
class QueryCount:
    """How many statements were sent."""

    number: int = 0


@pytest.fixture
def count_queries(core_app: Flask) -> Callable[[], AbstractContextManager[QueryCount]]:
    """Return a context manager that counts the statements sent within it."""

    @contextmanager
    def counting() -> Iterator[QueryCount]:
        counted = QueryCount()

        def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            counted.number += not statement.startswith("BEGIN")

        event.listen(db.engine, "after_cursor_execute", count)
        try:
            yield counted
        finally:
            event.remove(db.engine, "after_cursor_execute", count)

    return counting
