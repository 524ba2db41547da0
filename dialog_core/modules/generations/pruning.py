# SPDX-License-Identifier: Apache-2.0
"""Forget what no generation that one can return to needs any more: wheels in the database, folders on this node."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, delete, select
from sqlalchemy.orm import Session

from dialog_core.clock import now
from dialog_core.database import write
from dialog_core.modules.generations.rollback import RAN
from dialog_core.modules.models import ActiveGeneration, Generation, KeptModule, ModuleChange, NodeProcess, StoredWheel
from dialog_core.modules.wheels.catalog import catalog_wheels

KEPT_GENERATIONS = 20
UNUSED_KEPT = timedelta(days=30)
"""An uploaded wheel that nobody has installed yet stays that long."""
WHEELS_AT_ONCE = 20


def prune_wheels(*, generations: int = KEPT_GENERATIONS) -> bool:
    """Delete stored wheels that only older generations used; tell whether there were any.

    Args:
        generations: how many of the last ones that have run keep everything they need.
    """
    with write() as session:
        if _is_changing(session):
            return False
        needed = _hashes(session, _kept(session, generations)) | {wheel.sha256 for wheel in catalog_wheels()}
        needed |= set(session.scalars(select(KeptModule.sha256)))
        query = select(StoredWheel.sha256).where(StoredWheel.stored_at < now() - UNUSED_KEPT)
        unused = [sha256 for sha256 in session.scalars(query) if sha256 not in needed][:WHEELS_AT_ONCE]
        if unused:
            statement = delete(StoredWheel).where(StoredWheel.sha256.in_(unused))
            session.execute(statement.execution_options(synchronize_session=False))
    return bool(unused)


def prune_folders(engine: Engine, home: Path, *, generations: int = KEPT_GENERATIONS) -> list[str]:
    """Delete this node's folders of generations and wheels that are not kept; return their names.

    What a change under way may need (a later number, a wheel of the store) stays. A folder that is missed after all is
    made again from the database.
    """
    with engine.connect() as connection:
        kept = _kept(connection, generations)
        kept |= set(connection.scalars(select(NodeProcess.generation_id).where(NodeProcess.generation_id.is_not(None))))
        hashes = set(connection.scalars(select(StoredWheel.sha256)))
    gone = [
        path
        for path in _children(home / "generations")
        if path.name.isascii() and path.name.isdigit() and int(path.name) not in kept and int(path.name) < max(kept)
    ]
    gone += [path for path in _children(home / "store") if path.name not in hashes]
    for path in gone:
        shutil.rmtree(path, ignore_errors=True)
    return [path.name for path in gone]


def _kept(session: Session | Connection, number: int) -> set[int]:
    """Return the last generations that have run, and always the active and the last good one."""
    query = select(Generation.id).where(Generation.state.in_(RAN)).order_by(Generation.id.desc()).limit(number)
    kept: set[int] = set(session.scalars(query))
    for row in session.execute(select(ActiveGeneration.generation_id, ActiveGeneration.last_good_id)):
        kept |= {row.generation_id, row.last_good_id}
    return kept


def _hashes(session: Session, generations: Iterable[int]) -> set[str]:
    locks: Any = session.scalars(select(Generation.lock).where(Generation.id.in_(list(generations))))
    return {item["sha256"] for lock in locks for item in [*lock["modules"], *lock["libraries"]]}


def _is_changing(session: Session) -> bool:
    """Tell whether a change is under way: it may need what no generation that has run needs."""
    query = select(ModuleChange.id).where(ModuleChange.state.in_(("requested", "running", "active")))
    return session.scalar(query.limit(1)) is not None


def _children(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []
