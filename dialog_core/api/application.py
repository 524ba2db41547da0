# SPDX-License-Identifier: Apache-2.0
"""Put the API into the web application, with problem documents for addresses that it does not have."""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from dialog_core.api.documents import documents, keep_document, make_api
from dialog_core.api.problems import respond
from dialog_core.api.resources import RESOURCES


def add_api(app: Flask) -> None:
    """Register the resources, their document, and the answer for unknown addresses under /api."""
    api = make_api(app)
    for resource in RESOURCES:
        api.register_blueprint(resource)
    app.register_blueprint(documents)
    keep_document(app, api)
    app.before_request(_tell_of_wrong_address)


def _tell_of_wrong_address() -> Response | None:
    """Answer 404 and 405 under /api before the application's HTML pages for them would."""
    found = request.routing_exception
    if found is None or isinstance(found, RequestRedirect) or not request.path.startswith("/api/"):
        return None
    assert isinstance(found, HTTPException)
    return respond(found)
