# SPDX-License-Identifier: Apache-2.0
"""Put the API into the web application, with problem documents for addresses that it does not have."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from dialog_core.api.blueprint import ModuleApi
from dialog_core.api.documents import QuietApi, documents, make_api
from dialog_core.api.problems import respond
from dialog_core.api.resources import RESOURCES
from dialog_core.modules import Running, report_incident


def add_api(app: Flask, running: Running) -> None:
    """Register the resources of core and modules, their document, and the answer for unknown addresses under /api."""
    api = make_api(app)
    for resource in RESOURCES:
        api.add(resource)
    for contribution in running.hooks.collect("api_blueprints"):
        _add_of_module(api, contribution.module, contribution.value)
    app.register_blueprint(documents)
    app.before_request(_tell_of_wrong_address)


def _add_of_module(api: QuietApi, module: str, resource: Any) -> None:
    try:
        if not isinstance(resource, ModuleApi) or resource.module != module:
            raise TypeError(f"{resource!r} is not made with ModuleApi({module!r}, …)")
        api.add(resource, module=module)
    except Exception as error:  # noqa: BLE001 - whatever a module's resources are, the API goes on
        report_incident(module, "hook api_blueprints", error)


def _tell_of_wrong_address() -> Response | None:
    """Answer 404 and 405 under /api before the application's HTML pages for them would."""
    found = request.routing_exception
    if found is None or isinstance(found, RequestRedirect) or not request.path.startswith("/api/"):
        return None
    assert isinstance(found, HTTPException)
    return respond(found)
