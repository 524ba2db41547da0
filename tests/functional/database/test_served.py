# SPDX-License-Identifier: Apache-2.0
"""A database that a newer version has migrated: the older one runs on it, or refuses it."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from dialog_core.config import Config
from dialog_core.database import WRITE_OPTION, open_engine, serves_this_code, upgrade, wanted_revision
from dialog_core.errors import SetupProblem
from dialog_core.modules import plain_app


def _newer(config: Config, *served: str) -> None:
    """Do what the migration of a newer version would."""
    engine = open_engine(config)
    with engine.connect().execution_options(**{WRITE_OPTION: True}) as connection, connection.begin():
        connection.execute(text("UPDATE core_alembic_version SET version_num = '9999'"))
        connection.execute(text("DELETE FROM served_revision"))
        for revision in ("9999", *served):
            connection.execute(text("INSERT INTO served_revision VALUES (:revision)"), {"revision": revision})
    engine.dispose()


def _is_served(config: Config) -> bool:
    engine = open_engine(config)
    with engine.connect() as connection:
        found = serves_this_code(connection)
    engine.dispose()
    return found


def test_this_version_runs_on_tables_that_have_only_grown(any_config: Config) -> None:
    upgrade(any_config)
    assert _is_served(any_config)
    _newer(any_config, wanted_revision(), "0001")
    assert _is_served(any_config)
    upgrade(any_config)  # `dialog up` calls it at every start: it leaves the newer tables alone
    plain_app(any_config, migrate=True)


def test_it_refuses_tables_from_which_something_was_taken(any_config: Config) -> None:
    upgrade(any_config)
    _newer(any_config)
    assert not _is_served(any_config)
    with pytest.raises(SetupProblem, match="newer version"):
        upgrade(any_config)
    with pytest.raises(SetupProblem, match="another version"):
        plain_app(any_config, migrate=True)
