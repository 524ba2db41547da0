# SPDX-License-Identifier: Apache-2.0
"""What gunicorn calls in a web worker: a thin front that needs no module, and behind it the Flask application."""

from __future__ import annotations

import gc
import json
import logging
from collections.abc import Iterable
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import Client

from dialog_core.config import Config
from dialog_core.server.readiness import ReadinessCheck
from dialog_core.server.safe_page import SafePage

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from dialog_core.modules import Running

log = logging.getLogger("dialog.server")


class Front:
    """Answers `/healthz`, `/readyz` and `/safe` by itself and passes everything else on."""

    def __init__(self, config: Config, running: Running, application: WSGIApplication | None) -> None:
        self.running = running
        self._readiness = ReadinessCheck(config, running)
        self._safe_page = SafePage(config)
        self._safe = behind_proxies(self._safe_page, config.trusted_proxies)
        self._application = behind_proxies(application, config.trusted_proxies) if application else None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request."""
        path = environ.get("PATH_INFO", "")
        if path == "/healthz":
            return _answer(environ, start_response, HTTPStatus.OK, {"status": "alive"})
        if path == "/safe" or path.startswith("/safe/"):
            return self._safe(environ, start_response)
        if path == "/readyz":
            readiness = self._readiness.look()
            is_ready = readiness.is_ready and self._application is not None
            status = HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
            return _answer(environ, start_response, status, readiness.to_json())
        if self._application is None:
            problem = {"status": "not ready", "detail": "The application does not start; the log says why."}
            return _answer(environ, start_response, HTTPStatus.SERVICE_UNAVAILABLE, problem)
        return self._application(environ, start_response)

    def close(self) -> None:
        """Close what the front itself has opened."""
        self._readiness.close()
        self._safe_page.close()


def make_front(config: Config) -> Front:
    """Boot this worker: the wanted modules, else the core alone, else only the front. Never raises."""
    from dialog_core.app import create_app
    from dialog_core.modules import BootState, boot, boot_core_only

    try:
        running = boot(config, "web")
    except Exception as error:  # a worker that does not start halts gunicorn, and with it everything
        log.exception("the modules do not start")
        problem = f"the modules do not start: {error}"[:400]
        running = replace(boot_core_only("web"), state=BootState.CORE, problem=problem)
    try:
        application = create_app(config, running).wsgi_app
        warm_up(application)
        gc.freeze()  # what the application is made of stays: no collection has to walk through it again
        return Front(config, running, application)
    except Exception as error:
        log.exception("the application does not start with generation %s", running.generation)
        problem = f"the application does not start: {error}"[:400]
    core = replace(boot_core_only("web"), wanted=running.wanted, state=BootState.CORE, problem=problem)
    try:
        return Front(config, core, create_app(config, core).wsgi_app)
    except Exception:
        log.exception("the application does not start without modules either")
        return Front(config, core, None)


def warm_up(application: WSGIApplication) -> None:
    """Ask for a page that is not there, so that the first visitor does not wait for what is loaded only once."""
    try:
        Client(application).get("/healthz/warm-up").close()
    except Exception:  # a visitor may have more luck, and the log says more then
        log.warning("the first page cannot be made", exc_info=True)


def behind_proxies(application: WSGIApplication, number: int) -> WSGIApplication:
    """Believe the X-Forwarded headers of as many proxies as are configured, and of no more."""
    if not number:
        return application
    return ProxyFix(application, x_for=number, x_proto=number, x_host=number, x_port=number, x_prefix=number)


def _answer(
    environ: WSGIEnvironment, start_response: StartResponse, status: HTTPStatus, values: dict[str, Any]
) -> Iterable[bytes]:
    body = json.dumps(values).encode() + b"\n"
    headers = [
        ("Content-Type", "application/json"), ("Content-Length", str(len(body))), ("Cache-Control", "no-store"),
    ]  # fmt: skip
    start_response(f"{status.value} {status.phrase}", headers)
    return [b""] if environ.get("REQUEST_METHOD") == "HEAD" else [body]
