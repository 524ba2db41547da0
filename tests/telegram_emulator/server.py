# SPDX-License-Identifier: Apache-2.0
"""The HTTP side: `/bot<token>/<method>`, `/file/bot<token>/<path>` and `/control/<action>`."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.wrappers import Request, Response

from tests.telegram_emulator.faults import Fault, Faults
from tests.telegram_emulator.methods import IMPLEMENTED
from tests.telegram_emulator.parameters import read_parameters
from tests.telegram_emulator.refusals import Refusal
from tests.telegram_emulator.world import Bot, Json, World

_CALL = re.compile(r"/bot([^/]+)/(\w+)")
_FILE = re.compile(r"/file/bot([^/]+)/documents/([^/.]+)(\.\w+)?")
_CONTROL = re.compile(r"/control/(\w+)")
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{30,}")


class Application:
    """The WSGI application. `control` carries out what tests want."""

    def __init__(self, world: World, faults: Faults, control: Callable[[str, Json], Any]) -> None:
        self._world = world
        self._faults = faults
        self._control = control

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        with Request(environ) as request:  # closes the files that came with it
            return self._respond(request)(environ, start_response)

    def _respond(self, request: Request) -> Response:
        if match := _CALL.fullmatch(request.path):
            return self._call(request, match.group(1), match.group(2))
        if match := _FILE.fullmatch(request.path):
            return self._download(match.group(1), match.group(2))
        if match := _CONTROL.fullmatch(request.path):
            return self._do(request, match.group(1))
        return _json(404, Refusal(404, "Not Found").envelope())

    def _call(self, request: Request, token: str, method: str) -> Response:
        given, is_form = _given(request)
        files = request.files.to_dict()
        names = {name: part.filename for name, part in files.items()}
        with self._world.changed:
            self._world.requests.append({"method": method, "parameters": given, "files": names})
        fault = self._faults.take(method, given.get("chat_id"))
        if fault is not None:
            early = self._fail(request, fault)
            if early is not None:
                return early
        try:
            bot = self._bot(token)
            if method not in IMPLEMENTED:
                raise Refusal(404, "Not Found: method not found")
            parameters = read_parameters(method, given | files, is_form=is_form)
            with self._world.changed:
                result = IMPLEMENTED[method](self._world, bot, parameters, files)
                # Serialised under the lock: a message may be edited by somebody else at any time.
                body = json.dumps({"ok": True, "result": result})
        except Refusal as refusal:
            return _json(refusal.code, refusal.envelope())
        if fault is not None and fault.action == "lose_answer":
            return _hang_up(request)
        return Response(body, mimetype="application/json")

    def _bot(self, token: str) -> Bot:
        bot = self._world.bots.get(token)
        if bot is None:
            raise Refusal(401, "Unauthorized") if _TOKEN.fullmatch(token) else Refusal(404, "Not Found")
        return bot

    def _fail(self, request: Request, fault: Fault) -> Response | None:
        if fault.action == "slow":
            time.sleep(fault.seconds)
        if fault.action == "drop":
            return _hang_up(request)
        if fault.action == "page":
            return Response(f"<html><h1>{fault.code} Bad Gateway</h1></html>", status=fault.code, mimetype="text/html")
        if fault.action == "error":
            return _json(fault.code, Refusal(fault.code, fault.description, fault.parameters).envelope())
        return None

    def _download(self, token: str, file_id: str) -> Response:
        stored = self._world.files.get(file_id) if token in self._world.bots else None
        fault = self._faults.take("download", None)
        if stored is None or (fault is not None and fault.action == "error"):
            return _json(404, Refusal(404, "Not Found").envelope())
        return Response(stored.content, mimetype="application/octet-stream")

    def _do(self, request: Request, action: str) -> Response:
        try:
            given = json.loads(request.get_data() or b"{}")
            return _json(200, {"result": self._control(action, given)})
        except (LookupError, TypeError, ValueError, TimeoutError) as error:
            return _json(400, {"error": f"{type(error).__name__}: {error}"})


def _given(request: Request) -> tuple[Json, bool]:
    if request.mimetype == "application/json":
        try:
            body = json.loads(request.get_data() or b"{}")
        except ValueError:
            body = None
        return (body, False) if isinstance(body, dict) else ({}, False)
    return request.args.to_dict() | request.form.to_dict(), True


def _json(status: int, body: Json) -> Response:
    response = Response(json.dumps(body), status=status, mimetype="application/json")
    retry = body.get("parameters", {}).get("retry_after")
    if retry is not None:
        response.headers["Retry-After"] = str(retry)
    return response


def _hang_up(request: Request) -> Response:
    """Close the connection after the request was read; what is written afterwards goes nowhere."""
    connection: socket.socket = request.environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    return Response(b"")
