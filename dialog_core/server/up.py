# SPDX-License-Identifier: Apache-2.0
"""`dialog up`: everything on one machine. It checks, prepares, starts web and worker, says when they are ready."""

from __future__ import annotations

import http.client
import os
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress

from dialog_core import __version__
from dialog_core.app import create_core
from dialog_core.config import Config
from dialog_core.database import db, open_engine, upgrade
from dialog_core.errors import SetupProblem
from dialog_core.installation import create_setup_link, ensure_defaults, is_set_up, load_or_create
from dialog_core.server.home import prepare_home
from dialog_core.server.listener import local_host, local_url, open_listener
from dialog_core.server.parent import parent_running
from dialog_core.server.stopping import Stopping
from dialog_core.server.supervisor import ADOPT_VARIABLE, Supervisor

READY_LOOK_SECONDS = 0.05
READY_PATIENCE = 120.0
Say = Callable[[str], None]


def run_up(config: Config, say: Say) -> None:
    """Run the platform until SIGTERM or Ctrl-C.

    Args:
        say: shows one line of progress.

    Raises:
        SetupProblem: something outside keeps it from starting; nothing was started.
    """
    stopping = Stopping()
    # The port first: where it is taken, the platform may run on this very home already.
    with open_listener(config) as listener:
        is_taken_over = ADOPT_VARIABLE in os.environ
        setup_path = "" if is_taken_over else prepare(config, say)
        supervisor = Supervisor(config, "up", ("web", "worker"), stopping, listener=listener)
        say(f"Going on as version {__version__}" if is_taken_over else "Starting the web server and the workers …")
        supervisor.start()
        try:
            if not is_taken_over and _wait_until_ready(config, supervisor, stopping):
                say(_ready_line(config, setup_path))
            supervisor.run()
        finally:
            say("Stopping …")
            supervisor.stop()


def run_alone(config: Config, part: str) -> None:
    """Run one part of a node, `web` or `worker`, until SIGTERM or Ctrl-C.

    Raises:
        SetupProblem: the port is taken, or the database cannot be reached.
    """
    stopping = Stopping()
    with ExitStack() as held:
        listener = held.enter_context(open_listener(config)) if part == "web" else None
        open_engine(config).dispose()
        supervisor = Supervisor(config, part, (part,), stopping, listener=listener)
        supervisor.start()
        try:
            supervisor.run()
        finally:
            supervisor.stop()


def prepare(config: Config, say: Say, *, with_link: bool = True) -> str:
    """Make home, key and database ready, and return the path of a link for the first set-up.

    It is empty when that is over, or not asked for.

    Raises:
        SetupProblem: the folder cannot be written, the database cannot be reached, or the like.
    """
    if prepare_home(config):
        say(f"Made the folder {config.home}")
    load_or_create(config.secret_key_file)
    open_engine(config).dispose()
    say("Preparing the database …")
    upgrade(config)
    app = create_core(config, parent_running(config, "up"))
    with app.app_context():
        try:
            ensure_defaults()
            return f"/setup/{create_setup_link()}" if with_link and not is_set_up() else ""
        finally:
            db.session.remove()
            db.engine.dispose()


def _wait_until_ready(config: Config, supervisor: Supervisor, stopping: Stopping) -> bool:
    deadline = time.monotonic() + READY_PATIENCE
    while not stopping.is_set:
        supervisor.keep()
        if _is_ready(config):
            return True
        if time.monotonic() > deadline:
            raise SetupProblem(
                "The platform does not become ready in %(seconds)s seconds; the lines above say why.",
                seconds=int(READY_PATIENCE),
            )
        stopping.wait(READY_LOOK_SECONDS)
    return False


def _is_ready(config: Config) -> bool:
    """Ask over HTTP; the socket listens from the first moment, the answer comes when a worker serves."""
    connection = http.client.HTTPConnection(local_host(config), config.port, timeout=2.0)
    with suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    connection.close()
    return False


def _ready_line(config: Config, setup_path: str) -> str:
    url = local_url(config) + (setup_path or "/")
    if setup_path:
        return f"Ready. Open this link to set the platform up (it works once, for an hour): {url}"
    return f"Ready: {url}"
