# SPDX-License-Identifier: Apache-2.0
"""`dialog up`: everything on one machine. It checks, prepares, starts web and worker, says when they are ready."""

from __future__ import annotations

import http.client
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from dialog_core.app import create_core
from dialog_core.config import Config
from dialog_core.database import db, open_engine, upgrade
from dialog_core.errors import SetupProblem
from dialog_core.installation import create_setup_link, ensure_defaults, is_set_up, load_or_create
from dialog_core.server.children import Child, python_module, stop_all
from dialog_core.server.home import prepare_home
from dialog_core.server.listener import LISTEN_VARIABLE, local_url, open_listener
from dialog_core.server.logs import set_up_logging
from dialog_core.server.parent import parent_running
from dialog_core.server.stopping import Stopping
from dialog_core.server.web import run_web
from dialog_core.server.worker import run_worker

LOOK_SECONDS = 0.3
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
        setup_path = prepare(config, say)
        fd = listener.fileno()
        environ = _environ(config)
        children = [
            Child("web", python_module("dialog_core.cli", "web"), main=lambda: _be("web", run_web, config),
                  environ={**environ, LISTEN_VARIABLE: str(fd)}, pass_fds=[fd], own_group=True),
            Child("worker", python_module("dialog_core.cli", "worker"), main=lambda: _be("worker", run_worker, config),
                  environ=environ, own_group=True),
        ]  # fmt: skip
        say("Starting the web server and the workers …")
        for child in children:
            child.start()
        try:
            if _wait_until_ready(config, children, stopping):
                say(_ready_line(config, setup_path))
            while not stopping.wait(LOOK_SECONDS):
                for child in children:
                    child.keep()
        finally:
            say("Stopping …")
            stop_all(children)


def _be(name: str, run: Callable[[Config], None], config: Config) -> int:
    """Be a child of `dialog up`."""
    set_up_logging(name)
    run(config)
    return 0


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


def _environ(config: Config) -> dict[str, str]:
    """Return the environment of the children, with paths that do not depend on where they run."""
    found = {
        "DIALOG_HOME": str(config.home), "DIALOG_DATABASE_URL": config.database_url,
        "DIALOG_SECRET_KEY_FILE": str(config.secret_key_file), "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    return {**found, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])}


def _wait_until_ready(config: Config, children: list[Child], stopping: Stopping) -> bool:
    deadline = time.monotonic() + READY_PATIENCE
    while not stopping.is_set:
        for child in children:
            child.keep()
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
    host = local_url(config).removeprefix("http://").rpartition(":")[0].strip("[]")
    connection = http.client.HTTPConnection(host, config.port, timeout=2.0)
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
