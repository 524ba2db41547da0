# SPDX-License-Identifier: Apache-2.0
"""What the parent of a node's processes needs: which generation is wanted, and to have it ready on this node."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

from dialog_core.config import Config
from dialog_core.errors import DialogError
from dialog_core.modules.generations.build import build
from dialog_core.modules.generations.pruning import prune_folders
from dialog_core.modules.models import ActiveGeneration, Generation
from dialog_core.modules.trial.preflight import preflight


def wanted_generation(engine: Engine) -> int | None:
    """Return the number of the wanted generation; None while there was never any, or the database is older than that.

    Raises:
        SQLAlchemyError: the database cannot be reached just now.
    """
    with engine.connect() as connection:
        if not engine.dialect.has_table(connection, ActiveGeneration.__tablename__):
            return None
        return connection.scalar(select(ActiveGeneration.generation_id))


def prepare_generation(engine: Engine, config: Config, generation: int, *, check: bool = False) -> str:
    """Build a generation on this node, before any process is replaced; return the problem, empty when it is ready.

    Args:
        check: try it out here, too (another node did so before it was activated).
    """
    try:
        with engine.connect() as connection:
            lock: Any = connection.scalar(select(Generation.lock).where(Generation.id == generation))
        if lock is None:
            return f"generation {generation} is not in the database"
        path = build(engine, config.home, generation, lock)
        prune_folders(engine, config.home)
        if not check:
            return ""
        return preflight(path, [item for item in lock["modules"] if item["enabled"]]).problem()
    except (DialogError, SQLAlchemyError) as error:
        return str(error)
