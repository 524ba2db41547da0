# SPDX-License-Identifier: Apache-2.0
"""A real, migrated SQLite database per test, copied from one that is made once per session."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event

from dialog_core.config import Config
from dialog_core.database import configure_engine, db, engine_options
from dialog_core.database.migrate import upgrade


@pytest.fixture(scope="session")
def migrated_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with an empty, migrated database."""
    home = tmp_path_factory.mktemp("migrated")
    upgrade(Config.from_environment({"DIALOG_HOME": str(home)}))
    return home


@pytest.fixture
def core_app(tmp_path: Path, migrated_home: Path) -> Iterator[Flask]:
    """Return a Flask application that has nothing but the database, with its context pushed."""
    for file in migrated_home.glob("dialog.sqlite3*"):
        shutil.copy(file, tmp_path / file.name)
    config = Config.from_environment({"DIALOG_HOME": str(tmp_path)})
    app = Flask("dialog_core")
    app.config["SQLALCHEMY_DATABASE_URI"] = config.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(config.database_url, threads=4)
    db.init_app(app)
    with app.app_context():
        configure_engine(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()


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
