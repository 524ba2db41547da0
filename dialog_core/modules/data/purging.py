# SPDX-License-Identifier: Apache-2.0
"""Delete the data of a module that is not installed any more: its tables, settings and secrets."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import delete, insert, select

from dialog_core.clock import now
from dialog_core.config import Config
from dialog_core.database import db, write
from dialog_core.errors import DialogError, NotAllowedNow
from dialog_core.events import record
from dialog_core.modules.data.kept_data import forget_kept
from dialog_core.modules.fresh_process import ProcessEnded, run_fresh
from dialog_core.modules.generations.build import build
from dialog_core.modules.generations.wanted import read_current, read_lock
from dialog_core.modules.migrations.facts import DESTRUCTIVE, PURGED
from dialog_core.modules.models import DataStep, KeptModule, ModuleSettings
from dialog_core.modules.reports.log_lines import forget_log_lines
from dialog_core.modules.settings.stored import forget_cached
from dialog_core.staff import system_actor

SECONDS = 300.0


def purge_data(config: Config, module: str, *, actor_name: str) -> list[str]:
    """Delete everything that a removed module has kept, and return the names of the tables that went.

    Doing it twice is harmless. The tables go first: what fails there leaves everything as it was.

    Raises:
        NotAllowedNow: the module is installed, or its tables cannot be dropped now.
    """
    with db.engine.connect() as connection:
        if read_current(connection).entry(module) is not None:
            raise NotAllowedNow("The data of “%(name)s” cannot be deleted while it is installed.", name=module[:60])
    environ = {"DIALOG_HOME": str(config.home), "DIALOG_DATABASE_URL": config.database_url}
    code = _code_of(config, module)
    question = {"module": module, "path": str(code) if code is not None else None}
    try:
        answer = run_fresh("dialog_core.modules.data.purge_process", question, environ=environ, seconds=SECONDS)
    except ProcessEnded as error:
        raise NotAllowedNow(
            "The tables of “%(module)s” cannot be deleted now, nothing of them is gone: %(reason)s",
            module=module,
            reason=str(error),
        ) from error
    tables = [str(name) for name in answer["tables"]]
    with write() as session:
        for statement in (
            delete(ModuleSettings).where(ModuleSettings.module == module),
            delete(DataStep).where(DataStep.module == module, DataStep.kind == DESTRUCTIVE),
        ):
            session.execute(statement.execution_options(synchronize_session=False))
        forget_kept(session, [module])
        forget_log_lines(session, module=module)
        step = {"module": module, "kind": PURGED, "revision": "", "at": now()}
        session.execute(insert(DataStep).values(generation_id=read_current(session).generation, **step))
        record(
            session, system_actor(), "module_data_purged",
            module=module, tables=tables, scripts=answer["scripts"], asked_by=actor_name,
        )  # fmt: skip
    forget_cached()
    return tables


def _code_of(config: Config, module: str) -> Path | None:
    """Return the folder with the code that the module was last installed with; None when it cannot be had any more."""
    with db.engine.connect() as connection:
        generation = connection.scalar(select(KeptModule.generation_id).where(KeptModule.name == module))
        lock = read_lock(connection, generation) if generation is not None else None
    if generation is None or lock is None:
        return None
    try:
        return build(db.engine, config.home, generation, lock)
    except DialogError:
        return None
