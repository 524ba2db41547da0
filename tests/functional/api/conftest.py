# SPDX-License-Identifier: Apache-2.0
"""The API as programs use it; every answer is compared with what the OpenAPI document promises."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from openapi_schema_validator import OAS31Validator
from sqlalchemy import event
from werkzeug.test import TestResponse

from dialog_core import installation, staff
from dialog_core.app import create_app
from dialog_core.config import Config
from dialog_core.database import db
from dialog_core.modules import boot_core_only


@dataclass
class Caller:
    """A program with a token; `language` is what it accepts."""

    app: Flask
    token: str
    language: str = "en"
    document: dict[str, Any] = field(default_factory=dict)

    def call(self, method: str, path: str, **options: Any) -> TestResponse:
        """Send a request and hold its answer against the document."""
        headers = {"Authorization": f"Bearer {self.token}", "Accept-Language": self.language}
        headers |= options.pop("headers", {})
        answer = self.app.test_client().open(f"/api/v1{path}", method=method, headers=headers, **options)
        self.check(method, f"/api/v1{path}".partition("?")[0], answer)
        return answer

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.call("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> TestResponse:
        return self.call("POST", path, **({"json": body} if body is not None else {}), **options)

    def patch(self, path: str, body: Any, **options: Any) -> TestResponse:
        return self.call("PATCH", path, json=body, **options)

    def ticket(self, **values: Any) -> dict[str, Any]:
        """Register a request and return it."""
        answer = self.post("/tickets", {**REQUEST, **values})
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.get_json()
        return found

    def check(self, method: str, path: str, answer: TestResponse) -> None:
        if answer.status_code >= 400:
            assert answer.content_type == "application/problem+json", answer.text
            body = json.loads(answer.data)
            assert body["status"] == answer.status_code
            assert body["type"]
            assert body["title"]
        operation = self._operation(method, path)
        if operation is None:
            assert answer.status_code in {401, 404, 405}
            return
        promised = operation["responses"]
        assert str(answer.status_code) in promised, f"{method} {path}: {answer.status_code} is not promised"
        response = self._resolve(promised[str(answer.status_code)])
        content = response.get("content", {}).get(answer.mimetype)
        if answer.is_json and content is not None:
            schema = {**content["schema"], "components": self.document["components"]}
            OAS31Validator(schema).validate(json.loads(answer.data))
        assert content is not None or answer.status_code == 204, f"{answer.mimetype} is not promised"

    def _operation(self, method: str, path: str) -> dict[str, Any] | None:
        for template, operations in self.document["paths"].items():
            if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), path) and method.lower() in operations:
                found: dict[str, Any] = operations[method.lower()]
                return found
        return None

    def _resolve(self, part: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in part:
            return part
        found: dict[str, Any] = self.document["components"]["responses"][part["$ref"].rpartition("/")[2]]
        return found


REQUEST: dict[str, Any] = {
    "subject": "Не печатает",
    "description": "Принтер молчит с утра.",
    "kind": "user_failure",
    "contact": {"full_name": "Иванова Анна Петровна", "phone": "8 912 345-67-89"},
    "organisation": {"name": "ООО «Ромашка»", "address": "Пермь, Ленина, 1"},
    "category": "hardware.printer",
}


@dataclass
class Callers:
    """A program for each role, on one database."""

    app: Flask
    by_role: dict[str, Caller]

    def __getattr__(self, role: str) -> Caller:
        return self.by_role[role]


_promised: dict[str, Any] = {}


def promised(app: Flask) -> dict[str, Any]:
    """Return the document; it is the same for every application without modules, and takes long to make."""
    if not _promised:
        _promised.update(app.test_client().get("/api/v1/openapi.json").get_json())
    return _promised


def make_callers(config: Config) -> Iterator[Callers]:
    app = create_app(config, boot_core_only("web"))
    system = staff.system_actor("cli")
    with app.app_context():
        installation.ensure_defaults()
        callers: dict[str, Caller] = {}
        document = promised(app)
        for role in ("administrator", "supervisor", "specialist", "tester"):
            made = staff.create_staff(system, email=f"{role}@example.com", name=role.title(), role=role)
            callers[role] = Caller(app, staff.create_token(system, name="tests", staff_id=made), document=document)
        db.session.remove()
    yield Callers(app, callers)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def callers(sqlite_config: Config) -> Iterator[Callers]:
    """Return programs on SQLite."""
    yield from make_callers(sqlite_config)


@pytest.fixture
def any_callers(any_config: Config) -> Iterator[Callers]:
    """Return programs on either database."""
    yield from make_callers(any_config)


@pytest.fixture
def caller(callers: Callers) -> Caller:
    """Return a specialist's program on SQLite."""
    return callers.specialist


@pytest.fixture
def statements(callers: Callers) -> Iterator[list[str]]:
    """Collect the statements that are sent to the database."""
    seen: list[str] = []

    def remember(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    with callers.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", remember)
    yield seen
    event.remove(engine, "before_cursor_execute", remember)
