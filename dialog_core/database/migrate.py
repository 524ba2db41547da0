# SPDX-License-Identifier: Apache-2.0
"""Bring the core's tables to the version that this code needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from dialog_core.config import Config
from dialog_core.database.engine import WRITE_OPTION, configure_engine, engine_options
from dialog_core.database.served import current, keep_served, serves, takes_away
from dialog_core.errors import SetupProblem

SCRIPTS = Path(__file__).parent / "migrations"
MIGRATION_LOCK = 7_214_001  # one advisory lock for all nodes that migrate


def open_engine(config: Config) -> Engine:
    """Open the configured database outside of Flask.

    Raises:
        SetupProblem: it cannot be reached or written.
    """
    if config.is_sqlite:
        try:
            Path(config.database_url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SetupProblem(
                "The folder %(path)s cannot be written: %(reason)s. Set DIALOG_HOME to a folder that you may write.",
                path=config.home,
                reason=error.strerror or error,
            ) from error
    engine = create_engine(config.database_url, **engine_options(config.database_url, threads=2))
    configure_engine(engine)
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        engine.dispose()
        raise SetupProblem(
            "The database cannot be reached: %(reason)s. Check DIALOG_DATABASE_URL.", reason=_first_line(error)
        ) from error
    return engine


def upgrade(config: Config) -> None:
    """Create or migrate the core's tables, in one transaction, one node at a time.

    Raises:
        SetupProblem: the database cannot be reached, or belongs to a newer version of the platform.
    """
    engine = open_engine(config)
    try:
        with engine.connect().execution_options(**{WRITE_OPTION: True}) as connection, connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
            if _is_ahead(connection):
                return
            _migrate(connection, "head")
            keep_served(connection, _scripts())
    finally:
        engine.dispose()


@contextmanager
def migrated_to(config: Config, revision: str) -> Iterator[Connection]:
    """Bring a scratch database to a revision, and give a connection to look at it."""
    engine = open_engine(config)
    try:
        with engine.connect().execution_options(**{WRITE_OPTION: True}) as connection, connection.begin():
            _migrate(connection, revision)
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _migrate(connection: Connection, revision: str) -> None:
    alembic = AlembicConfig()
    alembic.set_main_option("script_location", str(SCRIPTS))
    alembic.attributes["connection"] = connection
    command.upgrade(alembic, revision)


def knows_revision(revision: str) -> bool:
    """Tell whether this code has a migration of this name."""
    return revision in {script.revision for script in _scripts().walk_revisions()}


def narrowing_revisions(after: str) -> list[str]:
    """Return the migrations after a revision that say that they take something away."""
    return [script.revision for script in _scripts().iterate_revisions("head", after) if takes_away(script)]


@cache
def head() -> str:
    """Return the revision that this code needs."""
    revision = _scripts().get_current_head()
    assert revision is not None, "the core has migrations"
    return revision


def serves_this_code(connection: Connection) -> bool:
    """Tell whether the tables are those of this code, or of a newer version that has only added to them."""
    return serves(connection, head())


def _scripts() -> ScriptDirectory:
    alembic = AlembicConfig()
    alembic.set_main_option("script_location", str(SCRIPTS))
    return ScriptDirectory.from_config(alembic)


def _is_ahead(connection: Connection) -> bool:
    """Tell whether a newer version migrated the database; refuse one that this version cannot run on."""
    revision = current(connection)
    if revision is None or knows_revision(revision):
        return False
    if serves_this_code(connection):
        return True
    raise SetupProblem(
        "The database was written by a newer version of the platform (revision %(revision)s). Start that version, "
        "or restore a backup made with this one.",
        revision=revision,
    )


def _first_line(error: SQLAlchemyError) -> str:
    original = getattr(error, "orig", None) or error
    return str(original).strip().splitlines()[0]
