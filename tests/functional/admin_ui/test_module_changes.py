# SPDX-License-Identifier: Apache-2.0
"""Removing, returning, kept data and several changes at once on their pages."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from dialog_core.config import Config
from dialog_core.database import db
from dialog_core.modules import overview
from dialog_core.staff import system_actor

from .conftest import Visitor
from .test_modules import carry_out

Catalog = Callable[..., Path]


@pytest.fixture
def chosen(app: Flask, admin: Visitor, sqlite_config: Config, module_catalog: Catalog) -> Visitor:
    """Install two modules in one change by the page for several, and return the administrator's browser."""
    module_catalog("notebook", "paper", "gateway")
    admin.get("/modules/several")
    assert "leave it as it is" in admin.page
    admin.get("/modules/several/plan?verb-notebook=install&verb-gateway=install")
    assert "Change several modules?" in admin.page
    wishes = re.findall(r'name="do" value="([^"]+)"', admin.page)
    with app.app_context():
        newest = {row.name: row.sha256 for row in overview(system_actor()).modules}
        db.session.remove()
    assert wishes == [f"install:{name}:{newest[name]}" for name in ("notebook", "gateway")], "what was shown is meant"
    form = {"do": wishes, "expected": "1", "reason": "A new department"}
    carry_out(app, sqlite_config, admin.post("/modules/changes", form).location)
    carry_out(app, sqlite_config, admin.post("/modules/notebook/enable").location)
    return admin


def test_removing_asks_what_becomes_of_the_data(app: Flask, chosen: Visitor, sqlite_config: Config) -> None:
    chosen.get("/modules/notebook/remove")
    assert "Remove Sample notebook?" in chosen.page
    assert "secrets of Sample notebook?" in chosen.page
    assert "notebook_note" in chosen.page
    assert "stays, 0 rows" in chosen.page
    assert "dialoglib-paper" in chosen.page
    form = {
        "do": "remove:notebook",
        "data": "keep",
        "expected": re.search(r'name="expected" value="(\d+)"', chosen.page)[1],
    }  # type: ignore[index]
    location = chosen.post("/modules/changes", form).location
    carry_out(app, sqlite_config, location)
    assert "Removing" in chosen.get(location).text
    chosen.get("/modules/data")
    assert "notebook_note" in chosen.page
    assert "Install again…" in chosen.page
    late = chosen.post("/modules/changes", {**form, "do": "remove:gateway"})
    assert late.status_code == 409
    assert "by somebody else meanwhile" in chosen.page
    chosen.get("/modules/data")
    carry_out(app, sqlite_config, chosen.post("/modules/changes", {"do": "export:notebook"}).location)
    chosen.get("/modules/data")
    link = re.search(r'href="(/modules/data/exports/\d+)"', chosen.page)
    assert link is not None
    given = chosen.get(link[1])
    assert given.headers["Content-Disposition"].startswith('attachment; filename="notebook-data-')
    with zipfile.ZipFile(io.BytesIO(given.data)) as archive:
        assert set(archive.namelist()) == {"notebook_note.jsonl", "schema.json", "settings.json"}
    chosen.get("/modules/notebook/remove?data=purge")
    assert "deleted, 0 rows" in chosen.page
    purge = {"do": "remove:notebook", "data": "purge"}
    assert chosen.post("/modules/changes", {**purge, "typed": "gateway"}).status_code == 409
    assert "Type “notebook”" in chosen.error_of("typed")
    carry_out(app, sqlite_config, chosen.post("/modules/changes", {**purge, "typed": "notebook"}).location)
    chosen.get("/modules/data")
    assert "No kept data" in chosen.page


def test_the_history_leads_back(app: Flask, chosen: Visitor, sqlite_config: Config) -> None:
    chosen.get("/modules/generations")
    assert "A new department" in chosen.page
    assert "is switched on" in chosen.page
    chosen.get("/modules/generations/2")
    assert "is switched off" in chosen.page
    back = {"do": "rollback:2", "expected": "3"}
    location = chosen.post("/modules/changes", back).location
    carry_out(app, sqlite_config, location)
    assert "Returning to set 2" in chosen.get(location).text
    chosen.get("/modules/generations")
    assert chosen.page.count("runs now") == 1
    assert chosen.get("/modules/generations/99").status_code == 404
    chosen.get("/modules/history")
    assert "Returning to set 2" in chosen.page
    assert "Installing Sample notebook" in chosen.page


def test_who_may_not_manage_modules_sees_none_of_it(specialist: Visitor, module_catalog: Catalog) -> None:
    module_catalog("gateway")
    for path in (
        "/modules/several",
        "/modules/generations",
        "/modules/generations/1",
        "/modules/data",
        "/modules/data/exports/1",
        "/modules/gateway/remove",
        "/modules/changes/plan?do=rollback:1",
    ):
        assert specialist.get(path).status_code == 403, path
