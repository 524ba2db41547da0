# SPDX-License-Identifier: Apache-2.0
"""The history of generations: who made which, when and why, how each differs, and the way back to one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from dialog_core.database import write
from dialog_core.errors import DialogError, NotFound
from dialog_core.modules.changes.actions import Action, Verb
from dialog_core.modules.changes.requests import request_change
from dialog_core.modules.generations.difference import LockDifference, difference
from dialog_core.modules.generations.rollback import RAN, obstacle
from dialog_core.modules.generations.wanted import EMPTY_LOCK, Current, read_current
from dialog_core.modules.models import Generation, ModuleChange
from dialog_core.staff import Actor
from dialog_core.staff.permissions import MODULE_MANAGE


@dataclass(frozen=True, slots=True)
class GenerationModule:
    """A module in a generation."""

    name: str
    version: str
    is_enabled: bool


@dataclass(frozen=True, slots=True)
class ModuleReport:
    """What the preflight found a module to contribute."""

    name: str
    hooks: tuple[str, ...]
    routes: tuple[str, ...]
    services: tuple[str, ...]
    settings: int


@dataclass(frozen=True, slots=True)
class GenerationView:
    """A set of modules as it was.

    Attributes:
        change: the change that made it, None for the first one.
        state: `draft`, `probed`, `active`, `superseded` or `failed`.
        activated_at: when it was switched to, None when it never was.
        before: how it differs from the one that ran when it was made.
        now: what a return to it would change.
        reports: what its preflight found, by module.
        obstacle: why it cannot be returned to, None when it can, or when it is what runs.
    """

    number: int
    change: int | None
    created_by: str
    created_at: datetime
    activated_at: datetime | None
    reason: str
    state: str
    platform: str
    modules: tuple[GenerationModule, ...]
    before: LockDifference
    now: LockDifference
    obstacle: DialogError | None
    is_active: bool
    is_last_good: bool
    reports: tuple[ModuleReport, ...] = ()

    @property
    def can_return(self) -> bool:
        """Tell whether one can return to it."""
        return not self.is_active and self.obstacle is None


def list_generations(actor: Actor, *, limit: int = 30, below: int | None = None) -> list[GenerationView]:
    """Return the generations that have run, newest first.

    Args:
        below: only those with a smaller number, to go on from.
    """
    actor.require(MODULE_MANAGE)
    query = select(Generation.__table__).where(or_(Generation.state.in_(RAN), Generation.activated_at.is_not(None)))
    if below is not None:
        query = query.where(Generation.id < below)
    with write() as session:
        current = read_current(session)
        rows = session.execute(query.order_by(Generation.id.desc()).limit(limit)).all()
        return [_view(session, current, row) for row in rows]


def get_generation(actor: Actor, *, generation: int) -> GenerationView:
    """Return a generation.

    Raises:
        NotFound: there is none with this number.
    """
    actor.require(MODULE_MANAGE)
    with write() as session:
        row = session.execute(select(Generation.__table__).where(Generation.id == generation)).one_or_none()
        if row is None:
            raise NotFound("There is no set of modules with this number.")
        return _view(session, read_current(session), row)


def request_rollback(actor: Actor, *, generation: int, reason: str = "", expected: int | None = None) -> int:
    """Ask for the return to an earlier generation as a whole, and return the id of the change.

    It is made like every change: built, tried out, activated as a new generation with the modules of the old one.

    Raises:
        NotFound: there is no such generation.
        NotAllowedNow: it cannot be returned to; the message says why.
    """
    action = Action(Verb.ROLLBACK, "", generation=generation)
    return request_change(actor, actions=[action], reason=reason, expected=expected)


def _view(session: Session, current: Current, row: Any) -> GenerationView:
    previous = session.scalar(select(Generation.lock).where(Generation.id == row.previous_id)) or EMPTY_LOCK
    is_active = row.id == current.generation
    return GenerationView(
        number=row.id,
        change=session.scalar(select(ModuleChange.id).where(ModuleChange.generation_id == row.id).limit(1)),
        created_by=row.created_by,
        created_at=row.created_at,
        activated_at=row.activated_at,
        reason=row.reason,
        state=row.state,
        platform=row.platform,
        modules=tuple(GenerationModule(item["name"], item["version"], item["enabled"]) for item in row.lock["modules"]),
        before=difference(previous, row.lock),
        now=difference(current.lock, row.lock),
        obstacle=None if is_active else obstacle(session, row),
        is_active=is_active,
        is_last_good=row.id == current.last_good,
        reports=tuple(_report(name, facts) for name, facts in sorted(row.report.get("modules", {}).items())),
    )


def _report(name: str, facts: dict[str, Any]) -> ModuleReport:
    listed = {key: tuple(map(str, facts.get(key) or ())) for key in ("hooks", "routes", "services")}
    return ModuleReport(name, **listed, settings=len(facts.get("form") or ()))
