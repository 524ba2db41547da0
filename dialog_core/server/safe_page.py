# SPDX-License-Identifier: Apache-2.0
"""`/safe`: the page that works when nothing else does. It needs the database and no module, template or script.

It speaks WSGI by itself, so that whatever a module did to the application, an administrator can switch it off here.
"""

from __future__ import annotations

import logging
import secrets
import threading
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Flask
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from dialog_core.config import Config
from dialog_core.database import db
from dialog_core.errors import DialogError, NotPermitted
from dialog_core.installation import load_or_create
from dialog_core.language import LANGUAGES, say
from dialog_core.modules import Action, Verb, plain_app, request_change, return_to_last_good, switch_safe_mode
from dialog_core.server import safe_views
from dialog_core.staff import SignedIn, authenticate, signed_in
from dialog_core.staff.permissions import MODULE_MANAGE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger("dialog.server")
PATH = "/safe"
COOKIE = "dialog_safe"
SECONDS = 900
MAX_FORM = 64 * 1024
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with "no-referrer" browsers send forms with the origin "null"
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in here, and what every form has to send back."""

    person: SignedIn
    token: str


class SafePage:
    """The WSGI application of everything below `/safe`."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._lock = threading.Lock()
        self._app: Flask | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request; whatever happens, it answers."""
        request = Request(environ)
        request.max_content_length = request.max_form_memory_size = MAX_FORM
        language = request.accept_languages.best_match(LANGUAGES) or "en"
        try:
            response = self._answer(request, language)
        except HTTPException as error:
            response = Response(f"{error.code} {error.name}\n", error.code, mimetype="text/plain")
        except (DialogError, SQLAlchemyError) as error:
            log.warning("the safe page cannot use the database: %s", error)
            text = say(language, "The database does not answer. The log of the platform says why.")
            response = _page(safe_views.frame(language, safe_views.problem(text)), HTTPStatus.SERVICE_UNAVAILABLE)
        response.headers.update(HEADERS)
        return response(environ, start_response)

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            if self._app is not None:
                with self._app.app_context():
                    db.engine.dispose()
                self._app = None

    def _answer(self, request: Request, language: str) -> Response:
        if request.path == f"{PATH}/style.css":
            return Response(safe_views.STYLE, mimetype="text/css")
        if request.path not in {PATH, f"{PATH}/", f"{PATH}/act", f"{PATH}/sign-in"}:
            return Response("404 Not Found\n", HTTPStatus.NOT_FOUND, mimetype="text/plain")
        with self._core().app_context():
            try:
                if request.method == "POST":
                    return self._post(request, language)
                return self._show(request, language)
            finally:
                db.session.remove()

    def _show(self, request: Request, language: str, problem: str = "", said: str = "") -> Response:
        session = self._session(request)
        if session is None:
            status = HTTPStatus.UNAUTHORIZED if problem else HTTPStatus.OK
            return _page(safe_views.frame(language, safe_views.sign_in(language, problem)), status)
        language = session.person.language
        body = safe_views.overview(language, session.person.actor, session.token, problem=problem, said=said)
        return _page(safe_views.frame(language, body), HTTPStatus.CONFLICT if problem else HTTPStatus.OK)

    def _post(self, request: Request, language: str) -> Response:
        origin = request.headers.get("Origin")
        if origin is not None and origin.partition("://")[2] != request.host:
            return Response("403 Forbidden\n", HTTPStatus.FORBIDDEN, mimetype="text/plain")
        if request.path == f"{PATH}/sign-in":
            return self._sign_in(request, language)
        session = self._session(request)
        if session is None:
            return redirect(PATH, 303)
        if not secrets.compare_digest(session.token.encode(), request.form.get("token", "").encode()):
            return Response("403 Forbidden\n", HTTPStatus.FORBIDDEN, mimetype="text/plain")
        if request.form.get("act") == "sign-out":
            response = redirect(PATH, 303)
            response.delete_cookie(COOKIE, path=PATH)
            return response
        language = session.person.language
        try:
            said = self._act(session, request.form.get("act", ""), request.form.get("module", "")[:60], language)
        except DialogError as error:
            return self._show(request, language, problem=_words(language, error))
        return self._show(request, language, said=said)

    @staticmethod
    def _act(session: Session, act: str, module: str, language: str) -> str:
        """Do what was asked for, and say so."""
        actor = session.person.actor
        if act == "disable":
            request_change(actor, actions=[Action(Verb.DISABLE, module)], reason="safe page")
            return say(language, "The module is being switched off. Open this page again to see how far it is.")
        if act == "back":
            number = return_to_last_good(actor)
            return say(language, "The processes return to set %(number)s of the modules.", number=number)
        if act in {"safe-on", "safe-off"}:
            switch_safe_mode(actor, on=act == "safe-on")
            return say(language, "The processes are being replaced. That takes some seconds.")
        return ""

    def _sign_in(self, request: Request, language: str) -> Response:
        email, password = request.form.get("email", ""), request.form.get("password", "")
        try:
            person = authenticate(email=email, password=password, address=request.remote_addr or "")
            person.actor.require(MODULE_MANAGE)
        except NotPermitted:
            return self._show(request, language, say(language, "You may not manage modules."))
        except DialogError as error:
            return self._show(request, language, _words(language, error))
        value = self._signer().dumps({"id": person.staff_id, "epoch": person.epoch, "token": secrets.token_urlsafe(24)})
        response = redirect(PATH, 303)
        response.set_cookie(
            COOKIE, value, max_age=SECONDS, path=PATH, httponly=True, samesite="Strict", secure=request.is_secure
        )
        return response

    def _session(self, request: Request) -> Session | None:
        try:
            found: Any = self._signer().loads(request.cookies.get(COOKIE, ""), max_age=SECONDS)
        except BadSignature:
            return None
        person = signed_in(int(found["id"]), channel="web")
        if person is None or person.epoch != found["epoch"] or not person.actor.may(MODULE_MANAGE):
            return None
        return Session(person, str(found["token"]))

    def _signer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(load_or_create(self._config.secret_key_file).derive("safe"), salt="dialog-safe")

    def _core(self) -> Flask:
        with self._lock:
            if self._app is None:
                self._app = plain_app(self._config)
            return self._app


def _words(language: str, error: DialogError) -> str:
    return say(language, error.message, **error.values)


def _page(html: str, status: HTTPStatus) -> Response:
    return Response(html, status, mimetype="text/html")
