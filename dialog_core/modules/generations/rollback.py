# SPDX-License-Identifier: Apache-2.0
"""Earlier sets of modules: whether one can be returned to, and otherwise why not."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from dialog_core import __version__
from dialog_core.errors import DialogError, NotAllowedNow, NotFound
from dialog_core.modules.migrations.facts import PURGED, require_data_fit
from dialog_core.modules.models import DataStep, Generation, StoredWheel

RAN = ("active", "superseded")
"""States of generations that processes came up with."""


def lock_to_return_to(session: Session, generation: int) -> dict[str, Any]:
    """Return the lock of an earlier generation.

    Raises:
        NotFound: there is no such generation.
        NotAllowedNow: it cannot be returned to; the message says why.
    """
    row = session.execute(select(*COLUMNS).where(Generation.id == generation)).one_or_none()
    if row is None:
        raise NotFound("There is no set of modules with this number.")
    problem = obstacle(session, row)
    if problem is not None:
        raise problem
    lock: dict[str, Any] = row.lock
    return lock


COLUMNS = (Generation.id, Generation.lock, Generation.state, Generation.activated_at, Generation.platform)


def obstacle(session: Session, row: Any) -> DialogError | None:
    """Return what keeps a generation from being returned to, None when nothing does.

    Tables only grow from version to version, so earlier code works with later tables, unless data were deleted or a
    step of a migration was marked as destructive since.

    Args:
        row: has `COLUMNS`.
    """
    if row.state not in RAN and row.activated_at is None:
        return NotAllowedNow("Set %(number)s has never run: it was refused before.", number=row.id)
    if row.state not in RAN:
        return NotAllowedNow("Set %(number)s was tried, and the processes did not come up with it.", number=row.id)
    if row.platform and row.platform != __version__:
        return NotAllowedNow(
            "Set %(number)s was made with version %(old)s of the platform, this is %(new)s. Install the versions of "
            "the modules that you want instead.",
            number=row.id,
            old=row.platform,
            new=__version__,
        )
    try:
        _require_wheels(session.connection(), row)
    except DialogError as error:
        return error
    return _data_obstacle(session, row)


def data_obstacle(session: Session, generation: int) -> DialogError | None:
    """Return what keeps a generation from working with the data that there are now, None when nothing does."""
    return _data_obstacle(session, session.execute(select(*COLUMNS).where(Generation.id == generation)).one())


def _data_obstacle(session: Session, row: Any) -> DialogError | None:
    try:
        _require_unpurged(session.connection(), row)
        require_data_fit(session, row.lock["modules"])
    except DialogError as error:
        return error
    return None


def _require_wheels(connection: Connection, row: Any) -> None:
    items = [*row.lock["modules"], *row.lock["libraries"]]
    hashes = {item["sha256"] for item in items}
    there = set(connection.scalars(select(StoredWheel.sha256).where(StoredWheel.sha256.in_(hashes))))
    for item in items:
        if item["sha256"] not in there:
            raise NotAllowedNow(
                "A wheel that set %(number)s needs is not kept any more: %(name)s %(version)s.",
                number=row.id,
                name=item["distribution"],
                version=item["version"],
            )


def _require_unpurged(connection: Connection, row: Any) -> None:
    names = [item["name"] for item in row.lock["modules"]]
    query = select(DataStep.module).where(
        DataStep.kind == PURGED, DataStep.module.in_(names), DataStep.generation_id > row.id
    )
    purged = connection.scalar(query.limit(1))
    if purged is not None:
        raise NotAllowedNow(
            "The data of “%(name)s” were deleted after set %(number)s. Install the module anew instead.",
            name=purged,
            number=row.id,
        )
