# SPDX-License-Identifier: Apache-2.0
"""Make a change of modules, step by step; whatever fails, what ran before runs on."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Update, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from dialog_core.clock import now
from dialog_core.config import Config
from dialog_core.database import db, write
from dialog_core.errors import DialogError, NotAllowedNow
from dialog_core.events import record
from dialog_core.modules.calls.notices import changed_modules, forgive
from dialog_core.modules.changes.actions import Action, action_from_json
from dialog_core.modules.changes.consent import require_consent
from dialog_core.modules.changes.index_wheels import bring_modules
from dialog_core.modules.changes.migrating import migrate_modules, migration_ahead
from dialog_core.modules.changes.plan import wanted_lock
from dialog_core.modules.changes.requests import ACTIVE, DONE, ENDED, FAILED, REFUSED, RUNNING, ChangeView, read_change
from dialog_core.modules.changes.settling import settle_data
from dialog_core.modules.changes.steps import NotOurs, Progress
from dialog_core.modules.data.kept_data import sync_kept
from dialog_core.modules.fresh_process import started_early
from dialog_core.modules.generations.build import build
from dialog_core.modules.generations.rollback import data_obstacle
from dialog_core.modules.generations.wanted import (
    Current,
    add_draft,
    ensure_first,
    mark_good,
    read_current,
    read_lock,
    require_unchanged,
    set_report,
    swap,
    swap_back,
)
from dialog_core.modules.models import Generation, ModuleChange
from dialog_core.modules.nodes.convergence import converge
from dialog_core.modules.nodes.processes import node_name
from dialog_core.modules.settings.saving import require_complete
from dialog_core.modules.trial.preflight import ENVIRON, PREFLIGHT, preflight
from dialog_core.modules.wheels.store import describe_stored
from dialog_core.staff import system_actor

log = logging.getLogger("dialog.modules")
CONVERGE_SECONDS = 120.0


def apply_change(
    config: Config,
    change: int,
    *,
    converge_seconds: float = CONVERGE_SECONDS,
    is_ours: Callable[[], bool] = lambda: True,
) -> ChangeView:
    """Make a change that was requested; the caller holds the lease of changes, as `is_ours` tells before each step.

    A change whose process died is made again from its beginning (each step may be repeated), or, when its generation
    is active already, only waited for. A process that has lost the lease leaves the change as it is to the other.

    Raises:
        OperationalError: the database does not answer; call this again when it does.
    """
    view = read_change(change)
    if view.ended:
        return view
    progress = Progress(change, is_ours)
    try:
        if view.state == ACTIVE and view.generation is not None:
            progress.touched = True
            _require_active(view.generation)
            previous = _previous(view.generation)
        else:
            with started_early(PREFLIGHT, environ=ENVIRON):
                previous, generation = _prepare(config, view, progress)
            is_new = generation != previous
            view = _activate(view, previous, generation, progress) if is_new else read_change(change)
        if not all(action.is_about_data for action in _actions(view)) or view.generation != previous:
            _converge(config, view, previous, progress, converge_seconds)
        problem = _settle(config, view, previous, progress)
        _end(change, DONE, problem)
    except DialogError as error:
        progress.fail(error)
        _end(change, REFUSED if not progress.touched else FAILED, str(error))
    except NotOurs:
        log.warning("the change %s is made by another process now", change)
    except OperationalError:
        raise  # the database is away: the change is made again when it is back
    except Exception as error:
        log.exception("the change %s of modules failed", change)
        progress.fail(NotAllowedNow("An unexpected error stopped the change: %(reason)s", reason=repr(error)[:300]))
        _end(change, FAILED, f"An unexpected error stopped the change: {error!r}")
    return read_change(change)


def _settle(config: Config, view: ChangeView, previous: int, progress: Progress) -> str:
    """Do what is to be done with data; a switch that is made stays made, and the problem is told beside it."""
    try:
        settle_data(config, _actions(view), progress, actor_name=view.requested_by)
    except DialogError as error:
        if view.generation == previous:
            raise
        progress.fail(error)
        return str(error)
    return ""


def _actions(view: ChangeView) -> list[Action]:
    return [action_from_json(item) for item in view.actions]


def _prepare(config: Config, view: ChangeView, progress: Progress) -> tuple[int, int]:
    """Resolve, build, preflight and migrate; return the numbers of the present and of the new generation."""
    actions = _actions(view)
    with progress.step("resolve") as step:
        bring_modules(actions)
        with write() as session:
            session.execute(_unended(view.id).values(state=RUNNING))
            require_unchanged(read_current(session), view.expected)
            current = ensure_first(session, view.requested_by)
        assert current.generation is not None, "ensure_first() made one"
        lock = wanted_lock(config.home, current, actions)
        step.text = f"{len(lock['modules'])} modules, {len(lock['libraries'])} libraries"
    with progress.step("consent") as step:
        require_consent(view.id, lock, current.lock)
        step.text = view.requested_by
    if lock == current.lock:  # all of it is as wished already: only processes may be behind, or data be meant
        _remember_generation(view.id, current.generation)
        return current.generation, current.generation
    with progress.step("build") as step:
        with write() as session:
            generation = add_draft(
                session, lock, previous=current.generation, reason=view.reason, actor_name=view.requested_by
            )
        _remember_generation(view.id, generation)
        path = build(db.engine, config.home, generation, lock)
        step.text = f"generation {generation}"
    with migration_ahead(config, path, lock):
        with progress.step("preflight"):
            _preflight(current, generation, lock, path)
        progress.touched = True
        with progress.step("migrate") as step:
            step.text = migrate_modules(config, path, lock, current.generation, actor_name=view.requested_by)
    return current.generation, generation


def _remember_generation(change: int, generation: int) -> None:
    with write() as session:
        session.execute(_unended(change).values(generation_id=generation))


def _preflight(current: Current, generation: int, lock: dict[str, Any], path: Path) -> None:
    """Try out what will run, and what is newly installed; what is off and known keeps its report."""
    old = {item["name"]: item for item in current.lock["modules"]}
    known = {
        item["name"]: current.modules[item["name"]]
        for item in lock["modules"]
        if item["name"] in current.modules and old.get(item["name"], {}).get("sha256") == item["sha256"]
    }
    examined = [item for item in lock["modules"] if item["enabled"] or item["name"] not in known]
    report = preflight(path, examined)
    with write() as session:
        for item in examined:
            manifest = describe_stored(session, item["sha256"]).manifest
            assert manifest is not None, "only modules get into a lock as modules"
            report.modules.setdefault(item["name"], {})["manifest"] = manifest.as_json()
        set_report(session, generation, {**known, **report.modules}, ok=report.ok)
    if not report.ok:
        raise NotAllowedNow("The preflight found: %(findings)s", findings=report.problem())
    newly = [
        item["name"] for item in lock["modules"] if item["enabled"] and not old.get(item["name"], {}).get("enabled")
    ]
    require_complete(current, report.modules, newly)


def _activate(view: ChangeView, previous: int, generation: int, progress: Progress) -> ChangeView:
    with progress.step("activate") as step:
        with write() as session:
            before, lock = read_current(session), read_lock(session, generation)
            assert lock is not None, "it was added by this change"
            swap(session, expected=previous, wanted=generation)
            sync_kept(session, before, lock, view.requested_by)
            session.execute(_unended(view.id).values(state=ACTIVE))
            forgive(session, changed_modules(before.lock, lock))
            record(
                session, system_actor(), "modules_activated", change=view.id, generation=generation, previous=previous
            )
        step.text = f"generation {generation}"
    return read_change(view.id)


def _converge(config: Config, view: ChangeView, previous: int, progress: Progress, seconds: float) -> None:
    assert view.generation is not None, "an active change has a generation"
    node = node_name(config.home)
    try:
        with progress.step("converge") as step:
            state = converge(
                db.engine,
                generation=view.generation,
                enabled=_enabled(view.generation),
                node=node,
                seconds=seconds,
                tell=lambda state: step.say(str(state)),
            )
            step.text = str(state)
    except DialogError as error:
        with write() as session:
            is_ours = previous != view.generation and read_current(session).generation == view.generation
            obstacle = data_obstacle(session, previous) if is_ours else None
            if is_ours and obstacle is None:
                take_back(session, failed=view.generation, previous=previous, actor_name=view.requested_by)
                record(session, system_actor(), "modules_returned", change=view.id, generation=previous)
        if obstacle is not None:
            raise NotAllowedNow(
                "%(problem)s It cannot be taken back: %(reason)s Processes that do not start with it run without "
                "modules; switch the module off, or install a version that starts.",
                problem=str(error),
                reason=str(obstacle),
            ) from error
        raise
    with write() as session:
        mark_good(session, view.generation)


def take_back(session: Session, *, failed: int, previous: int, actor_name: str) -> None:
    """Make the generation before a failed one the active one again."""
    before, lock = read_current(session), read_lock(session, previous)
    assert lock is not None, "generations stay"
    swap_back(session, failed=failed, previous=previous)
    sync_kept(session, before, lock, actor_name)


def _require_active(generation: int) -> None:
    """Refuse to wait for a generation that was taken back, or replaced, before the process that made it died."""
    with db.engine.connect() as connection:
        if read_current(connection).generation != generation:
            raise NotAllowedNow("The processes did not come up with the change; what ran before runs again.")


def _enabled(generation: int) -> set[str]:
    with db.engine.connect() as connection:
        lock: Any = connection.scalar(select(Generation.lock).where(Generation.id == generation))
    return {item["name"] for item in lock["modules"] if item["enabled"]}


def _previous(generation: int) -> int:
    with db.engine.connect() as connection:
        return cast(int, connection.scalar(select(Generation.previous_id).where(Generation.id == generation)))


def _end(change: int, state: str, problem: str) -> None:
    with write() as session:
        values = {"state": state, "problem": problem, "finished_at": now()}
        session.execute(_unended(change).values(**values))


def _unended(change: int) -> Update:
    """Return an update of a change that does nothing when it has ended, by whichever process."""
    return update(ModuleChange).where(ModuleChange.id == change, ModuleChange.state.not_in(ENDED))
