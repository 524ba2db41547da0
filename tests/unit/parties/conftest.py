# SPDX-License-Identifier: Apache-2.0
"""A migrated SQLite database and an actor, for the operations of this room."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event

from dialog_core import models  # noqa: F401 - every table is mapped
from dialog_core.config import Config
from dialog_core.database import configure_engine, db, engine_options
from dialog_core.database.migrate import upgrade
from dialog_core.staff import Actor, ActorKind
from dialog_core.staff.permissions import EVERYTHING


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("parties")
    upgrade(Config.from_environment({"DIALOG_HOME": str(home)}))
    return home / "dialog.sqlite3"


@pytest.fixture
def database(template: Path, tmp_path: Path) -> Iterator[Flask]:
    copy = tmp_path / "dialog.sqlite3"
    copy.write_bytes(template.read_bytes())
    app = Flask("parties")
    url = f"sqlite:///{copy}"
    app.config.update(SQLALCHEMY_DATABASE_URI=url, SQLALCHEMY_ENGINE_OPTIONS=engine_options(url, threads=2))
    db.init_app(app)
    with app.app_context():
        configure_engine(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def supervisor() -> Actor:
    return Actor(kind=ActorKind.STAFF, name="Ольга", id=1, permissions=EVERYTHING)


@pytest.fixture
def stranger() -> Actor:
    return Actor(kind=ActorKind.STAFF, name="Nobody", id=2)


class Statements(list[str]):
    """SELECT statements that were sent while the block ran."""


@pytest.fixture
def statements(database: Flask) -> Iterator[Statements]:
    seen = Statements()

    def remember(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", remember)
    yield seen
    event.remove(db.engine, "before_cursor_execute", remember)
