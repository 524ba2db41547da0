# SPDX-License-Identifier: Apache-2.0
"""How far each module is updated by itself, and when: set by administrators."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from dialog_core.clock import now
from dialog_core.database import db, write
from dialog_core.errors import NotAllowedNow, WrongValue
from dialog_core.events import record
from dialog_core.installation import get_fact, profile, set_fact
from dialog_core.modules.generations.wanted import read_current
from dialog_core.modules.update_models import ModulePolicy
from dialog_core.modules.updates.versions import Policy
from dialog_core.modules.updates.windows import Window, checked_window, window_from_json
from dialog_core.staff import Actor
from dialog_core.staff.permissions import MODULE_MANAGE

WINDOW_FACT = "update_window"


def set_policy(actor: Actor, *, module: str, policy: str) -> Policy:
    """Set how far a module is updated by itself.

    Raises:
        WrongValue: field `policy`.
        NotAllowedNow: the module is not installed.
    """
    actor.require(MODULE_MANAGE)
    if policy not in set(Policy):
        raise WrongValue("policy", "Choose off, patch or minor.")
    with write() as session:
        if read_current(session).entry(module) is None:
            raise NotAllowedNow("The module “%(name)s” is not installed.", name=module[:60])
        row = session.get(ModulePolicy, module) or ModulePolicy(module=module)
        row.policy, row.changed_by, row.changed_at = policy, actor.name[:300], now()
        session.add(row)
        record(session, actor, "module_policy_changed", module=module, policy=policy)
    return Policy(policy)


def read_policies(connection: Connection | Session) -> dict[str, Policy]:
    """Return the policies that were ever set, by module; the others are off."""
    return {row[0]: Policy(row[1]) for row in connection.execute(select(ModulePolicy.module, ModulePolicy.policy))}


def list_policies(actor: Actor) -> dict[str, Policy]:
    """Return the policy of every installed module."""
    actor.require(MODULE_MANAGE)
    with db.engine.connect() as connection:
        known = read_policies(connection)
        return {item["name"]: known.get(item["name"], Policy.OFF) for item in read_current(connection).lock["modules"]}


def update_window(*, fresh: bool | None = None) -> Window:
    """Return when modules may be updated by themselves."""
    return window_from_json(get_fact(WINDOW_FACT, {}, fresh=fresh))


def update_timezone() -> str:
    """Return the time zone that the window is meant in."""
    return profile(fresh=True).timezone


def set_update_window(actor: Actor, *, days: Sequence[int], start: str, end: str) -> Window:
    """Set when modules may be updated by themselves.

    Raises:
        WrongValue: field `days`, `start` or `end`.
    """
    actor.require(MODULE_MANAGE)
    window = checked_window(days=days, start=start, end=end)
    with write() as session:
        set_fact(WINDOW_FACT, window.as_json())
        record(session, actor, "update_window_changed", **window.as_json())
    return window
