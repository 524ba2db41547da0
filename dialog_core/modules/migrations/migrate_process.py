# SPDX-License-Identifier: Apache-2.0
"""Migrate the tables of modules, in a process of its own, all of them in one transaction."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from dialog_core.clock import now
from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.modules.environment import append_generation_path
from dialog_core.modules.fresh_process import FreshProcess
from dialog_core.modules.migrations.facts import DESTRUCTIVE
from dialog_core.modules.migrations.scripts import MigrationProblem, upgrade_modules
from dialog_core.modules.models import DataStep
from dialog_core.modules.own_connection import begin_write


def main(folder: str) -> None:
    """Answer `{"problem": ""}`, or what went wrong."""
    process = FreshProcess(Path(folder))
    path = Path(process.question["path"])
    append_generation_path(path)
    engine = open_engine(Config.from_environment())
    try:
        with begin_write(engine) as connection:
            for name in process.question["modules"]:
                process.stage(f"migrating the tables of {name}")
                upgrade_modules(connection, path, [name])
            _remember(connection, process.question.get("destructive", []))
    except MigrationProblem as error:
        process.answer({"problem": str(error), "module": name})
    else:
        process.answer({"problem": ""})
    finally:
        engine.dispose()


def _remember(connection: Connection, steps: list[dict[str, Any]]) -> None:
    """Note the steps that take something away, in the transaction that makes them."""
    for step in steps:
        values = {"module": step["module"], "revision": step["revision"], "generation_id": step["generation"]}
        connection.execute(insert(DataStep).values(kind=DESTRUCTIVE, at=now(), **values))


if __name__ == "__main__":
    main(sys.argv[1])
