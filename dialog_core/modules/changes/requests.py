# SPDX-License-Identifier: Apache-2.0
"""Changes of modules: asked for here, made by `apply`, watched by whoever asked."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, select

from dialog_core.clock import now
from dialog_core.database import db, write
from dialog_core.errors import NotFound
from dialog_core.events import record
from dialog_core.modules.changes.actions import Action, Verb, refuse_contradictions
from dialog_core.modules.changes.plan import Plan, make_plan, newly_unvouched, wanted_modules
from dialog_core.modules.generations.wanted import read_current, require_unchanged
from dialog_core.modules.models import ModuleChange
from dialog_core.modules.settings.saving import require_complete
from dialog_core.modules.settings.stored import this_config
from dialog_core.modules.trust.confirming import Confirmation, is_confirmed, require_confirmation
from dialog_core.staff import Actor
from dialog_core.staff.permissions import MODULE_MANAGE

REQUESTED, RUNNING, ACTIVE, DONE, REFUSED, FAILED = "requested", "running", "active", "done", "refused", "failed"
ENDED = (DONE, REFUSED, FAILED)
STEPS = ("resolve", "consent", "build", "preflight", "migrate", "activate", "converge", "data")


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change and how far it has come.

    Attributes:
        state: `requested`, `running`, `active` (processes converge), `done`, `refused` (nothing was touched) or
            `failed` (what ran before runs again).
        steps: `{"step", "state", "at", "text"}`, and for a step that failed `message` and `values` for translation.
        problem: why it was refused or failed, in English.
        reason: why it was asked for, empty when nobody said.
        expected: the generation that its plan was made for, None when it holds for any.
    """

    id: int
    actions: list[dict[str, Any]]
    state: str
    steps: list[dict[str, Any]]
    problem: str
    generation: int | None
    requested_by: str
    requested_at: datetime
    finished_at: datetime | None
    reason: str = ""
    expected: int | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ENDED


def plan_change(actor: Actor, *, actions: Sequence[Action]) -> Plan:
    """Say what a change would mean, before anybody agrees to it.

    Raises:
        NotFound, NotAllowedNow: it cannot be done; the message says why.
    """
    actor.require(MODULE_MANAGE)
    return make_plan(this_config().home, actions)


def request_change(
    actor: Actor,
    *,
    actions: Sequence[Action],
    reason: str = "",
    expected: int | None = None,
    confirmation: Confirmation | None = None,
) -> int:
    """Ask for a change, and return its id; asking is the consent to its plan.

    Args:
        reason: why, in words of whoever asks; kept with the change and with its generation.
        expected: the generation that the plan was made for (`Plan.generation`). When another one runs by the time the
            change is made, it is refused. Without it the wishes are applied to whatever runs then.
        confirmation: see `confirm`; what nobody vouches for is not installed without.

    Raises:
        NotAllowedNow: nothing is asked for, a module is not installed or needed by another one, a required setting is
            missing, or the modules were changed since the plan was made.
        WrongValue: field `password`; a wheel that nobody vouches for was asked for without a confirmation.
    """
    actor.require(MODULE_MANAGE)
    refuse_contradictions(actions)
    with db.engine.connect() as connection:
        current = read_current(connection)
    require_unchanged(current, expected)
    to_come = {action.name for action in actions if action.verb is Verb.INSTALL}
    enabling = [action.name for action in actions if action.verb is Verb.ENABLE]
    require_complete(current, {}, [name for name in enabling if name not in to_come])
    wanted = [action.sha256 for action in actions if action.verb is Verb.INSTALL and action.sha256]
    is_trusted = is_confirmed(actor, confirmation)
    with write() as session:
        if not to_come:  # what is to be installed was looked at for the plan, and is again when it is built
            wanted_modules(session, current, actions)
        unvouched = newly_unvouched(session, current.lock, wanted)
        if unvouched:
            require_confirmation(actor, confirmation)
        change = ModuleChange(
            request={
                "actions": [action.as_json() for action in actions],
                "reason": reason.strip()[:300],
                "expected": expected,
                "confirmed": is_trusted,
            },
            state=REQUESTED,
            steps=[],
            requested_by=actor.name[:300],
            requested_at=now(),
        )
        session.add(change)
        session.flush()
        record(
            session, actor, "modules_change_requested",
            change=change.id, actions=change.request["actions"], reason=change.request["reason"],
        )  # fmt: skip
        if is_trusted and unvouched:
            record(session, actor, "unvouched_modules_confirmed", change=change.id, sha256=unvouched)
        return change.id


def get_change(actor: Actor, *, change: int) -> ChangeView:
    """Return a change.

    Raises:
        NotFound: there is none with this id.
    """
    actor.require(MODULE_MANAGE)
    return read_change(change)


def read_change(change: int) -> ChangeView:
    """Return a change, for the platform itself."""
    with db.engine.connect() as connection:
        row = connection.execute(select(ModuleChange.__table__).where(ModuleChange.id == change)).one_or_none()
    if row is None:
        raise NotFound("There is no such change.")
    return _view(row)


def list_changes(actor: Actor, *, limit: int = 20) -> list[ChangeView]:
    """Return the latest changes, newest first."""
    actor.require(MODULE_MANAGE)
    query = select(ModuleChange.__table__).order_by(ModuleChange.id.desc()).limit(limit)
    with db.engine.connect() as connection:
        return [_view(row) for row in connection.execute(query)]


def changes_to_apply() -> list[int]:
    """Return the changes that wait for a process to make them, or whose process may have died, oldest first."""
    query = select(ModuleChange.id).where(ModuleChange.state.not_in(ENDED)).order_by(ModuleChange.id)
    with db.engine.connect() as connection:
        return list(connection.scalars(query))


def wait_for_change(change: int, *, seconds: float = 300.0, poll: float = 0.1) -> ChangeView:
    """Wait until a change has ended, and return it as it is then (or when the time is over)."""
    until = time.monotonic() + seconds
    while True:
        view = read_change(change)
        if view.ended or time.monotonic() > until:
            return view
        time.sleep(poll)


def _view(row: Row[Any]) -> ChangeView:
    return ChangeView(
        id=row.id,
        actions=cast("list[dict[str, Any]]", row.request["actions"]),
        state=row.state,
        steps=row.steps,
        problem=row.problem,
        generation=row.generation_id,
        requested_by=row.requested_by,
        requested_at=row.requested_at,
        finished_at=row.finished_at,
        reason=row.request.get("reason", ""),
        expected=row.request.get("expected"),
    )
