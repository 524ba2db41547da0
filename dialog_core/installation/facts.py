# SPDX-License-Identifier: Apache-2.0
"""Facts about the installation: named JSON values, read often and therefore remembered for up to a second."""

from __future__ import annotations

import time
from typing import Any

from flask import current_app
from sqlalchemy import select, update

from dialog_core.clock import now
from dialog_core.database import db, insert_new, is_writing, write
from dialog_core.installation.models import InstallationFact

REMEMBERED_SECONDS = 1.0
_EXTENSION = "dialog_facts"


def get_fact(key: str, default: Any = None, *, fresh: bool | None = None) -> Any:
    """Return a fact as committed at most a second ago; `fresh` (default in `write()`) as the transaction sees it."""
    if is_writing() if fresh is None else fresh:
        return _read(key, default)
    remembered: dict[str, tuple[float, Any]] = current_app.extensions.setdefault(_EXTENSION, {})
    known = remembered.get(key)
    if known is not None and known[0] > time.monotonic():
        return default if known[1] is None else known[1]
    value = _read(key, None)
    remembered[key] = (time.monotonic() + REMEMBERED_SECONDS, value)
    return default if value is None else value


def set_fact(key: str, value: Any) -> None:
    """Write a fact, inside the open write transaction or one of its own."""
    with write() as session:
        if not insert_new(session, InstallationFact, key=key, value=value, changed_at=now()):
            session.execute(
                update(InstallationFact).where(InstallationFact.key == key).values(value=value, changed_at=now())
            )
    current_app.extensions.get(_EXTENSION, {}).pop(key, None)


def _read(key: str, default: Any) -> Any:
    value = db.session.execute(select(InstallationFact.value).where(InstallationFact.key == key)).scalar_one_or_none()
    return default if value is None else value
