# SPDX-License-Identifier: Apache-2.0
"""A module whose tables would be named like those of the platform: it is not let in, and nothing of it is its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from dialog_core.config import Config
from dialog_core.database import db
from dialog_core.modules import Action, Verb, request_change
from dialog_core.modules.changes.applying import apply_change
from dialog_core.modules.migrations.scripts import is_cores_name, own_tables
from dialog_core.staff import system_actor
from tests.small_wheels import list_catalog, module


def test_a_module_named_like_tables_of_the_platform_is_refused(
    any_core: Flask, any_config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIALOG_CATALOG", str(tmp_path))
    module(tmp_path, "ticket", "1.0.0")
    list_catalog(tmp_path)
    view = apply_change(any_config, request_change(system_actor("cli"), actions=[Action(Verb.INSTALL, "ticket")]))
    assert (view.state, "the names of tables of the platform begin with ticket_" in view.problem) == ("refused", True)
    with db.engine.connect() as connection:
        assert own_tables(connection, "ticket") == set(), "purging it would take the search index away"
        assert own_tables(connection, "core") == set()


@pytest.mark.parametrize("name", ["sources", "uploads"], ids=["page", "api"])
def test_a_module_named_like_a_page_beside_those_of_modules_is_refused(
    sqlite_core: Flask, sqlite_config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("DIALOG_CATALOG", str(tmp_path))
    module(tmp_path, name, "1.0.0")
    list_catalog(tmp_path)
    actions = [Action(Verb.INSTALL, name), Action(Verb.ENABLE, name)]
    view = apply_change(sqlite_config, request_change(system_actor("cli"), actions=actions))
    assert view.state == "refused"
    assert f"no module can be called {name}: its page would hide behind a page of the platform" in view.problem


@pytest.mark.parametrize(
    ("name", "is_cores"),
    [("ticket", True), ("module", True), ("core", True), ("staff", True), ("ticket_export", False), ("sla", False)],
)
def test_names_of_the_core(name: str, is_cores: bool) -> None:
    assert is_cores_name(name) is is_cores
