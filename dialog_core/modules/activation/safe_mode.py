# SPDX-License-Identifier: Apache-2.0
"""Safe mode: the whole installation runs without any module, because somebody asked for it."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import SQLAlchemyError

from dialog_core.config import Config
from dialog_core.database import write
from dialog_core.events import record
from dialog_core.installation import set_fact
from dialog_core.installation.models import InstallationFact
from dialog_core.staff import Actor
from dialog_core.staff.permissions import MODULE_MANAGE

FACT = "safe_mode"


def is_safe_mode(engine: Engine, config: Config) -> bool:
    """Whether processes shall run without modules; an unreadable database wants nothing."""
    if config.safe_mode:
        return True
    try:
        with engine.connect() as connection:
            return read_safe_mode(connection)
    except SQLAlchemyError:
        return False


def read_safe_mode(connection: Connection) -> bool:
    """Whether somebody has put this installation into safe mode."""
    return connection.scalar(select(InstallationFact.value).where(InstallationFact.key == FACT)) is True


def switch_safe_mode(actor: Actor, *, on: bool) -> None:
    """Put the whole installation into safe mode, or out of it; its processes follow within seconds.

    Raises:
        NotPermitted: `module.manage` is missing.
    """
    actor.require(MODULE_MANAGE)
    with write() as session:
        set_fact(FACT, on)
        record(session, actor, "safe_mode_switched", on=on)
