# SPDX-License-Identifier: Apache-2.0
"""Notices: what the platform did about a module by itself, until an administrator has dealt with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.orm import Session

from dialog_core.clock import now
from dialog_core.database import db, write
from dialog_core.events import record
from dialog_core.modules.calls.breaker_rows import forget_breakers
from dialog_core.modules.health_models import ModuleNotice
from dialog_core.modules.reports.strikes import forget_strikes
from dialog_core.staff import Actor
from dialog_core.staff.permissions import MODULE_MANAGE

QUARANTINED, RETURNED = "quarantined", "returned"
_COLUMNS = (
    ModuleNotice.id, ModuleNotice.module, ModuleNotice.kind, ModuleNotice.message, ModuleNotice.values,
    ModuleNotice.change_id, ModuleNotice.at,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice; `message` is a gettext id, `values` fill its places."""

    id: int
    module: str
    kind: str
    message: str
    values: dict[str, Any]
    change: int | None
    at: datetime


def open_notices(actor: Actor) -> list[NoticeView]:
    """Return what nobody has dealt with, the newest first; nothing for those who may do nothing about it."""
    if not actor.may(MODULE_MANAGE):
        return []
    with db.engine.connect() as connection:
        return read_notices(connection)


def read_notices(connection: Connection | Session) -> list[NoticeView]:
    """Return the open notices, for the platform itself."""
    query = select(*_COLUMNS).where(ModuleNotice.closed_at.is_(None)).order_by(ModuleNotice.id.desc())
    return [NoticeView(*row) for row in connection.execute(query)]


def past_notices(actor: Actor, *, module: str, limit: int = 3) -> list[NoticeView]:
    """Return what the platform did about a module lately, the newest first, also what was dealt with or taken away.

    Raises:
        NotPermitted: `module.manage` is missing.
    """
    actor.require(MODULE_MANAGE)
    with db.engine.connect() as connection:
        query = select(*_COLUMNS).where(ModuleNotice.module == module).order_by(ModuleNotice.id.desc()).limit(limit)
        return [NoticeView(*row) for row in connection.execute(query)]


def add_notice(
    session: Session, *, module: str, kind: str, message: str, values: dict[str, Any], change: int | None
) -> None:
    """Tell administrators; an open notice of the same kind about the module is replaced."""
    _close(session, ModuleNotice.module == module, ModuleNotice.kind == kind)
    session.add(
        ModuleNotice(
            module=module[:60], kind=kind, message=message, values=values, change_id=change, at=now(), closed_at=None
        )
    )


def close_notice(actor: Actor, *, notice: int) -> None:
    """Take a notice away; what it tells of stays as it is.

    Raises:
        NotPermitted: `module.manage` is missing.
    """
    actor.require(MODULE_MANAGE)
    with write() as session:
        _close(session, ModuleNotice.id == notice)
        record(session, actor, "module_notice_closed", notice=notice)


def forgive(session: Session, modules: Iterable[str]) -> None:
    """Let modules begin anew: an administrator has switched them on, or put another version in their place."""
    for module in modules:
        forget_strikes(session, module=module)
        forget_breakers(session, module=module)
        _close(session, ModuleNotice.module == module)


def changed_modules(before: dict[str, Any], after: dict[str, Any]) -> tuple[str, ...]:
    """Return the modules that are on in the later lock and were not, or not with this wheel, in the earlier one."""
    known = {item["name"]: (item["sha256"], item["enabled"]) for item in before["modules"]}
    enabled = [item for item in after["modules"] if item["enabled"]]
    return tuple(item["name"] for item in enabled if known.get(item["name"]) != (item["sha256"], True))


def _close(session: Session, *conditions: Any) -> None:
    session.execute(
        update(ModuleNotice)
        .where(ModuleNotice.closed_at.is_(None), *conditions)
        .values(closed_at=now())
        .execution_options(synchronize_session=False)
    )
