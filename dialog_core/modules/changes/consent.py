# SPDX-License-Identifier: Apache-2.0
"""The consent to a change covers everything in it: also a library that only resolving has found."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from dialog_core.database import db, write
from dialog_core.errors import NotAllowedNow
from dialog_core.events import record
from dialog_core.modules.changes.plan import newly_unvouched
from dialog_core.modules.models import Generation, ModuleChange
from dialog_core.staff import system_actor


def require_consent(change: int, lock: dict[str, Any], current: dict[str, Any]) -> None:
    """Let a change pass whose wheels somebody vouches for, or were confirmed with the password.

    What ran in an earlier generation was confirmed then, and may return.

    Raises:
        NotAllowedNow: the message names the wheels.
    """
    names = {item["sha256"]: f"{item['distribution']} {item['version']}" for item in _items(lock)}
    with db.engine.connect() as connection:
        row: Any = connection.execute(
            select(ModuleChange.request, ModuleChange.requested_by).where(ModuleChange.id == change)
        ).one()
        unvouched = set(newly_unvouched(connection, current, list(names)))
        if not unvouched or not (unvouched := unvouched - _ran_before(connection)):
            return
    if row.request.get("confirmed"):
        with write() as session:
            values = {"change": change, "confirmed_by": row.requested_by, "sha256": sorted(unvouched)}
            record(session, system_actor(), "unvouched_modules_admitted", **values)
        return
    raise NotAllowedNow(
        "Nobody vouches for %(names)s: it is not signed by a publisher that is trusted here. Ask for the change again "
        "and confirm it with your password.",
        names=", ".join(sorted(names[sha256] for sha256 in unvouched)),
    )


def _items(lock: dict[str, Any]) -> list[dict[str, Any]]:
    return [*lock["modules"], *lock["libraries"]]


def _ran_before(connection: Connection) -> set[str]:
    locks: Any = connection.scalars(select(Generation.lock).where(Generation.activated_at.is_not(None)))
    return {item["sha256"] for lock in locks for item in _items(lock)}
