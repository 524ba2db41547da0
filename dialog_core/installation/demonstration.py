# SPDX-License-Identifier: Apache-2.0
"""Demonstration data on request of an administrator: loaded once, by a process of its own.

A web worker or a job process would not do: installing the first modules, which happens at the same time, replaces both.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from dialog_core import events
from dialog_core.clock import now
from dialog_core.database import write
from dialog_core.installation.facts import get_fact, set_fact
from dialog_core.staff import Actor
from dialog_core.staff.permissions import INSTALLATION_MANAGE

TICKETS = 1_000
SEED = 1
SILENT_FOR = timedelta(seconds=30)
_FACT = "demonstration"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Demonstration:
    """How far the demonstration data are.

    Attributes:
        state: `none`, `running`, `done` or `failed`.
        done, total: tickets.
        at: when this was written, ISO 8601.
    """

    state: str = "none"
    done: int = 0
    total: int = TICKETS
    at: str = ""


def demonstration() -> Demonstration:
    """Return the state; a load that has not been heard of for half a minute has died with its process."""
    found = Demonstration(**get_fact(_FACT, {}))
    if found.state == "running" and datetime.fromisoformat(found.at) < now() - SILENT_FOR:
        return Demonstration("failed", found.done, found.total, found.at)
    return found


def load_demonstration(actor: Actor) -> Demonstration:
    """Begin to load demonstration data, unless they are being loaded or were loaded before.

    Raises:
        NotPermitted: the actor may not manage the installation.
    """
    actor.require(INSTALLATION_MANAGE)
    with write() as session:
        before = demonstration()
        if before.state in {"running", "done"}:
            return before
        begun = _tell("running", 0)
        events.record(session, actor, "demonstration_requested", tickets=TICKETS)
    child = subprocess.Popen(
        [sys.executable, "-m", "dialog_core.installation.demonstration_process"], env=_environment()
    )
    threading.Thread(target=child.wait, name="demonstration", daemon=True).start()
    return begun


def make_demonstration() -> None:
    """Load the data and tell how far it is; runs in the process of its own."""
    from dialog_core import demo  # it stands on the tickets' room, which stands on this one

    try:
        demo.load(TICKETS, SEED, lambda done, _total: _note("running", done))
        _note("done", TICKETS)
    except Exception:  # noqa: BLE001 - whatever it was, who waits for it must learn that it failed
        _log.exception("the demonstration data could not be loaded")
        _note("failed", 0)


def _environment() -> dict[str, str]:
    from dialog_core.runtime import runtime  # it stands on the modules' room, which stands on this one

    config = runtime().config
    return {
        **os.environ,
        "DIALOG_HOME": str(config.home),
        "DIALOG_DATABASE_URL": config.database_url,
        "DIALOG_SECRET_KEY_FILE": str(config.secret_key_file),
    }


def _note(state: str, done: int) -> None:
    with write():
        _tell(state, done)


def _tell(state: str, done: int) -> Demonstration:
    told = Demonstration(state, done, TICKETS, now().isoformat())
    set_fact(_FACT, asdict(told))
    return told
