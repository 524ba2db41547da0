# SPDX-License-Identifier: Apache-2.0
"""How the jobs and health checks of a module went, and when they come due, for administrators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from dialog_core.clock import now
from dialog_core.database import db, insert_new, write
from dialog_core.errors import NotFound
from dialog_core.jobs.models import ModuleWork
from dialog_core.jobs.module_work import Work, works
from dialog_core.runtime import runtime
from dialog_core.staff.actor import Actor
from dialog_core.staff.permissions import MODULE_MANAGE


@dataclass(frozen=True, slots=True)
class WorkReport:
    """A job (`kind` is `job`) or a health check (`health`) of a module.

    Attributes:
        title: `{"ru": …, "en": …}`.
        every: seconds between two runs.
        is_ok: how the last run went; None before the first.
        text: what a check said, or the kind of error; a message of the module's translations.
        ran_at, due_at: aware UTC, None before the first run.
        seconds: how long the last run took.
    """

    module: str
    kind: str
    name: str
    title: dict[str, str]
    every: float
    is_ok: bool | None
    text: str
    ran_at: datetime | None
    due_at: datetime | None
    seconds: float | None


def work_reports(actor: Actor, module: str) -> list[WorkReport]:
    """Return the jobs and checks of a module that runs in this process, jobs first.

    Raises:
        NotPermitted: `module.manage` is missing.
    """
    actor.require(MODULE_MANAGE)
    rows = db.session.execute(
        select(
            ModuleWork.kind, ModuleWork.name, ModuleWork.is_ok, ModuleWork.text, ModuleWork.ran_at, ModuleWork.due_at,
            ModuleWork.seconds,
        ).where(ModuleWork.module == module)
    )  # fmt: skip
    known = {(row.kind, row.name): row for row in rows}
    return [_report(work, known.get((work.kind, work.name))) for work in _of(module)]


def run_soon(actor: Actor, module: str, kind: str, name: str) -> None:
    """Let a job or a check come due now; a job process takes it up within about a second.

    Raises:
        NotPermitted: `module.manage` is missing.
        NotFound: the module that runs here has no such job or check.
    """
    actor.require(MODULE_MANAGE)
    if not any((work.kind, work.name) == (kind, name) for work in _of(module)):
        raise NotFound("The module “%(module)s” has no such job or check.", module=module[:60])
    key = {"module": module, "kind": kind, "name": name}
    with write() as session:
        if not insert_new(session, ModuleWork, **key, due_at=now(), text=""):
            change = update(ModuleWork).filter_by(**key).values(due_at=now())
            session.execute(change.execution_options(synchronize_session=False))


def _report(work: Work, row: Any) -> WorkReport:
    declared = (work.module, work.kind, work.name, work.title, work.every)
    if row is None:
        return WorkReport(*declared, is_ok=None, text="", ran_at=None, due_at=None, seconds=None)
    return WorkReport(*declared, row.is_ok, row.text, row.ran_at, row.due_at, row.seconds)


def _of(module: str) -> list[Work]:
    return [work for work in works(runtime().hooks) if work.module == module]
