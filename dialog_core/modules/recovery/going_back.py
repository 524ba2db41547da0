# SPDX-License-Identifier: Apache-2.0
"""The way out in an emergency: back to the last set of modules that every process ran, without trying anything out."""

from __future__ import annotations

from sqlalchemy import select, update

from dialog_core.database import db, write
from dialog_core.errors import NotAllowedNow
from dialog_core.events import record
from dialog_core.modules.changes.applying import take_back
from dialog_core.modules.generations.rollback import data_obstacle
from dialog_core.modules.generations.wanted import read_current
from dialog_core.modules.models import ActiveGeneration, Generation
from dialog_core.staff import Actor
from dialog_core.staff.permissions import MODULE_MANAGE


def return_to_last_good(actor: Actor) -> int:
    """Make the last good generation the wanted one, or, when that is wanted already, the one before; return its number.

    Migrations only add, so the earlier set works on the tables of the later one, unless something was taken away.

    Raises:
        NotPermitted: `module.manage` is missing.
        NotAllowedNow: there is none, or it cannot work with the data that there are now.
    """
    actor.require(MODULE_MANAGE)
    with write() as session:
        current = read_current(session)
        target = current.last_good
        if target == current.generation:
            target = session.scalar(select(Generation.previous_id).where(Generation.id == current.generation))
        if target is None or current.generation is None:
            raise NotAllowedNow("There is no earlier set of modules to go back to.")
        obstacle = data_obstacle(session, target)
        if obstacle is not None:
            raise obstacle
        take_back(session, failed=current.generation, previous=target, actor_name=actor.name)
        session.execute(update(ActiveGeneration).values(last_good_id=target))
        record(session, actor, "modules_returned", generation=target, reason="safe page")
        return target


def safe_page_modules() -> list[tuple[str, str, bool]]:
    """Return name, version and whether it is on, of each installed module; from one row, without looking at wheels."""
    with db.engine.connect() as connection:
        lock = read_current(connection).lock
    return [(item["name"], item["version"], item["enabled"]) for item in lock["modules"]]
