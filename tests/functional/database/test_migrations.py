# SPDX-License-Identifier: Apache-2.0
"""Every migration of the core, one after another, there and back, on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from dialog_core.config import Config
from dialog_core.database import WRITE_OPTION, open_engine
from dialog_core.database.migrate import SCRIPTS

REVISIONS = [script.revision for script in ScriptDirectory(str(SCRIPTS)).walk_revisions()][::-1]


@pytest.fixture
def connection(any_config: Config) -> Iterator[Connection]:
    engine = open_engine(any_config)
    try:
        with engine.connect().execution_options(**{WRITE_OPTION: True}) as opened, opened.begin():
            yield opened
    finally:
        engine.dispose()


def _go(connection: Connection, revision: str) -> None:
    alembic = AlembicConfig()
    alembic.set_main_option("script_location", str(SCRIPTS))
    alembic.attributes["connection"] = connection
    go = command.downgrade if revision.startswith("-") or revision == "base" else command.upgrade
    go(alembic, revision)


def _tables(connection: Connection) -> dict[str, list[tuple[str, str, bool]]]:
    """Return the columns of every table: names, types, and whether they may be empty."""
    reader = inspect(connection)
    return {
        table: [(each["name"], str(each["type"]), each["nullable"]) for each in reader.get_columns(table)]
        for table in sorted(reader.get_table_names())
        if table != "core_alembic_version"
    }


def test_each_migration_can_be_taken_back_and_made_again(connection: Connection) -> None:
    _go(connection, "base")
    seen = {"base": _tables(connection)}
    for revision in REVISIONS:
        _go(connection, revision)
        seen[revision] = _tables(connection)
    for before in ["base", *REVISIONS[:-1]][::-1]:
        _go(connection, "-1")
        assert _tables(connection) == seen[before], before
    for revision in REVISIONS:
        _go(connection, revision)
        assert _tables(connection) == seen[revision], revision
