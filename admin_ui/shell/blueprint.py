# SPDX-License-Identifier: Apache-2.0
"""The blueprint that the frame needs: assets, the start page, what templates know, and the door before set-up."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Flask, g, redirect, request, session, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from werkzeug import Response

from admin_ui.shell import assets, context, errors
from dialog_core.plugin import Audience, NavigationItem, WebMount, installation, staff

shell = Blueprint("shell", __name__, template_folder="../templates")
home = Blueprint("home", __name__)
MOUNTS = (WebMount(shell, Audience.PUBLIC), WebMount(home, Audience.STAFF))
NAVIGATION: tuple[NavigationItem, ...] = ()

MAX_PLAIN_FORM = 2 * 1024 * 1024
# The first of these that is there is where people start.
START_PAGES = ("tickets.queue", "modules.catalog", "profile.show")


@shell.record_once
def _attach(state: BlueprintSetupState) -> None:
    app = cast("Flask", state.app)
    context.attach(app)
    errors.attach(app)
    app.login_manager.login_view = "sign_in.form"  # type: ignore[attr-defined]
    app.login_manager.login_message = None  # type: ignore[attr-defined]


@shell.get("/assets/<path:name>")
def asset(name: str) -> Response:
    """Serve one file of the bundle, compressed when the browser takes it."""
    return assets.send(name)


@home.get("/")
def start() -> ResponseReturnValue:
    """Go to the page where work starts."""
    return redirect(context.home_url())


@shell.before_app_request
def limit_plain_forms() -> None:
    """Refuse a form without files above its limit before it is read: the parser of such forms has none of its own."""
    if request.mimetype == "application/x-www-form-urlencoded":
        request.max_content_length = MAX_PLAIN_FORM


@shell.before_app_request
def remember_language() -> None:
    """Let people who are not signed in keep the language that they chose."""
    chosen = session.get("language")
    if chosen in installation.LANGUAGES and staff.current_person() is None:
        g.dialog_language = chosen


@shell.before_app_request
def ask_for_set_up() -> ResponseReturnValue | None:
    """Send every page to the explanation of set-up while there is no administrator."""
    path = request.path
    if path.startswith(("/assets/", "/setup", "/api/", "/language/", "/healthz", "/readyz", "/safe")):
        return None
    if request.endpoint is None or installation.is_set_up():
        return None
    blueprint = request.blueprints[-1] if request.blueprints else ""
    return redirect(url_for("setup.explanation")) if blueprint in context.own_blueprints() else None
