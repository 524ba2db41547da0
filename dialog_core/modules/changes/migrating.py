# SPDX-License-Identifier: Apache-2.0
"""The step of a change that migrates the tables of modules, with an export before what cannot be taken back."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from dialog_core.config import Config
from dialog_core.database import db
from dialog_core.errors import NotAllowedNow
from dialog_core.modules.data.exports import MIGRATION, make_export
from dialog_core.modules.fresh_process import ProcessEnded, run_fresh, started_early
from dialog_core.modules.migrations.facts import Script, pending, scripts_in_folder
from dialog_core.modules.migrations.scripts import scripts_of, tables_revision

SECONDS = 300.0
PROCESS = "dialog_core.modules.migrations.migrate_process"


def migration_ahead(config: Config, path: Path, lock: dict[str, Any]) -> AbstractContextManager[None]:
    """Start the process of the migration while something else is done, if there will be one."""
    return started_early(PROCESS, environ=_environ(config)) if _with_tables(path, lock) else nullcontext()


def migrate_modules(config: Config, path: Path, lock: dict[str, Any], generation: int, *, actor_name: str) -> str:
    """Bring the tables of all enabled modules to the version of their code; return what there is to say.

    Args:
        path: the folder of the new generation for the import path.
        generation: the one that runs; none before the next can have back what a destructive step takes away.

    Raises:
        NotAllowedNow: a migration failed; all tables are as they were.
    """
    names = _with_tables(path, lock)
    if not names:
        return ""
    taking = _destructive(path, names)
    said = [
        f"export {make_export(config, name, why=MIGRATION, actor_name=actor_name)} of {name}"
        for name in dict.fromkeys(name for name, _ in taking)
    ]
    steps = [{"module": name, "revision": step.revision, "generation": generation} for name, step in taking]
    _migrate(config, {"path": str(path), "modules": names, "destructive": steps})
    return ", ".join(said)


def _environ(config: Config) -> dict[str, str]:
    return {"DIALOG_HOME": str(config.home), "DIALOG_DATABASE_URL": config.database_url}


def _with_tables(path: Path, lock: dict[str, Any]) -> list[str]:
    enabled = [item["name"] for item in lock["modules"] if item["enabled"]]
    return [name for name in enabled if scripts_of(path, name) is not None]


def _destructive(path: Path, names: list[str]) -> list[tuple[str, Script]]:
    found: list[tuple[str, Script]] = []
    with db.engine.connect() as connection:
        for name in names:
            revision = tables_revision(connection, name)
            if revision is not None:
                steps = pending(scripts_in_folder(path, name), revision)
                found += [(name, step) for step in steps if step.is_destructive]
    return found


def _migrate(config: Config, question: dict[str, Any]) -> None:
    try:
        answer = run_fresh(PROCESS, question, environ=_environ(config), seconds=SECONDS)
    except ProcessEnded as error:
        raise NotAllowedNow("The migration did not end: %(reason)s", reason=str(error)) from error
    if answer["problem"]:
        raise NotAllowedNow(
            "The tables of “%(module)s” cannot be migrated: %(reason)s",
            module=answer["module"],
            reason=answer["problem"],
        )
