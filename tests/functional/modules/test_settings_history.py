# SPDX-License-Identifier: Apache-2.0
"""Settings have a history, and can be tried out on the other side before anything depends on them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from dialog_core.config import Config
from dialog_core.errors import NotAllowedNow, NotFound, NotPermitted
from dialog_core.modules import (
    SettingsRefused,
    check_connection,
    current_settings,
    forget_cached,
    list_settings_revisions,
    revert_settings,
    save_settings,
    show_settings,
)
from dialog_core.staff import Actor, ActorKind, system_actor
from tests.functional.changing import inside
from tests.functional.modules.conftest import Dialog

CLI = system_actor("cli")


@pytest.fixture
def installed(sqlite_config: Config, dialog: Dialog, assembled: Callable[..., None]) -> Iterator[Dialog]:
    assembled("install gateway", catalog=("gateway",))
    forget_cached()
    with inside(sqlite_config):
        yield dialog


def test_revisions_differ_and_one_comes_back_with_its_secrets(installed: Dialog) -> None:
    save_settings(CLI, module="gateway", values={"token": "first-secret", "address": "https://one.example.org"})
    save_settings(CLI, module="gateway", values={"token": "second-secret"})
    save_settings(CLI, module="gateway", values={"address": "https://two.example.org"})
    third, second, first = list_settings_revisions(CLI, module="gateway")
    assert [(item.name, item.old, item.new) for item in third.changes] == [
        ("address", "https://one.example.org", "https://two.example.org")
    ]
    assert [(item.name, item.old, item.new, item.is_secret) for item in second.changes] == [
        ("token", "***", "***", True)
    ]
    assert [item.name for item in first.to_current] == ["address", "token"]
    assert (third.is_current, first.changed_by) == (True, CLI.name)
    assert "secret" not in json.dumps([repr(first), repr(second), repr(third)]).replace("is_secret", "")
    assert revert_settings(CLI, module="gateway", revision=1) == 4
    assert current_settings("gateway") == {"token": "first-secret", "address": "https://one.example.org"}
    assert show_settings(CLI, module="gateway").values["token"] == "***"
    shown = installed("settings", "gateway", "--history")
    assert [item["revision"] for item in shown.json["revisions"]] == [4, 3, 2, 1]
    assert installed("settings", "gateway", "--revert", "2").json["revision"] == 5
    with pytest.raises(NotFound):
        revert_settings(CLI, module="gateway", revision=77)


def test_a_revision_is_checked_again_when_it_comes_back(installed: Dialog) -> None:
    save_settings(CLI, module="gateway", values={"address": "https://one.example.org"})
    save_settings(CLI, module="gateway", values={"token": "first-secret"})
    assert installed("enable", "gateway").code == 0
    with pytest.raises(NotAllowedNow, match="Token"):
        revert_settings(CLI, module="gateway", revision=1)
    assert show_settings(CLI, module="gateway").revision == 2


def test_the_module_tries_what_is_stored_or_entered(installed: Dialog) -> None:
    save_settings(CLI, module="gateway", values={"token": "good-secret"})
    found = check_connection(CLI, module="gateway")
    assert found.is_good
    assert "https://gateway.example.org" in found.text["en"]
    entered = check_connection(CLI, module="gateway", values={"token": "other-secret", "address": "https://x.example"})
    assert not entered.is_good
    assert "other-secret" not in entered.text["en"], "not even when the module says it"
    assert show_settings(CLI, module="gateway").revision == 1
    with pytest.raises(SettingsRefused):
        check_connection(CLI, module="gateway", values={"token": "abc"})
    with pytest.raises(NotAllowedNow, match="failed when it tested its connection") as caught:
        check_connection(CLI, module="gateway", values={"token": "raise-secret"})
    assert "raise-secret" not in str(caught.value)
    answer = installed("settings", "gateway", "--test")
    assert (answer.code, answer.json["test"]["is_good"]) == (0, True)


def test_only_who_manages_modules_may(installed: Dialog) -> None:
    somebody = Actor(kind=ActorKind.STAFF, name="Somebody")
    for call in (
        lambda: list_settings_revisions(somebody, module="gateway"),
        lambda: revert_settings(somebody, module="gateway", revision=1),
        lambda: check_connection(somebody, module="gateway"),
    ):
        with pytest.raises(NotPermitted):
            call()
