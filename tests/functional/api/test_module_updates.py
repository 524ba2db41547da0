# SPDX-License-Identifier: Apache-2.0
"""Updates that modules make by themselves, through the API."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dialog_core.clock import now
from dialog_core.config import Config
from dialog_core.database import db, write
from dialog_core.modules import apply_when_free
from dialog_core.modules.update_models import ModuleUpdate
from tests.functional.api.conftest import Callers


def test_policy_and_window(callers: Callers, sqlite_config: Config, module_catalog: Callable[..., Path]) -> None:
    caller = callers.administrator
    module_catalog("gateway")
    refused = caller.patch("/modules/gateway/update-policy", {"policy": "minor"})
    assert refused.status_code == 409, "a policy is of a module that is installed"
    asked = caller.post("/modules/gateway/install", {})
    with caller.app.app_context():
        assert apply_when_free(sqlite_config, asked.get_json()["id"]).state == "done"
        db.session.remove()
    assert caller.patch("/modules/gateway/update-policy", {"policy": "minor"}).get_json() == {
        "module": "gateway",
        "policy": "minor",
    }
    assert caller.patch("/modules/gateway/update-policy", {"policy": "always"}).status_code == 422
    before = caller.get("/module-update-window").get_json()
    after = caller.patch("/module-update-window", {"start": "22:00", "end": "04:00"}).get_json()
    assert after == {**before, "start": "22:00", "end": "04:00"}
    assert caller.get("/module-update-window").get_json() == after
    for body in ({"days": []}, {"start": "25:00"}, {"end": "22:00"}, {"hours": 3}):
        assert caller.patch("/module-update-window", body).status_code == 422, body


def test_updates_are_listed_and_tried_again(callers: Callers) -> None:
    caller = callers.administrator
    common = {"module": "gateway", "old_version": "1.0", "old_sha256": "0" * 64, "was_enabled": True}
    common |= {"started_at": now(), "change_id": None, "watch_until": None, "ended_at": None}
    asks = [{"what": "hosts", "values": ["new.example.org"]}]
    with caller.app.app_context():
        with write() as session:
            session.add(ModuleUpdate(**common, new_version="1.1", new_sha256="1" * 64, state="waiting", asks=asks))
            session.flush()
            back = ModuleUpdate(
                **common, new_version="1.0.2", new_sha256="3" * 64, state="returned", asks=[], problem="7 failures"
            )
            session.add(back)
            session.flush()
            number = back.id
        db.session.remove()
    items = caller.get("/module-updates").get_json()["items"]
    assert [(item["from"], item["to"], item["state"], item["problem"]) for item in items] == [
        ("1.0", "1.0.2", "returned", "7 failures"),
        ("1.0", "1.1", "waiting", ""),
    ]
    assert items[1]["asks"] == asks
    assert caller.post(f"/module-updates/{number}/retry", {}).status_code == 204
    assert caller.get("/module-updates").get_json()["items"][0]["state"] == "again"
    for other in (number - 1, 404):
        assert caller.post(f"/module-updates/{other}/retry", {}).status_code in {404, 409}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/module-updates"),
        ("POST", "/module-updates/1/retry"),
        ("PATCH", "/modules/gateway/update-policy"),
        ("GET", "/module-update-window"),
        ("PATCH", "/module-update-window"),
    ],
)
def test_only_who_manages_modules(callers: Callers, method: str, path: str) -> None:
    body = {"policy": "off"} if "policy" in path else {}
    assert callers.supervisor.call(method, path, **({} if method == "GET" else {"json": body})).status_code == 403
