# SPDX-License-Identifier: Apache-2.0
"""`dialog web`: gunicorn on a listening socket, and beside it the parent that looks after it."""

from __future__ import annotations

import socket
import sys

from dialog_core.config import Config
from dialog_core.server.children import Child, stop_all
from dialog_core.server.listener import open_listener
from dialog_core.server.parent_death import end_with_parent
from dialog_core.server.stopping import Stopping
from dialog_core.server.web_parent import WebParent

STOP_SECONDS = 8.0
FD_VARIABLE = "DIALOG_GUNICORN_FD"
ARGUMENTS = ("-c", "python:dialog_core.server.gunicorn_conf")


def run_web(config: Config) -> None:
    """Run `dialog web` until SIGTERM or Ctrl-C.

    Raises:
        SetupProblem: the port is taken, or the database cannot be reached.
    """
    stopping = Stopping()
    end_with_parent()
    with open_listener(config) as listener:
        gunicorn = gunicorn_child(listener)
        try:
            WebParent(config, gunicorn, stopping).run()
        finally:
            stop_all([gunicorn], seconds=STOP_SECONDS)


def gunicorn_child(listener: socket.socket) -> Child:
    """Return the child that runs gunicorn on a listening socket."""
    fd = listener.fileno()
    command = [sys.executable, "-m", "gunicorn", *ARGUMENTS]
    return Child("gunicorn", command, main=_be_gunicorn, environ={FD_VARIABLE: str(fd)}, pass_fds=[fd])


def _be_gunicorn() -> int:
    """Run gunicorn's master in a process that was forked for it."""
    from gunicorn.app.wsgiapp import WSGIApplication

    sys.argv = ["gunicorn", *ARGUMENTS]
    WSGIApplication("%(prog)s [OPTIONS] [APP_MODULE]", prog="gunicorn").run()
    return 0
