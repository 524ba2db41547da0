# SPDX-License-Identifier: Apache-2.0
"""The other side of a module's connection: a real HTTP server of this machine that answers as a test says."""

from __future__ import annotations

import contextlib
import json as json_library
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

ENDLESS = 10**9


@dataclass(frozen=True, slots=True)
class Request:
    """A request that came in; names of headers are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON."""
        return json_library.loads(self.body)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer; `hangs_up`: none at all, the connection is closed. `after`: seconds that it takes.

    `drips`: seconds from one byte of the body to the next; the body is blanks then, and has no end.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    hangs_up: bool = False
    after: float = 0.0
    drips: float = 0.0


class FarSide:
    """An HTTP server on 127.0.0.1; it takes every request, keeps it, and answers with 200 until told otherwise."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self._lock = threading.Lock()
        self._next: list[Answer] = []
        self._standing: Callable[[Request], Answer] = lambda _: Answer()
        self._ending = threading.Event()
        self._is_open = False
        self._port = 0
        self.open()

    @property
    def url(self) -> str:
        """Its address, for a module's settings."""
        return f"http://127.0.0.1:{self._port}"

    def answer(
        self, status: int = 200, *, json: Any = None, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> None:
        """Answer so from now on."""
        standing = _answer(status, json, body, headers)
        self.reply_with(lambda _: standing)

    def answer_once(
        self, status: int = 200, *, json: Any = None, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> None:
        """Answer the next request so; several wait for their turn."""
        with self._lock:
            self._next.append(_answer(status, json, body, headers))

    def reply_with(self, function: Callable[[Request], Answer]) -> None:
        """Let a function find the answer from now on."""
        with self._lock:
            self._standing = function

    def hang_up(self) -> None:
        """From now on read each request and close the connection without an answer: nobody knows what came of it."""
        self.reply_with(lambda _: Answer(hangs_up=True))

    def stall(self, seconds: float) -> None:
        """From now on answer with 200 only after so many seconds."""
        self.reply_with(lambda _: Answer(after=seconds))

    def drip(self, seconds: float) -> None:
        """From now on answer with 200 and an endless body, a byte each so many seconds: no single read takes long."""
        self.reply_with(lambda _: Answer(drips=seconds))

    def close(self) -> None:
        """Stop listening: from now on connections are refused."""
        if self._is_open:
            self._is_open = False
            self._ending.set()
            self._server.shutdown()
            self._server.server_close()
            self._thread.join(5)

    def open(self) -> None:
        """Listen again at the same address."""
        if not self._is_open:
            self._ending.clear()
            self._server = _Server(("127.0.0.1", self._port), _handler(self))
            self._port = self._server.server_port
            self._thread = threading.Thread(
                target=self._server.serve_forever, args=(0.02,), name="far-side", daemon=True
            )
            self._thread.start()
            self._is_open = True

    def take(self, request: Request) -> Answer:
        """Keep a request and return what to answer; used by the server."""
        with self._lock:
            self.requests.append(request)
            standing = self._standing
            answer = self._next.pop(0) if self._next else None
        answer = answer or standing(request)
        if answer.after:
            self._ending.wait(answer.after)
        return answer

    def pause(self, seconds: float) -> bool:
        """Wait, and tell whether the server is still open then; used by the server."""
        return not self._ending.wait(seconds)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = True
    allow_reuse_address = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of connections that the other side dropped."""


def _answer(status: int, json: Any, body: bytes, headers: Mapping[str, str] | None) -> Answer:
    given = dict(headers or {})
    if json is not None:
        body = json_library.dumps(json, ensure_ascii=False).encode()
        given.setdefault("Content-Type", "application/json")
    return Answer(status, body, given)


def _handler(side: FarSide) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"  # one request a connection: nothing stays open after a test
        timeout: ClassVar[float] = 10.0

        def _serve(self) -> None:
            url = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = side.take(
                Request(self.command, url.path, dict(parse_qsl(url.query, keep_blank_values=True)), headers, body)
            )
            if answer.hangs_up:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(ENDLESS if answer.drips else len(answer.body)))
            self.end_headers()
            if answer.drips:
                self._drip(answer.drips)
                return
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        def _drip(self, seconds: float) -> None:
            with contextlib.suppress(OSError):  # the other one has heard enough
                while side.pause(seconds):
                    self.wfile.write(b" ")
                    self.wfile.flush()

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _serve  # noqa: N815 - names of http.server

        def log_message(self, format: str, *args: Any) -> None:
            """Keep addresses, which may hold tokens, out of the output."""

    return Handler
