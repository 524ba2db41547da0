# SPDX-License-Identifier: Apache-2.0
"""The outermost parent of a node: it holds the port, keeps the parts alive, and lets another version take over.

Another version of the platform has another interpreter. Its parts are started beside the running ones, on the same
listening socket; when they serve, the old ones end; when they stay healthy, this process becomes the new version by
`execve`, which keeps its pid, its children and the socket. Until then the old version can take over again.
"""

from __future__ import annotations

import logging
import os
import socket
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from dialog_core import __version__
from dialog_core.config import Config
from dialog_core.jobs import started_at
from dialog_core.server.children import Child, python_module, stop_all
from dialog_core.server.listener import LISTEN_VARIABLE
from dialog_core.server.part import be_part
from dialog_core.server.stopping import Stopping
from dialog_core.server.takeover import wait_until_serving, watch_health
from dialog_core.upgrade import HERE_VARIABLE, ParentRecord, Request, keep_record, read_request, remove_record

log = logging.getLogger("dialog.server")
LOOK_SECONDS = 0.3
ADOPT_VARIABLE = "DIALOG_ADOPT"
PART_MODULE = "dialog_core.server.part"


class Supervisor:
    """Keeps the parts of a node alive, and replaces all of them when another version is asked for.

    Args:
        role: `up`, `web` or `worker`, as on the command line.
        parts: which parts it keeps; with `web` the listening socket is needed.
    """

    def __init__(
        self, config: Config, role: str, parts: Sequence[str], stopping: Stopping, *, listener: socket.socket | None
    ) -> None:
        self._config = config
        self._role = role
        self._parts = tuple(parts)
        self._stopping = stopping
        self._listener = listener
        request = read_request(config.home)
        self._request = request.number if request is not None else 0
        self.children = [self._child(part) for part in self._parts]

    def start(self) -> bool:
        """Start every part, or take over those that the version before has started; tell which it was."""
        adopted = dict(item.split(":") for item in os.environ.pop(ADOPT_VARIABLE, "").split(",") if item)
        for part, child in zip(self._parts, self.children, strict=True):
            if part in adopted:
                child.adopt(int(adopted[part]))
            else:
                child.start()
        self._tell("done" if adopted else "running")
        return not adopted

    def run(self) -> None:
        """Keep the parts alive until told to stop."""
        while not self._stopping.wait(LOOK_SECONDS):
            self.keep()
            request = read_request(self._config.home)
            if request is not None and request.number > self._request:
                self._request = request.number
                self._take_up(request)

    def keep(self) -> None:
        """Start again what has died."""
        for child in self.children:
            child.keep()

    def stop(self) -> None:
        """End every part."""
        stop_all(self.children)
        remove_record(self._config.home, os.getpid())

    def _take_up(self, request: Request) -> None:
        if request.version == __version__:
            self._tell("done")
            return
        log.info("version %s is asked for: starting it beside %s", request.version, __version__)
        self._tell("starting")
        problem = self._replace(request)
        if self._stopping.is_set:
            return
        if problem:
            log.error("version %s does not take over: %s", request.version, problem)
            self._tell("failed", problem)
        else:
            self._become(request)

    def _replace(self, request: Request) -> str:
        """Let the parts of another version take over; return why they did not, in which case the old ones run."""
        fresh = [self._child(part, request) for part in self._parts]
        problem = self._bring_up(fresh, request)
        if problem or self._stopping.is_set:
            stop_all(fresh)
            return problem
        old, self.children = self.children, fresh
        stop_all(old)
        self._tell("watching")
        problem = watch_health(self._config, self.children, request, self._stopping, listener=self._listener)
        if not problem or self._stopping.is_set:
            return ""
        again = [self._child(part) for part in self._parts]
        own = Request(request.number, __version__, sys.executable, request.patience, request.watch)
        self._bring_up(again, own)  # whatever comes of it: those that are sick must go
        self.children = again
        stop_all(fresh)
        return problem

    def _bring_up(self, fresh: list[Child], request: Request) -> str:
        for child in fresh:
            child.start()
        parts = dict(zip(self._parts, fresh, strict=True))
        return wait_until_serving(self._config, parts, request, self._stopping, meanwhile=self.keep)

    def _become(self, request: Request) -> None:
        """Go on as the version that has taken over. Does not return unless that cannot be."""
        parts = zip(self._parts, self.children, strict=True)
        environ = {
            **os.environ, **self._environ(request.python), HERE_VARIABLE: "here",
            ADOPT_VARIABLE: ",".join(f"{part}:{child.pid}" for part, child in parts),
        }  # fmt: skip
        if self._listener is not None:
            os.set_inheritable(self._listener.fileno(), True)
            environ[LISTEN_VARIABLE] = str(self._listener.fileno())
        log.info("version %s has taken over", request.version)
        sys.stdout.flush()
        sys.stderr.flush()
        command = [request.python, "-P", "-m", "dialog_core.cli", self._role]
        try:
            os.execve(request.python, command, environ)  # noqa: S606 - the interpreter that has just served
        except OSError as error:
            log.error("the parent goes on as %s: %s", __version__, error)
            self._tell("done")

    def _child(self, part: str, request: Request | None = None) -> Child:
        python = request.python if request is not None else sys.executable
        environ, fds = self._environ(python), []
        if part == "web":
            assert self._listener is not None, "the web server needs a socket"
            fds = [self._listener.fileno()]
            environ[LISTEN_VARIABLE] = str(fds[0])
        main: Callable[[], int] | None = None
        command = python_module(PART_MODULE, part)
        if request is not None and request.version != __version__:
            command = [python, "-P", "-m", PART_MODULE, part]
            environ["PYTHONSAFEPATH"] = "1"
        elif request is None:
            main = partial(be_part, part, self._config)
        return Child(part, command, main=main, environ=environ, pass_fds=fds, own_group=True)

    def _environ(self, python: str) -> dict[str, str]:
        """Return the environment of the parts, with paths that do not depend on where they run."""
        config = self._config
        return {
            "DIALOG_HOME": str(config.home), "DIALOG_DATABASE_URL": config.database_url,
            "DIALOG_SECRET_KEY_FILE": str(config.secret_key_file), "PYTHONUNBUFFERED": "1",
            "PATH": os.pathsep.join([str(Path(python).parent), os.environ.get("PATH", "")]),
        }  # fmt: skip

    def _tell(self, state: str, reason: str = "") -> None:
        pid = os.getpid()
        record = ParentRecord(pid, started_at(pid), self._role, __version__, self._request, state, reason[:600])
        keep_record(self._config.home, record)
