# SPDX-License-Identifier: Apache-2.0
"""Migrations of modules: each has its own scripts and version table, and touches only tables with its prefix."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, cast

from alembic.config import Config as AlembicConfig
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, MetaData, inspect, text

import dialog_core.models  # noqa: F401 - maps every table of the core
from dialog_core.database import Base
from dialog_core.modules.migrations.guard import written_rows

LOCK = 7_214_002  # one advisory lock for all nodes that migrate modules
VERSION_SUFFIX = "_alembic_version"
CORE_TABLES = frozenset(Base.metadata.tables)
UNMAPPED = ("core_alembic_version", "ticket_search")
"""Tables of the core that no class stands for; the search index has parts, whose names go on behind its own."""

SHAPE_SQLITE = "SELECT tbl_name, type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
SHAPE_POSTGRESQL = """
    SELECT table_name, 'column', column_name, concat_ws(' ', ordinal_position, data_type, is_nullable, column_default,
           character_maximum_length) FROM information_schema.columns WHERE table_schema = current_schema()
    UNION ALL SELECT tablename, 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()
    UNION ALL SELECT c.relname, 'constraint', k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k
        JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = current_schema()
    UNION ALL SELECT c.relname, 'trigger', t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t
        JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = current_schema() AND NOT t.tgisinternal"""

Shape = set[tuple[Any, ...]]


class MigrationProblem(Exception):
    """A module's migration did what it may not, or failed; everything of it is rolled back."""


def scripts_of(path: Path, name: str) -> Path | None:
    """Return the folder of a module's migrations, None when it has none."""
    folder = path / f"dialog_{name}" / "migrations"
    return folder if (folder / "versions").is_dir() else None


def upgrade_modules(connection: Connection, path: Path, names: Iterable[str]) -> None:
    """Bring the tables of modules to the version of their code, on a connection in a write transaction.

    Raises:
        MigrationProblem: one of them failed or touched what is not its own; the caller rolls all of it back.
    """
    take_turn(connection)
    for name in names:
        folder = scripts_of(path, name)
        if folder is not None:
            _run(connection, name, folder, "head")


def taken_away(connection: Connection, path: Path, name: str) -> dict[str, list[str]]:
    """Bring the tables of a module up one script at a time; return what each takes away, by its revision.

    Tables are named `table`, columns `table.column`; scripts that take nothing away are left out.

    Raises:
        MigrationProblem: as with `upgrade_modules`.
    """
    folder = scripts_of(path, name)
    found: dict[str, list[str]] = {}
    if folder is not None:
        for step in reversed(list(ScriptDirectory(str(folder)).walk_revisions())):
            before = _own_columns(connection, name)
            _run(connection, name, folder, step.revision)
            lost = before - _own_columns(connection, name)
            if lost:
                found[step.revision] = sorted(lost)
    return found


def _own_columns(connection: Connection, name: str) -> set[str]:
    found = inspect(connection)
    tables = own_tables(connection, name)
    return tables | {f"{table}.{column['name']}" for table in tables for column in found.get_columns(table)}


def take_turn(connection: Connection) -> None:
    """Wait until no other node migrates modules; a table that somebody holds is waited for briefly only."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        connection.execute(text("SET LOCAL lock_timeout = '4s'"))


def downgrade_module(connection: Connection, path: Path, name: str) -> None:
    """Take a module's tables away (preflight proves that this works; removing with purge uses it).

    Raises:
        MigrationProblem: as with `upgrade_modules`.
    """
    folder = scripts_of(path, name)
    if folder is not None:
        _run(connection, name, folder, None)


def drop_tables(connection: Connection, name: str) -> None:
    """Drop a module's tables whatever its scripts say now, as if it had never been there."""
    own = {*own_tables(connection, name), version_table(name)}
    found = MetaData()
    found.reflect(connection, only=lambda table, _: table in own)
    found.drop_all(connection)


def own_tables(connection: Connection, name: str) -> set[str]:
    """Return the tables of a module that exist, without its version table."""
    tables = inspect(connection).get_table_names()
    return set(filter(_own_among(tables, name), tables)) - {version_table(name)}


def _own_among(tables: Iterable[str], name: str) -> Callable[[str], bool]:
    """Return what tells whether a table is a module's, and not of one whose name goes on (`phone` and `phone_book`).

    Args:
        tables: all that there are; their version tables say which other modules there are.
    """
    others = _longer_names(tables, name)

    def is_own(table: str) -> bool:
        is_cores = table in CORE_TABLES or f"{table}_".startswith(tuple(f"{known}_" for known in UNMAPPED))
        mine = table.startswith(f"{name}_") and not is_cores
        return mine and not any(table.startswith(f"{other}_") for other in others)

    return is_own


def _longer_names(tables: Iterable[str], name: str) -> set[str]:
    found = {table.removesuffix(VERSION_SUFFIX) for table in tables if table.endswith(VERSION_SUFFIX)}
    return {other for other in found if other.startswith(f"{name}_")}


def is_cores_name(name: str) -> bool:
    """Tell whether a module of this name would have tables whose names begin like those of the core."""
    return any(f"{table}_".startswith(f"{name}_") for table in (*CORE_TABLES, *UNMAPPED))


def version_table(name: str) -> str:
    """Return the name of the table that holds the version of a module's tables."""
    return f"{name}{VERSION_SUFFIX}"


def tables_revision(connection: Connection, name: str) -> str | None:
    """Return the version that a module's tables have; None when there are none."""
    if not inspect(connection).has_table(version_table(name)):
        return None
    return cast("str | None", connection.scalar(text(f'SELECT version_num FROM "{version_table(name)}"')))  # noqa: S608 - its own name


def _run(connection: Connection, name: str, folder: Path, target: str | None) -> None:
    before = _foreign_shape(connection, name)
    script = ScriptDirectory(str(folder))

    def steps(revision: Any, context: Any) -> Any:  # noqa: ARG001 - the signature that Alembic calls
        if target is None:
            return script._downgrade_revs("base", revision)
        if any(script_of(script, known) is None for known in _as_tuple(revision)):
            return []  # a later version made these tables; they only ever grow, so this one can work with them
        return script._upgrade_revs(target, revision)

    with written_rows(connection, _own_among(inspect(connection).get_table_names(), name)) as foreign:
        try:
            with EnvironmentContext(AlembicConfig(), script, fn=steps) as environment:
                environment.configure(
                    connection=connection,
                    version_table=version_table(name),
                    transactional_ddl=True,
                    render_as_batch=True,
                )
                environment.run_migrations()
        except Exception as error:
            _require_own(foreign)
            reason = str(getattr(error, "orig", None) or error).strip().splitlines()[:1] or [""]
            raise MigrationProblem(f"{type(error).__name__}: {reason[0]}") from error
        if not connection.in_transaction():
            raise MigrationProblem("a migration ended the transaction that it runs in")
    _require_own(foreign)
    _require_own({str(row[0]) for row in before ^ _foreign_shape(connection, name)})


def _require_own(changed: set[str]) -> None:
    if changed:
        raise MigrationProblem(f"a migration changed what is not its own: {', '.join(sorted(changed))}")


def script_of(script: ScriptDirectory, revision: str) -> Any:
    """Return the script of a revision, None when this version of the module does not have it."""
    try:
        return script.get_revision(revision)
    except CommandError:
        return None


def _as_tuple(revision: Any) -> tuple[str, ...]:
    return tuple(revision) if isinstance(revision, (tuple, list)) else (revision,) if revision else ()


def _foreign_shape(connection: Connection, name: str) -> Shape:
    """Return everything about tables that are not the module's."""
    sql = SHAPE_SQLITE if connection.dialect.name == "sqlite" else SHAPE_POSTGRESQL
    rows = [tuple(row) for row in connection.execute(text(sql))]
    is_own = _own_among({str(row[0]) for row in rows}, name)
    return {row for row in rows if not is_own(str(row[0]))}
