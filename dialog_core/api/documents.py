# SPDX-License-Identifier: Apache-2.0
"""The OpenAPI document of the API, made from its schemas, and a page that shows it without any script."""

from __future__ import annotations

import copy
import json
import threading
from typing import Any

from flask import Blueprint, Flask, Response, current_app
from flask_smorest import Api
from markupsafe import Markup

from dialog_core import __version__
from dialog_core.api.blueprint import PREFIX
from dialog_core.api.idempotency import HEADER
from dialog_core.api.problems import MEDIA_TYPE, TITLES
from dialog_core.api.schemas.common import ProblemDocument
from dialog_core.modules import report_incident

_EXTENSION = "dialog_openapi"
_METHODS = ("get", "post", "put", "patch", "delete")
_INTRODUCTION = """Everything that the pages can do with tickets and customers, for programs.

Send `Authorization: Bearer <token>` and JSON. Failures are problem documents (RFC 9457) that name the field, in the
language of `Accept-Language` (ru or en). Lists answer `{items, next}`; send `next` as `cursor` for the page after.
A POST with an `Idempotency-Key` can be sent again within 24 hours without doing anything twice."""

documents = Blueprint("api-documents", __name__, url_prefix=PREFIX)


class QuietApi(Api):
    """Collects the documentation; failures are told by the resources themselves.

    The document takes longer to make than all the rest of an application, and few processes are ever asked for it: it
    is made when it is.
    """

    ERROR_SCHEMA = ProblemDocument

    def __init__(self, app: Flask, **options: Any) -> None:
        self._described: list[tuple[str, Any]] = []
        self._lock = threading.Lock()
        self._document = ""
        super().__init__(app, **options)

    def _register_error_handlers(self) -> None:
        """Leave the application's handlers alone: they also serve pages."""

    def add(self, resource: Any, *, module: str = "") -> None:
        """Add resources to the application, and to the document; `module` is who brings them, if it is not the core."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][resource.name] = self
        self._app.register_blueprint(resource)
        self._described.append((module, resource))

    def document(self) -> str:
        """Return the OpenAPI document as JSON."""
        with self._lock:
            if not self._document:
                for module, resource in self._described:
                    self._describe(module, resource)
                self._document = json.dumps(_completed(self.spec.to_dict()), ensure_ascii=False)
            return self._document

    def _describe(self, module: str, resource: Any) -> None:
        try:
            resource.register_views_in_doc(self, self._app, self.spec, name=resource.name, parameters=None)
        except Exception as error:
            if not module:
                raise
            report_incident(module, "hook api_blueprints", error)  # its resources work, and are not described
        else:
            self.spec.tag({"name": resource.name, "description": resource.description})


def make_api(app: Flask) -> QuietApi:
    """Return the collector of the API's documentation, which `/openapi.json` asks for the document."""
    app.config.update(API_TITLE="Dialog", API_VERSION="v1", OPENAPI_VERSION="3.1.0", OPENAPI_URL_PREFIX=None)
    api = QuietApi(app, spec_kwargs={"info": {"description": _INTRODUCTION, "version": __version__}})
    app.extensions[_EXTENSION] = api
    return api


@documents.get("/openapi.json")
def openapi_json() -> Response:
    """Return the OpenAPI document."""
    return Response(_document(), content_type="application/json")


@documents.get("/docs")
def docs_page() -> Response:
    """Show the document as a page."""
    return Response(_page(json.loads(_document())), content_type="text/html; charset=utf-8")


def _document() -> str:
    api: QuietApi = current_app.extensions[_EXTENSION]
    return api.document()


def _completed(document: dict[str, Any]) -> dict[str, Any]:
    found = copy.deepcopy(document)
    components = found.setdefault("components", {})
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    found["security"] = [{"token": []}]
    schema = components.get("schemas", {}).get("ProblemDocument") and {"$ref": "#/components/schemas/ProblemDocument"}
    content = {MEDIA_TYPE: {"schema": schema or {"type": "object"}}}
    responses = {f"Problem{status}": {"description": title, "content": content} for status, title in TITLES.items()}
    components["responses"] = responses
    for path, operations in found["paths"].items():
        for method in _METHODS:
            if method in operations:
                _complete(path, method, operations[method])
    return found


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    statuses = [401, 403, 429, 500, 503]
    if "{" in path:
        statuses.append(404)
    if method != "delete":
        statuses.append(422)
    if method in {"post", "put", "patch"}:
        statuses += [400, 409, 411, 413, 415]
    if method == "post":
        key = {
            "in": "header",
            "name": HEADER,
            "required": False,
            "schema": {"type": "string", "minLength": 1, "maxLength": 255},
            "description": "Repeating the request with this key within 24 hours does nothing twice.",
        }
        operation.setdefault("parameters", []).append(key)
    for parameter in operation.get("parameters", []):
        if parameter.get("name") == "field" and parameter.get("in") == "query":
            # One parameter for each key: `field.custom_room=12`.
            names = {"type": "object", "patternProperties": {r"^field\.": {"type": "string"}}}
            parameter.update({"schema": names, "style": "form", "explode": True, "required": False})
    known = {
        status: answer
        for status, answer in operation["responses"].items()
        if str(status).isdigit() and int(status) < 400
    }
    for status in sorted(statuses):
        known[str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
    operation["responses"] = {str(status): answer for status, answer in known.items()}


def _page(document: dict[str, Any]) -> str:
    parts = [Markup("<h1>{} {}</h1>").format(document["info"]["title"], document["info"]["version"])]
    parts += [Markup("<p>{}</p>").format(text) for text in _INTRODUCTION.split("\n\n")]
    parts.append(Markup('<p><a href="{}/openapi.json">openapi.json</a></p>').format(PREFIX))
    for path, operations in document["paths"].items():
        for method in _METHODS:
            if method in operations:
                one = operations[method]
                parts.append(Markup("<h2><code>{} {}</code></h2>").format(method.upper(), path))
                parts.append(Markup("<p>{} {}</p>").format(one.get("summary", ""), one.get("description", "")))
                parts.append(_fields(document, one))
    head = Markup("<!doctype html><html lang=en><meta charset=utf-8><title>{}</title>").format(
        document["info"]["title"]
    )
    return str(head + Markup("\n").join(parts))


def _fields(document: dict[str, Any], operation: dict[str, Any]) -> Markup:
    rows = [(p["name"], p["in"], p.get("required", False), p.get("description", "")) for p in _named(operation)]
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    schema = document["components"]["schemas"].get(name, {})
    for field, described in schema.get("properties", {}).items():
        is_required = field in schema.get("required", [])
        rows.append((field, "body", is_required, described.get("description", "")))
    row = Markup("<tr><td><code>{}</code><td>{}<td>{}<td>{}")
    cells = [row.format(field, place, "required" if needed else "", text) for field, place, needed, text in rows]
    return Markup("<table>{}</table>").format(Markup("").join(cells)) if cells else Markup("")


def _named(operation: dict[str, Any]) -> list[dict[str, Any]]:
    return [parameter for parameter in operation.get("parameters", []) if "name" in parameter]
