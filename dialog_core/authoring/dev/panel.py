# SPDX-License-Identifier: Apache-2.0
"""The author's panel at the foot of every page, the link that signs the author in, and the switch between roles."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, redirect, request
from flask.typing import ResponseReturnValue

from dialog_core import installation, staff
from dialog_core.authoring.dev.first_start import ROLES, email_of
from dialog_core.authoring.dev.requests import Measured, Requests, count_statements
from dialog_core.authoring.dev.serving import PREFIX
from dialog_core.authoring.dev.terminal import milliseconds, tell
from dialog_core.database import db

TEMPLATE = Path(__file__).parent / "templates" / "panel.html"
NOBODY = "nobody"
MOST_TIMED = 12
"""Hooks named in the header Server-Timing."""
MEASURED = ("text/html", "text/plain", "application/")
"""Kinds of answers that are worth a line: neither files of a page nor streams that never end."""
_END = b"</body>"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was loaded: the module's name, where its first page is, and what a preflight would refuse."""

    module: str
    page: str
    findings: Sequence[str]
    boot: str


class Panel:
    """Puts itself into every page of an application for whoever opened the link of this start.

    Args:
        token: a secret of this start; it stands in the link that the terminal shows.
    """

    def __init__(self, app: Flask, loaded: Loaded, *, token: str, port: int) -> None:
        self._loaded = loaded
        self._token = token
        self._cookie = f"dialog_dev_{port}"
        self._requests = Requests()
        self._template = app.jinja_env.from_string(TEMPLATE.read_text())
        with app.app_context():
            count_statements(db.engine)
        # Before the guard of the mounts, which knows nothing of these addresses; after everything that answers.
        app.before_request_funcs.setdefault(None, []).insert(0, self._begin)
        app.after_request_funcs.setdefault(None, []).insert(0, self._end)

    def _begin(self) -> ResponseReturnValue | None:
        if not request.path.startswith(PREFIX):
            self._requests.begin(request.method, request.full_path.rstrip("?"))
            return None
        what, _, rest = request.path.removeprefix(PREFIX).partition("/")
        if what == "sign-in" and request.method == "GET" and hmac.compare_digest(rest.encode(), self._token.encode()):
            return self._sign_in()
        if what == "as" and request.method == "POST" and self._is_author() and _is_own_page():
            return _act_as(request.form.get("role", ""), request.form.get("language", ""))
        return Response("There is nothing here. Open the link that the terminal shows.\n", 404, mimetype="text/plain")

    def _sign_in(self) -> ResponseReturnValue:
        _become(ROLES[0])
        answer = redirect(self._loaded.page)
        answer.set_cookie(self._cookie, self._token, httponly=True, samesite="Strict")
        return answer

    def _is_author(self) -> bool:
        return hmac.compare_digest(request.cookies.get(self._cookie, "").encode(), self._token.encode())

    def _end(self, response: Response) -> Response:
        measured = self._requests.current()
        if measured is None:
            return response
        self._requests.forget()
        measured.end(response.status_code)
        if (request.endpoint and request.endpoint.endswith("static")) or response.mimetype == "text/event-stream":
            return response
        response.headers["Server-Timing"] = _server_timing(measured)
        tell("web", _line(measured))
        if self._is_author():
            self._show(response, measured)
        return response

    def _show(self, response: Response, measured: Measured) -> None:
        """Put the panel into a page, or keep what was measured for the next one."""
        is_whole = response.mimetype == "text/html" and not response.is_streamed and not response.direct_passthrough
        head, end, tail = response.get_data().rpartition(_END) if is_whole else (b"", b"", b"")
        if not end:
            self._requests.remember(measured)
            return
        person = staff.current_person()
        panel = self._template.render(
            loaded=self._loaded,
            requests=[measured, *reversed(self._requests.take_before())],
            roles=ROLES,
            role=next((role for role in ROLES if person is not None and person.email == email_of(role)), NOBODY),
            nobody=NOBODY,
            language=person.language if person is not None else "",
            languages=installation.LANGUAGES,
            milliseconds=milliseconds,
        )
        response.set_data(head + panel.encode() + end + tail)


def _act_as(role: str, language: str) -> ResponseReturnValue:
    """Sign in as somebody else, or change the language of who is signed in, and return to the page."""
    if role == NOBODY:
        staff.end_session()
    elif role in ROLES:
        _become(role)
    person = staff.current_person()
    if person is not None and language in installation.LANGUAGES:
        staff.change_own_profile(person.actor, name=person.name, language=language, timezone=person.timezone)
    back = urlsplit(request.referrer or "/")
    return redirect(f"{back.path or '/'}{'?' + back.query if back.query else ''}", 303)


def _become(role: str) -> None:
    person = staff.signed_in(staff.staff_id_by_email(email_of(role)), channel="web")
    if person is not None:
        staff.start_session(person)


def _is_own_page() -> bool:
    """Whether a page of this server asks: browsers say where a form was."""
    return urlsplit(request.headers.get("Origin", "")).netloc == request.host


def _server_timing(measured: Measured) -> str:
    parts = [
        f"total;dur={measured.seconds * 1000:.1f}",
        f'hooks;dur={measured.hook_seconds * 1000:.1f};desc="{len(measured.calls)} hooks"',
        f'sql;dur={measured.sql_seconds * 1000:.1f};desc="{measured.statements} statements"',
    ]
    for number, group in enumerate(measured.grouped("")[:MOST_TIMED]):
        parts.append(f'h{number};dur={group.seconds * 1000:.1f};desc="{group.module}.{group.hook}"')
    return ", ".join(parts)


def _line(measured: Measured) -> str:
    failed = f", {measured.failures} failed" if measured.failures else ""
    return (
        f"{measured.method} {measured.path} {measured.status}  {milliseconds(measured.seconds)}, "
        f"{len(measured.calls)} hooks {milliseconds(measured.hook_seconds)}{failed}, {measured.statements} SQL"
    )
