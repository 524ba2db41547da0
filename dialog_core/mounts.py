# SPDX-License-Identifier: Apache-2.0
"""Routes that modules bring, and who is let in to them: checked before any view runs, a deny is the default."""

from __future__ import annotations

import logging

from flask import Flask, abort, current_app, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect

from dialog_core.hookspecs.ui import Audience, WebMount
from dialog_core.modules import Running
from dialog_core.staff import current_person

_log = logging.getLogger(__name__)
_AUDIENCES = "dialog_audiences"
API = "api"
_csrf = CSRFProtect()


def mount_modules(app: Flask, running: Running) -> None:
    """Register the blueprints of all modules; one that does not fit is left out and recorded in the log."""
    audiences: dict[str, Audience] = {}
    app.extensions[_AUDIENCES] = audiences
    for found in running.hooks.collect("web_mounts"):
        mount: WebMount = found.value
        name = mount.blueprint.name
        is_module = running.module(found.module) is not None
        if is_module and name.split("-")[0] != found.module:
            _log.error("module %s brings a blueprint named %s; it must bear the module's name", found.module, name)
            continue
        try:
            if is_module:
                app.register_blueprint(mount.blueprint, url_prefix=f"/{found.module}")
            else:
                app.register_blueprint(mount.blueprint)
        except Exception:  # noqa: BLE001 - whatever a module's routes are, the desk goes on
            _log.exception("the routes of module %s could not be added", found.module)
            continue
        audiences[name] = mount.audience


def guard_mounts(app: Flask) -> None:
    """Let only those in for whom a mount is made."""
    _csrf.init_app(app)
    app.before_request(_guard)


def _guard() -> ResponseReturnValue | None:
    if request.endpoint is None or request.blueprints[-1:] == [API] or request.path.startswith("/api/"):
        return None
    audiences: dict[str, Audience] = current_app.extensions[_AUDIENCES]
    audience = audiences.get(request.blueprints[-1] if request.blueprints else "")
    if audience is None:
        abort(404)
    if audience is Audience.STAFF and current_person() is None:
        unauthorized: ResponseReturnValue = current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
        return unauthorized
    if audience is not Audience.MACHINE and request.method not in {"GET", "HEAD", "OPTIONS"}:
        _csrf.protect()
    return None
