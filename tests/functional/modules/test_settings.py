# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.errors import NotAllowedNow, NotFound, NotPermitted
from dialog_core.modules import SettingsRefused, current_settings, forget_cached, save_settings, show_settings
from dialog_core.modules.changes.coordinator import plain_app
from dialog_core.modules.models import ModuleSettings
from dialog_core.staff import Actor, ActorKind, system_actor
from tests.functional.modules.conftest import Dialog

CLI = system_actor("cli")


@pytest.fixture
def installed(sqlite_config: Config, dialog: Dialog, assembled: Callable[..., None]) -> Iterator[Dialog]:
    assembled("install gateway", catalog=("gateway", "notebook", "paper"))
    forget_cached()
    with plain_app(sqlite_config).app_context():
        yield dialog


def test_a_missing_setting_forbids_enabling_and_is_named(installed: Dialog, sqlite_config: Config) -> None:
    refused = installed("enable", "gateway")
    assert refused.code == 1
    assert "Token (token)" in refused.error
    assert save_settings(CLI, module="gateway", values={"address": "https://other.example.org"}) == 1
    assert installed("enable", "gateway").code == 1
    assert installed("settings", "gateway", "--set-json", "-", stdin=json.dumps({"token": "secret-12345"})).code == 0
    assert installed("enable", "gateway").code == 0
    with pytest.raises(NotAllowedNow, match="Token"):
        save_settings(CLI, module="gateway", values={"token": None})


def test_secrets_are_encrypted_kept_and_never_shown(installed: Dialog, sqlite_config: Config) -> None:
    save_settings(CLI, module="gateway", values={"token": "secret-12345"})
    assert show_settings(CLI, module="gateway").values["token"] == "***"
    assert save_settings(CLI, module="gateway", values={"token": "***", "address": "http://127.0.0.1:1"}) == 2
    assert current_settings("gateway") == {"token": "secret-12345", "address": "http://127.0.0.1:1"}
    engine = open_engine(sqlite_config)
    with engine.connect() as connection:
        stored = connection.scalars(select(ModuleSettings.values).order_by(ModuleSettings.revision)).all()
    engine.dispose()
    assert "secret-12345" not in json.dumps(stored)
    assert b"secret-12345" not in (sqlite_config.home / "dialog.sqlite3-wal").read_bytes()
    assert sqlite_config.secret_key_file.stat().st_mode & 0o777 == 0o600
    shown = installed("settings", "gateway")
    assert shown.json["values"] == {"token": "***", "address": "http://127.0.0.1:1"}


def test_wrong_values_name_the_field(installed: Dialog) -> None:
    with pytest.raises(SettingsRefused) as caught:
        save_settings(CLI, module="gateway", values={"token": "abc"})
    assert caught.value.field == "token"
    assert caught.value.errors == {"token": ["A token has at least 5 characters."]}
    with pytest.raises(SettingsRefused) as caught:
        save_settings(CLI, module="gateway", values={"colour": "red"})
    assert caught.value.field == "colour"
    assert show_settings(CLI, module="gateway").revision == 0
    with pytest.raises(NotFound):
        show_settings(CLI, module="nothing")
    answer = installed("settings", "gateway", "--set-json", "[1]")
    assert (answer.code, answer.error) == (1, "The settings must be a JSON object.")


def test_defaults_are_filled_in_and_form_is_static(installed: Dialog) -> None:
    assert installed("install", "notebook").code == 0
    forget_cached()
    assert current_settings("notebook") == {"colour": "blue", "lines": 20}
    colour, lines = show_settings(CLI, module="notebook").form
    assert (colour["type"], [choice["value"] for choice in colour["choices"]]) == ("choice", ["blue", "red"])
    assert (lines["type"], lines["min"], lines["max"]) == ("integer", 1, 99)


def test_only_who_manages_modules_may(installed: Dialog) -> None:
    somebody = Actor(kind=ActorKind.STAFF, name="Somebody")
    with pytest.raises(NotPermitted):
        show_settings(somebody, module="gateway")
    with pytest.raises(NotPermitted):
        save_settings(somebody, module="gateway", values={})
