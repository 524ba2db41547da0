# SPDX-License-Identifier: Apache-2.0
"""Modules through the API: what is asked for, refused and kept."""

from __future__ import annotations

import io

from dialog_core.modules import new_key, sign_wheel
from tests.fixtures.handmade import pack, parts
from tests.functional.api.conftest import Callers


def test_only_who_manages_modules_sees_and_changes_them(callers: Callers) -> None:
    assert callers.administrator.get("/modules").status_code == 200
    for path in ("/modules", "/modules/telegram", "/modules/telegram/settings", "/module-changes/1"):
        assert callers.supervisor.get(path).status_code == 403
    assert callers.supervisor.post("/modules/telegram/enable", {}).status_code == 403
    assert callers.supervisor.patch("/modules/telegram/settings", {}).status_code == 403


def test_what_is_not_there_is_said(callers: Callers) -> None:
    caller = callers.administrator
    assert caller.get("/modules/nothing").status_code == 404
    assert caller.get("/modules/nothing/settings").status_code == 404
    assert caller.get("/module-changes/404").status_code == 404
    refused = caller.post("/modules/nothing/enable", {})
    assert refused.status_code == 409


def test_a_change_that_is_asked_for_can_be_followed(callers: Callers) -> None:
    caller = callers.administrator
    asked = caller.post("/modules/telegram/install", {}, headers={"Idempotency-Key": "i"})
    assert asked.status_code == 202
    assert caller.post("/modules/telegram/install", {}, headers={"Idempotency-Key": "i"}).data == asked.data
    path = asked.headers["Location"].removeprefix("/api/v1")
    followed = caller.get(path).get_json()
    assert (followed["state"], followed["actions"][0]["name"]) == ("requested", "telegram")


def test_a_wheel_that_is_none_is_refused(callers: Callers) -> None:
    caller = callers.administrator
    kind = {"content_type": "application/octet-stream"}
    assert caller.post("/modules/wheels?filename=x-1.0-py3-none-any.whl", data=b"no zip", **kind).status_code == 422
    assert caller.post("/modules/wheels", data=b"no zip", **kind).status_code == 422


def test_wheels_are_uploaded_together_and_a_stranger_needs_the_password(callers: Callers) -> None:
    caller = callers.administrator
    name = "dialog_sample-1.0-py3-none-any.whl"
    content = pack(parts())

    def form() -> dict[str, object]:
        return {"wheel": [(io.BytesIO(content), name), (io.BytesIO(sign_wheel(new_key()[0], content)), f"{name}.sig")]}

    kind = {"content_type": "multipart/form-data"}
    assert callers.supervisor.post("/modules/uploads", data=form(), **kind).status_code == 403
    stored = caller.post("/modules/uploads", data=form(), **kind)
    assert stored.status_code == 201, stored.get_json()
    wheel = stored.get_json()["items"][0]
    assert (wheel["module"], stored.get_json()["missing"]) == ("sample", [])
    shown = caller.get("/modules/sample").get_json()
    assert (shown["source"], shown["publisher"], shown["signature"]) == ("upload", None, "unknown")
    assert shown["quality"]["level"] == "basic"
    assert {"name": "licensed", "kept": False} in shown["quality"]["promises"]
    refused = caller.post("/modules/sample/install", {"sha256": wheel["sha256"]})
    assert refused.status_code == 422
    assert refused.get_json()["errors"][0]["field"] == "password"
    wrong = caller.post("/modules/sample/install", {"sha256": wheel["sha256"], "password": "a guess"})
    assert wrong.status_code == 422
    assert caller.post("/modules/uploads", {}).status_code == 415
