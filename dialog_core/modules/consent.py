# SPDX-License-Identifier: Apache-2.0
"""The consent to a change covers everything in it: also a library that only resolving has found."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from dialog_core.database import db
from dialog_core.errors import NotAllowedNow
from dialog_core.modules.models import Generation, ModuleChange
from dialog_core.modules.plan import newly_unvouched


def require_consent(change: int, lock: dict[str, Any], current: dict[str, Any]) -> None:
    """Let a change pass whose wheels somebody vouches for, or were confirmed with the password.

    What ran in an earlier generation was confirmed then, and may return.

    Raises:
        NotAllowedNow: the message names the wheels.
    """
    names = {item["sha256"]: f"{item['distribution']} {item['version']}" for item in _items(lock)}
    with db.engine.connect() as connection:
        request: Any = connection.scalar(select(ModuleChange.request).where(ModuleChange.id == change))
        if request.get("confirmed"):
            return
        unvouched = set(newly_unvouched(connection, current, list(names)))
        if not unvouched or not (unvouched := unvouched - _ran_before(connection)):
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
