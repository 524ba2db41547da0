# SPDX-License-Identifier: Apache-2.0
"""What the parents have in common: a place in the list of processes, without any module or hook."""

from __future__ import annotations

from sqlalchemy import Engine

from dialog_core.config import Config
from dialog_core.modules import BootState, Heartbeat, Hooks, Running, new_manager


def parent_running(config: Config, role: str) -> Running:
    """Return what a parent process runs: nothing that is not the platform's."""
    state = BootState.SAFE if config.safe_mode else BootState.RUNNING
    return Running(role=role, wanted=None, generation=None, state=state, hooks=Hooks(new_manager()))


def parent_heartbeat(config: Config, role: str, *, engine: Engine | None = None) -> Heartbeat:
    """Return the heartbeat of a parent process; nobody waits for parents when modules change."""
    return Heartbeat(config, parent_running(config, role), engine=engine)
