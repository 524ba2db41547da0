# SPDX-License-Identifier: Apache-2.0
"""Sets of modules, kept data, exports and revisions of settings through the API, on changes that were really made."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text

from dialog_core.config import Config
from dialog_core.database import db
from dialog_core.modules import apply_when_free
from tests.functional.api.conftest import Caller, Callers

ROUTES = (
    ("GET", "/module-generations"),
    ("GET", "/module-generations/77"),
    ("POST", "/module-generations/77/rollback"),
    ("GET", "/module-data"),
    ("GET", "/module-exports"),
    ("GET", "/module-exports/1/content"),
    ("POST", "/modules/notebook/export"),
    ("GET", "/modules/notebook/settings/revisions"),
    ("POST", "/modules/notebook/settings/revisions/1/revert"),
    ("POST", "/modules/notebook/settings/test"),
)


@dataclass
class Changer:
    """An administrator's program, and the process that makes what it asks for."""

    caller: Caller
    config: Config

    def make(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Ask for a change, have it made, and return what the API tells of it then."""
        asked = self.caller.post(path, body or {})
        assert asked.status_code == 202, asked.text
        with self.caller.app.app_context():
            apply_when_free(self.config, asked.get_json()["id"])
            db.session.remove()
        told = self.caller.get(asked.headers["Location"].removeprefix("/api/v1")).get_json()
        assert told["state"] == "done", told
        found: dict[str, Any] = told
        return found


@pytest.fixture
def sqlite_config(sqlite_config: Config, assembled: Callable[..., None]) -> Config:
    """Return a home whose catalog has two modules, and on which one is enabled (generation 3)."""
    assembled("install notebook", "enable notebook", catalog=("notebook", "paper", "gateway"))
    return sqlite_config


@pytest.fixture
def changer(callers: Callers, sqlite_config: Config) -> Changer:
    """Return an administrator's program on that platform."""
    return Changer(callers.administrator, sqlite_config)


def test_only_who_manages_modules(callers: Callers) -> None:
    for method, path in ROUTES:
        body = {} if method == "POST" else None
        answer = callers.supervisor.call(method, path, **({} if body is None else {"json": body}))
        assert answer.status_code == 403, (method, path)


def test_what_is_not_there(callers: Callers) -> None:
    for method, path in ROUTES:
        if path not in {"/module-generations", "/module-data", "/module-exports"}:
            unknown = path.replace("notebook", "nothing")
            answer = callers.administrator.call(method, unknown, **({"json": {}} if method == "POST" else {}))
            assert answer.status_code in {404, 409}, (method, path, answer.text)


def test_sets_are_listed_compared_and_returned_to(changer: Changer) -> None:
    caller = changer.caller
    listed = caller.get("/module-generations").get_json()["items"]
    assert [(item["number"], item["is_active"], item["can_return"]) for item in listed] == [
        (3, True, False),
        (2, False, True),
        (1, False, True),
    ]
    shown = caller.get("/module-generations/2").get_json()
    assert [(item["name"], item["enabled"]) for item in shown["modules"]] == [("notebook", False)]
    stale = caller.post("/module-generations/2/rollback", {"expected_generation": 2})
    assert (stale.status_code, "somebody" in stale.text) == (409, True), stale.text
    told = changer.make("/module-generations/2/rollback", {"reason": "Too loud", "expected_generation": 3})
    assert told["reason"] == "Too loud"
    newest = caller.get("/module-generations").get_json()["items"][0]
    assert (newest["number"], newest["is_active"], newest["reason"]) == (4, True, "Too loud")
    states = {item["name"]: item["state"] for item in caller.get("/modules").get_json()["items"]}
    assert states["notebook"] == "disabled"


def test_data_are_exported_kept_and_told(changer: Changer) -> None:
    caller = changer.caller
    with caller.app.app_context(), db.engine.begin() as connection:
        connection.execute(text("INSERT INTO notebook_note (id, text) VALUES (1, 'precious')"))
    changer.make("/modules/notebook/export", {"reason": "For the archive"})
    [export] = caller.get("/module-exports").get_json()["items"]
    assert (export["module"], export["rows"]) == ("notebook", 1)
    content = caller.get(f"/module-exports/{export['id']}/content")
    assert content.headers["Content-Disposition"].startswith('attachment; filename="notebook')
    with zipfile.ZipFile(io.BytesIO(content.data)) as archive:
        assert json.loads(archive.read("notebook_note.jsonl"))["text"] == "precious"
    assert caller.get("/module-data").get_json()["items"] == []
    changer.make("/modules/notebook/remove", {"data": "keep"})
    [kept] = caller.get("/module-data").get_json()["items"]
    assert (kept["module"], kept["tables"]) == ("notebook", [{"name": "notebook_note", "rows": 1}])


def test_settings_have_revisions_and_return(changer: Changer) -> None:
    caller, path = changer.caller, "/modules/notebook/settings"
    assert caller.patch(path, {"colour": "red"}).status_code == 200
    assert caller.patch(path, {"lines": 30}).status_code == 200
    wrong = caller.patch(path, {"colour": "loud"})
    assert (wrong.status_code, wrong.get_json()["errors"][0]["field"]) == (422, "colour")
    found = caller.get(f"{path}/revisions").get_json()["items"]
    assert [item["is_current"] for item in found] == [True, *[False] * (len(found) - 1)]
    assert [(each["name"], each["old"], each["new"]) for each in found[0]["changes"]] == [("lines", None, 30)], (
        "the default was never stored"
    )
    assert found[0]["changed_by"] == "Administrator"
    back = caller.post(f"{path}/revisions/{found[1]['revision']}/revert", {})
    assert back.status_code == 200, back.text
    values = back.get_json()["values"]
    assert (values["colour"], values["lines"]) == ("red", 20)
    assert caller.post(f"{path}/revisions/99/revert", {}).status_code == 404
    assert caller.post(f"{path}/revisions/1/revert", {"more": 1}).status_code == 422
