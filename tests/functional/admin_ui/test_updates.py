# SPDX-License-Identifier: Apache-2.0
"""The page about updates of modules: policies, the window, what waits, what was taken back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from dialog_core.clock import now
from dialog_core.database import db, write
from dialog_core.modules import Policy, Window, list_policies, list_updates, update_window
from dialog_core.modules.update_models import ModuleUpdate
from dialog_core.staff import system_actor

from .conftest import Visitor
from .test_modules import installed

__all__ = ["installed"]


@pytest.fixture
def history(app: Flask, installed: str) -> Iterator[list[int]]:
    """Return the numbers of three updates: one waits, one is kept, one was taken back."""
    common = {"module": "gateway", "old_version": "1.0", "old_sha256": "0" * 64, "was_enabled": True}
    common |= {"started_at": now(), "change_id": None, "watch_until": None, "ended_at": None}
    asks = [{"what": "hosts", "values": ["new.example.org"]}, {"what": "publisher", "values": ["", "Dialog"]}]
    with app.app_context():
        with write() as session:
            rows = [
                ModuleUpdate(**common, new_version="1.1", new_sha256="1" * 64, state="waiting", asks=asks),
                ModuleUpdate(**common, new_version="1.0.1", new_sha256="2" * 64, state="kept", asks=[]),
                ModuleUpdate(
                    **common, new_version="1.0.2", new_sha256="3" * 64, state="returned", asks=[], problem="7 failures"
                ),
            ]
            session.add_all(rows)
            session.flush()
            numbers = [row.id for row in rows]
        db.session.remove()
    yield numbers
    with app.app_context():
        db.session.remove()


def test_policies_and_window_are_set(app: Flask, admin: Visitor, installed: str) -> None:
    admin.get("/modules/updates")
    assert "by hand only" in admin.page
    assert "In the time zone of the installation: UTC." in admin.page
    assert admin.post("/modules/updates/policies", {"policy-gateway": "minor"}).status_code == 303
    assert admin.post("/modules/updates/policies", {"policy-gateway": "always"}).status_code == 422
    assert "Choose off, patch or minor" in admin.page
    window = {"days": ["5", "6"], "start": "22:00", "end": "04:00"}
    admin.get("/modules/updates")
    assert admin.post("/modules/updates/window", window).status_code == 303
    assert admin.post("/modules/updates/window", {**window, "days": []}).status_code == 422
    assert "at least one day" in admin.page
    assert admin.post("/modules/updates/window", {**window, "end": "22:00"}).status_code == 422
    assert admin.error_of("end") == "The end must be another time than the start."
    with app.app_context():
        assert list_policies(system_actor()) == {"gateway": Policy.MINOR}
        assert update_window(fresh=True) == Window((5, 6), "22:00", "04:00")


def test_what_waits_is_reviewed_and_what_was_taken_back_tried_again(
    app: Flask, admin: Visitor, history: list[int]
) -> None:
    admin.get("/modules")
    assert "1 update of a module waits for you." in admin.page
    admin.get("/modules/updates")
    assert "calls further addresses: new.example.org; another publisher: nobody, it was Dialog" in admin.page
    assert f"/modules/gateway/install?sha256={'1' * 64}" in admin.page
    assert "7 failures" in admin.page
    assert admin.page.count("/retry") == 1
    assert admin.post(f"/modules/updates/{history[2]}/retry").status_code == 303
    with app.app_context():
        assert [view.state for view in list_updates(system_actor())] == ["again", "kept", "waiting"]
    assert admin.post(f"/modules/updates/{history[1]}/retry").status_code == 404


def test_the_page_is_for_those_who_manage_modules(specialist: Visitor) -> None:
    assert specialist.get("/modules/updates").status_code == 403
    assert specialist.post("/modules/updates/window", {"days": ["1"]}).status_code == 403
