# SPDX-License-Identifier: Apache-2.0
"""The updates of modules as administrators see them, and the wish to try one again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy import update as update_rows

from dialog_core.database import db, write
from dialog_core.errors import NotFound
from dialog_core.events import record
from dialog_core.modules.update_models import ModuleUpdate
from dialog_core.modules.updates.updating import AGAIN, FAILED, REFUSED, RETURNED, WAITING
from dialog_core.staff import Actor
from dialog_core.staff.permissions import MODULE_MANAGE

ENDED_BADLY = (FAILED, REFUSED, RETURNED)


@dataclass(frozen=True, slots=True)
class UpdateView:
    """An update that a module made by itself, or that waits for an administrator.

    Attributes:
        state: `waiting` (for consent), `requested`, `watching`, `kept`, `refused` (tried again in the next window),
            `failed`, `returning`, `returned` (the version before runs again) or `again`
            (it ended badly, and is tried again in the next window).
        asks: `{"what", "values"}` of what needs consent: a capability, another publisher, nobody who vouches.
        problem: why it was refused, failed or taken back, in English.
    """

    id: int
    module: str
    old_version: str
    new_version: str
    new_sha256: str
    state: str
    asks: list[dict[str, Any]]
    problem: str
    change: int | None
    started_at: datetime
    ended_at: datetime | None

    @property
    def is_blocked(self) -> bool:
        """Whether this version is not tried again unless an administrator wishes it."""
        return self.state in ENDED_BADLY


def list_updates(actor: Actor, *, module: str | None = None, limit: int = 50) -> list[UpdateView]:
    """Return the latest updates, of one module or of all, newest first."""
    actor.require(MODULE_MANAGE)
    row = ModuleUpdate
    columns = (
        row.id, row.module, row.old_version, row.new_version, row.new_sha256, row.state, row.asks, row.problem,
        row.change_id, row.started_at, row.ended_at,
    )  # fmt: skip
    query = select(*columns).order_by(row.id.desc()).limit(limit)
    if module is not None:
        query = query.where(row.module == module)
    with db.engine.connect() as connection:
        return [UpdateView(*found) for found in connection.execute(query)]


def waiting_updates(actor: Actor) -> list[UpdateView]:
    """Return the updates that wait for an administrator."""
    return [view for view in list_updates(actor, limit=200) if view.state == WAITING]


def retry_update(actor: Actor, *, update: int) -> None:
    """Let a version that did not do be tried again in the next window.

    Raises:
        NotFound: there is no such update that ended badly.
    """
    actor.require(MODULE_MANAGE)
    with write() as session:
        found = session.get(ModuleUpdate, update)
        if found is None or found.state not in ENDED_BADLY:
            raise NotFound("There is no such update to be tried again.")
        of_this = (ModuleUpdate.module == found.module, ModuleUpdate.new_sha256 == found.new_sha256)
        record(session, actor, "module_update_retried", module=found.module, version=found.new_version)
        session.execute(
            update_rows(ModuleUpdate).where(*of_this, ModuleUpdate.state.in_(ENDED_BADLY)).values(state=AGAIN)
        )
