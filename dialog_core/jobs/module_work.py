# SPDX-License-Identifier: Apache-2.0
"""Run what is due of the jobs and health checks of modules: one after the other per module, once in the cluster."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from dialog_core.clock import now
from dialog_core.database import db, insert_new, read_committed, write
from dialog_core.hookspecs.health import Health, HealthCheck, HealthContext
from dialog_core.hookspecs.jobs import Job, JobContext
from dialog_core.jobs.leases import acquire, release, renew
from dialog_core.jobs.loop import Step
from dialog_core.jobs.models import ModuleWork
from dialog_core.jobs.owners import owner_here
from dialog_core.redaction import fit_to_store

if TYPE_CHECKING:
    from dialog_core.modules import HandedOver, Hooks

JOB, HEALTH = "job", "health"
JOB_BUDGET, JOB_LIMIT = 30.0, 120.0
"""Seconds after which a run is told as slow, and after which it is interrupted."""
HEALTH_BUDGET, HEALTH_LIMIT = 10.0, 30.0
LOOK_SECONDS = 1.0
LEASE_SECONDS = 30.0
MAX_TEXT = 300


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run; `more` means that it comes due again at once."""

    is_ok: bool
    text: str = ""
    more: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    """A job or a check of a module; `every` in seconds, `guard` interrupts what takes too long."""

    module: str
    kind: str
    name: str
    title: dict[str, str]
    every: float
    run: Callable[[], Outcome]
    guard: HandedOver


def works(hooks: Hooks) -> list[Work]:
    """Return what the modules of this process bring, jobs before checks."""
    found = [_of_job(item.module, item.value) for item in hooks.collect("jobs")]
    return found + [_of_check(item.module, item.value) for item in hooks.collect("health_checks")]


def module_steps(hooks: Hooks) -> list[Step]:
    """Return one step per module that brings work: no module waits for another's."""
    by_module: dict[str, list[Work]] = {}
    for work in works(hooks):
        by_module.setdefault(work.module, []).append(work)
    return [Step(f"work-{name}", _runner(name, found), idle=LOOK_SECONDS) for name, found in by_module.items()]


def run_due(module: str, found: list[Work]) -> bool:
    """Run the work of a module that has waited longest, if any is due; tell whether there was any."""
    if _longest_due(module, found) is None:
        return False
    with _lease(f"work:{module}") as held:
        work = _longest_due(module, found) if held else None
        if work is None:
            return False
        begin = time.perf_counter()
        outcome = _guarded(work)
        _keep(work, outcome, time.perf_counter() - begin)
    return True


def _runner(module: str, found: list[Work]) -> Callable[[], bool]:
    has_books = False

    def run() -> bool:
        nonlocal has_books
        if not has_books:
            from dialog_core.modules import keep_books_of  # as above

            keep_books_of(db.engine, [work.guard for work in found])
            has_books = True
        return run_due(module, found)

    return run


def _longest_due(module: str, found: list[Work]) -> Work | None:
    with read_committed() as session:
        query = select(ModuleWork.kind, ModuleWork.name, ModuleWork.due_at).where(ModuleWork.module == module)
        known: dict[tuple[str, str], datetime] = {(kind, name): due for kind, name, due in session.execute(query)}
    time_now = now()
    due = [(known.get((work.kind, work.name)), work) for work in found]
    due = [(at, work) for at, work in due if not work.guard.is_resting()]
    waiting = [(at or time_now - timedelta(days=1), work) for at, work in due if at is None or at <= time_now]
    return min(waiting, key=lambda pair: pair[0])[1] if waiting else None


def _guarded(work: Work) -> Outcome:
    from dialog_core.modules import HookFailed  # the module platform stands on leases, which are in this room

    try:
        return work.guard.call(work.run)
    except HookFailed as failure:
        return Outcome(is_ok=False, text=failure.reason)
    finally:
        db.session.rollback()  # whatever it left open


def _keep(work: Work, outcome: Outcome, seconds: float) -> None:
    at = now()
    values = {
        "due_at": at if outcome.more else at + timedelta(seconds=work.every),
        "ran_at": at,
        "seconds": seconds,
        "is_ok": outcome.is_ok,
        "text": fit_to_store(outcome.text)[:MAX_TEXT],
    }
    key = {"module": work.module, "kind": work.kind, "name": work.name}
    with write() as session:
        if not insert_new(session, ModuleWork, **key, **values):
            change = update(ModuleWork).filter_by(**key).values(**values)
            session.execute(change.execution_options(synchronize_session=False))


@contextmanager
def _lease(name: str) -> Iterator[bool]:
    """Hold a lease for as long as the block runs, however long that is; False when another process has it."""
    from dialog_core.modules import node_name  # as above
    from dialog_core.runtime import runtime

    engine, here = db.engine, runtime()
    owner = f"{owner_here(node_name(here.config.home))}"
    generation = here.running.generation or 0
    fence = acquire(engine, name=name, owner=owner, seconds=LEASE_SECONDS, generation=generation)
    if fence is None:
        yield False
        return
    done = threading.Event()

    def keep() -> None:
        while not done.wait(LEASE_SECONDS / 3):
            renew(engine, name=name, owner=owner, fence=fence, seconds=LEASE_SECONDS)

    keeper = threading.Thread(target=keep, name=f"dialog-{name}", daemon=True)
    keeper.start()
    try:
        yield True
    finally:
        done.set()
        keeper.join()
        release(engine, name=name, owner=owner, fence=fence)


def _of_job(module: str, job: Job) -> Work:
    def run() -> Outcome:
        context = JobContext(_settings(module), _log(module), now())
        return Outcome(is_ok=True, more=job.run(context) is True)

    return Work(
        module, JOB, job.name, job.title, max(1.0, float(job.every)), run,
        _guard(module, JOB, job.name, JOB_BUDGET, JOB_LIMIT),
    )  # fmt: skip


def _of_check(module: str, check: HealthCheck) -> Work:
    def run() -> Outcome:
        found = check.run(HealthContext(_settings(module), _log(module)))
        if not isinstance(found, Health):
            raise TypeError(f"the check {check.name} returns Health, not {type(found).__name__}")
        return Outcome(is_ok=bool(found.is_ok), text=str(found.text))

    return Work(
        module, HEALTH, check.name, check.title, max(10.0, float(check.every)), run,
        _guard(module, HEALTH, check.name, HEALTH_BUDGET, HEALTH_LIMIT),
    )  # fmt: skip


def _guard(module: str, kind: str, name: str, budget: float, limit: float) -> HandedOver:
    from dialog_core.modules import HandedOver  # as above

    return HandedOver(module, f"{kind} {name}", budget=budget, limit=limit)


def _settings(module: str) -> dict[str, object]:
    from dialog_core.modules import current_settings  # as above

    return current_settings(module)


def _log(module: str) -> logging.Logger:
    return logging.getLogger(f"dialog.{module}")
