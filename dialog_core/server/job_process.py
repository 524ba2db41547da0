# SPDX-License-Identifier: Apache-2.0
"""`python -m dialog_core.server.job_process`: one process that does what is due."""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Callable

from dialog_core.app import create_core
from dialog_core.config import Config
from dialog_core.database import db, open_engine
from dialog_core.jobs import JobLoop, owner_here, platform_steps
from dialog_core.modules import Heartbeat, Running, boot, flush_incidents, node_name
from dialog_core.server.logs import set_up_logging
from dialog_core.server.parent_death import end_with_parent
from dialog_core.server.stopping import Stopping

log = logging.getLogger("dialog.jobs")
STOP_SECONDS = 5.0
THREADS = 12


def main() -> int:
    """Work until SIGTERM, then finish what is in hand, for at most five seconds."""
    return run_jobs()


def run_jobs(prepare: Callable[[Running], None] = lambda running: None) -> int:  # noqa: ARG005 - a place to put something
    """Do the same, and let `prepare` look at what was booted before any of it is called."""
    set_up_logging("jobs")
    stopping = Stopping()
    end_with_parent()
    config = Config.from_environment()
    running = boot(config, "jobs")
    prepare(running)
    app = create_core(config, running, threads=THREADS)
    engine = open_engine(config)
    node = node_name(config.home)
    loop = JobLoop(
        platform_steps(running.hooks),
        app=app,
        engine=engine,
        owner=owner_here(node),
        generation=running.generation or 0,
    )
    heartbeat = Heartbeat(config, running)
    gc.freeze()  # as in the web workers
    heartbeat.start()
    loop.start()
    while not stopping.wait(60.0):
        pass
    has_ended = loop.stop(seconds=STOP_SECONDS)
    flush_incidents()
    heartbeat.stop()
    if not has_ended:
        log.warning("a step did not end in %d s and is cut off; what it had in hand is found again", STOP_SECONDS)
        sys.stderr.flush()
        os._exit(0)
    engine.dispose()
    with app.app_context():
        db.engine.dispose()
    return 0


if __name__ == "__main__":
    sys.exit(main())
