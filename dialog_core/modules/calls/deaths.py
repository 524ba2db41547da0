# SPDX-License-Identifier: Apache-2.0
"""Deaths of processes: which module was being called, and what that counts."""

from __future__ import annotations

import logging

from sqlalchemy import Engine

from dialog_core.config import Config
from dialog_core.modules.calls.ledger import calls_of_dead
from dialog_core.modules.own_connection import begin_write
from dialog_core.modules.reports.incidents import IncidentReport
from dialog_core.modules.reports.strikes import Kind, StrikeReport

log = logging.getLogger("dialog.modules")


def record_deaths(engine: Engine, config: Config) -> None:
    """Record the processes of this node that died in a call; their parents ask for it every second.

    Only a module that was called alone is blamed. Of several nobody knows which one it was; whoever kills processes
    again and again is alone in one of them soon.
    """
    for pid, calls in calls_of_dead(config.home):
        modules = sorted({module for module, _ in calls})
        if not modules:
            continue
        log.error("process %s died while it called %s", pid, ", ".join(f"{module}: {hook}" for module, hook in calls))
        with begin_write(engine) as connection:
            for module, hook in calls:
                others = [name for name in modules if name != module]
                text = f"process {pid}" + (f"; also called: {', '.join(others)}" if others else "")
                summary = "the process died while this was called"
                IncidentReport(module[:60], f"hook {hook}"[:120], summary, text).write(connection)
                if not others:
                    StrikeReport(module, Kind.DEATH, f"hook {hook}", text).write(connection)


def forget_earlier(config: Config) -> None:
    """Blame nobody for what ended before this parent began (a node that lost its power)."""
    for pid, _ in calls_of_dead(config.home):
        log.debug("process %s of an earlier life is forgotten", pid)
