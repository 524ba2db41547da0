# SPDX-License-Identifier: Apache-2.0
"""What all resources share: who calls, how large a body may be, how failures are told, how answers are written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, g, request
from flask_smorest import Blueprint

from dialog_core.api import rate
from dialog_core.api.bodies import JSON_BYTES, Parser, limit_body, require_json
from dialog_core.api.problems import Problem, Text, respond
from dialog_core.staff import Actor, Bearer, actor_by_token

PREFIX = "/api/v1"
_FAILURES = (400, 401, 403, 404, 405, 406, 408, 409, 411, 412, 413, 414, 415, 416, 422, 428, 429, 431, 500, 503)


class Resource(Blueprint):
    """A blueprint of the API; `accepts_files` names endpoints that take other bodies than JSON, and their bytes."""

    ARGUMENTS_PARSER = Parser()

    def __init__(
        self, name: str, *, description: str, accepts_files: Mapping[str, int] | None = None, module: str | None = None
    ) -> None:
        prefix = PREFIX if module is None else f"{PREFIX}/{module}"
        super().__init__(name, __name__, url_prefix=prefix, description=description)
        self.module = module
        self._accepts_files = dict(accepts_files or {})
        self.before_request(self._admit)
        # By code too: handlers of the application for single codes (its HTML pages) would come first otherwise.
        for code in _FAILURES:
            self.register_error_handler(code, respond)
        self.register_error_handler(Exception, respond)

    def arguments(self, schema: Any, **options: Any) -> Any:
        """Read arguments with one instance of the schema; making one for each request would cost a tenth of it."""
        return super().arguments(schema() if isinstance(schema, type) else schema, **options)

    def _admit(self) -> None:
        g.bearer = _bearer()
        if any("\x00" in str(value) for value in (request.view_args or {}).values()):
            raise Problem(404)
        rate.count(g.bearer.token_id)
        endpoint = (request.endpoint or "").rpartition(".")[2]
        limit = self._accepts_files.get(endpoint)
        limit_body(JSON_BYTES if limit is None else limit)
        if limit is None:
            require_json()


class ModuleApi(Resource):
    """Resources of a module under `/api/v1/<module>/`, for its hook `api_blueprints`.

    Routes and schemas are declared as with flask-smorest: `route`, `arguments`, `response`. Tokens, the limit of
    requests and problem documents come from the platform; `api_actor()` tells who calls.

    Args:
        module: the module's name; the blueprint is named `<module>-api`.
        description: what the resources are for, in the API's document.
    """

    def __init__(self, module: str, *, description: str) -> None:
        super().__init__(f"{module}-api", description=description, module=module)


def actor() -> Actor:
    """Return who calls."""
    bearer: Bearer = g.bearer
    return bearer.actor


def answer(body: Any, status: int = HTTPStatus.OK, headers: Mapping[str, str] | None = None) -> Response:
    """Write JSON."""
    found = Response(
        json.dumps(body, ensure_ascii=False, separators=(",", ":")), status=status, content_type="application/json"
    )
    if headers:
        found.headers.update(headers)
    found.headers["Cache-Control"] = "no-store"
    return found


def _bearer() -> Bearer:
    given = request.headers.get("Authorization", "")
    scheme, _, token = given.partition(" ")
    if not given:
        headers = {"WWW-Authenticate": 'Bearer realm="dialog"'}
        raise Problem(401, Text("Send the header “Authorization: Bearer …” with an API token."), headers=headers)
    bearer = actor_by_token(token.strip()) if scheme.lower() == "bearer" else None
    if bearer is None:
        headers = {"WWW-Authenticate": 'Bearer realm="dialog", error="invalid_token"'}
        raise Problem(401, Text("This token is not valid."), headers=headers)
    return bearer
