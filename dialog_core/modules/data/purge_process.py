# SPDX-License-Identifier: Apache-2.0
"""Take a module's tables away, in a process of its own: by its own scripts, or by name when those do not work."""

from __future__ import annotations

import sys
from pathlib import Path

from sqlalchemy import Connection, MetaData, inspect

from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.modules.environment import append_generation_path
from dialog_core.modules.fresh_process import FreshProcess
from dialog_core.modules.migrations.scripts import (
    MigrationProblem,
    downgrade_module,
    own_tables,
    take_turn,
    version_table,
)
from dialog_core.modules.own_connection import begin_write


def main(folder: str) -> None:
    """Answer `{"tables": [...], "scripts": "used|absent|failed", "problem": ""}`."""
    process = FreshProcess(Path(folder))
    name, path = process.question["module"], process.question["path"]
    engine = open_engine(Config.from_environment())
    scripts, problem = "absent", ""
    try:
        with engine.connect() as connection:
            tables = sorted(own_tables(connection, name))
        if path is not None and tables:
            append_generation_path(Path(path))
            process.stage(f"taking back the tables of {name}")
            try:
                with begin_write(engine) as connection:
                    take_turn(connection)
                    downgrade_module(connection, Path(path), name)
                scripts = "used"
            except MigrationProblem as error:
                scripts, problem = "failed", str(error)
        process.stage(f"dropping what is left of the tables of {name}")
        with begin_write(engine) as connection:
            take_turn(connection)
            _drop(connection, name)
        process.answer({"tables": tables, "scripts": scripts, "problem": problem})
    finally:
        engine.dispose()


def _drop(connection: Connection, name: str) -> None:
    """Drop the module's tables in the order that their references allow, and its version table."""
    left = own_tables(connection, name)
    if inspect(connection).has_table(version_table(name)):
        left.add(version_table(name))
    metadata = MetaData()
    metadata.reflect(connection, only=sorted(left))
    metadata.drop_all(connection, tables=[table for name, table in metadata.tables.items() if name in left])


if __name__ == "__main__":
    main(sys.argv[1])
