# SPDX-License-Identifier: Apache-2.0
"""Serve a module under development on a socket that the parent keeps open: what comes meanwhile waits."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from werkzeug import Request, Response
from werkzeug.serving import ThreadedWSGIServer
from werkzeug.utils import send_file

from dialog_core.authoring.dev.calls import in_full
from dialog_core.authoring.dev.terminal import complain
from dialog_core.authoring.dev.tracebacks import error_response
from dialog_core.server import Stopping

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX = "/-/dev/"
ASSETS = {"dev.css": "text/css", "dev.js": "text/javascript"}
HOSTS = ("127.0.0.1", "localhost", "::1")
WATCH_SECONDS, UNFINISHED_SECONDS = 25.0, 3.0


class Outermost:
    """What stands before the application: it knows when the module was loaded anew, and shows errors as pages.

    Args:
        boot: a word of this process alone; a page that knows another one is of an earlier load.
        problem: shown for every request when there is no application.
    """

    def __init__(
        self,
        application: WSGIApplication | None,
        *,
        boot: str,
        package: Path,
        stopping: Stopping,
        problem: BaseException | None = None,
    ) -> None:
        self._application = application
        self._boot = boot
        self._package = package
        self._stopping = stopping
        self._problem = problem

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request."""
        request = Request(environ)
        own = self._own(request)
        if own is not None:
            return own(environ, start_response)
        if self._application is None:
            assert self._problem is not None, "there is an application or a problem"
            return self._error(request, self._problem, "The module does not start")(environ, start_response)
        try:
            return self._application(environ, start_response)
        except Exception as error:  # noqa: BLE001 - whatever a view raises is for its author to see
            complain(f"{request.method} {request.path} failed\n{in_full(error)}")
            return self._error(request, error, f"{request.method} {request.path}")(environ, start_response)

    def _own(self, request: Request) -> Response | None:
        """Return an answer to what no application is needed for."""
        try:
            host = urlsplit(f"//{request.host}").hostname
        except ValueError:
            host = None
        if host not in HOSTS:  # a name that somebody else made point to this machine
            return Response("This server answers to 127.0.0.1 and localhost only.\n", status=400)
        name = request.path.removeprefix(PREFIX) if request.path.startswith(PREFIX) else ""
        if name == "changes":
            return self._changes(request)
        if name in ASSETS:
            file = Path(__file__).parent / "static" / name
            return send_file(file, request.environ, mimetype=ASSETS[name], max_age=0)
        return None

    def _changes(self, request: Request) -> Response:
        """Answer as soon as the module is loaded anew: this process by ending, its successor because it is another."""
        if request.args.get("boot") == self._boot:
            self._stopping.wait(WATCH_SECONDS)
        return Response(
            f'{{"boot": "{self._boot}"}}\n', mimetype="application/json", headers={"Cache-Control": "no-store"}
        )

    def _error(self, request: Request, error: BaseException, what: str) -> Response:
        return error_response(request, error, package=self._package, boot=self._boot, what=what)


def serve(listener: socket.socket, application: Outermost, stopping: Stopping) -> None:
    """Serve until told to stop, and then what was accepted."""
    server = Server(listener, application)
    server.socket.setblocking(False)  # another process may be quicker to accept
    try:
        while not stopping.is_set:
            if server.fileno() in select.select([server.fileno(), stopping.fileno()], [], [])[0]:
                server.handle_request()
    finally:
        server.socket.close()
    server.wait_until_idle(UNFINISHED_SECONDS)


class Server(ThreadedWSGIServer):
    """A thread per connection, on a socket that is there; it knows how many it has accepted and not closed."""

    def __init__(self, listener: socket.socket, application: Outermost) -> None:
        host, port = listener.getsockname()[:2]
        self._lock = threading.Lock()
        self._open = 0
        super().__init__(host, port, application, fd=listener.fileno())

    def process_request(self, request: Any, client_address: Any) -> None:
        """Begin with a connection; from here on it must not be lost."""
        self._count(1)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """End with a connection, however it went."""
        super().shutdown_request(request)
        self._count(-1)

    def wait_until_idle(self, seconds: float) -> None:
        """Wait until every connection is closed; one on which nothing ever comes is not waited for longer than that."""
        deadline = time.monotonic() + seconds
        while self._open and time.monotonic() < deadline:
            time.sleep(0.01)

    def _count(self, more: int) -> None:
        with self._lock:
            self._open += more
