# SPDX-License-Identifier: Apache-2.0
"""The settings form and what the code makes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import marshmallow as ma
import pytest

from dialog_telegram.poller import is_wanted as is_poller_wanted
from dialog_telegram.registration import is_wanted as is_webhook_wanted
from dialog_telegram.settings import DEFAULT_BASE_URL, Account, TelegramSettings

TOKEN = "123456789:AAEmulatedTokenForTestsOnly_0123456789"
HOOK = {"token": TOKEN, "mode": "webhook", "public_url": "https://support.example.org"}


def test_only_the_token_is_required() -> None:
    loaded = TelegramSettings().load({"token": TOKEN})
    assert loaded["mode"] == "polling"
    assert Account.of(loaded) == Account(TOKEN)
    with pytest.raises(ma.ValidationError) as caught:
        TelegramSettings().load({})
    assert list(caught.value.messages_dict) == ["token"]


def test_every_field_is_titled_and_explained_in_both_languages() -> None:
    for field in TelegramSettings().fields.values():
        for part in ("title", "help"):
            assert set(field.metadata[part]) == {"ru", "en"}
            assert all(field.metadata[part].values())
    secrets = {name for name, field in TelegramSettings().fields.items() if field.metadata.get("secret")}
    assert secrets == {"token", "webhook_secret"}
    assert TelegramSettings().fields["base_url"].metadata["host"] is True


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"token": "123:short"}, "token"),
        ({"token": TOKEN + "\n"}, "token"),
        ({"token": "abc:" + "A" * 35}, "token"),
        ({"mode": "magic"}, "mode"),
        ({"base_url": "ftp://example.org"}, "base_url"),
        ({"base_url": ""}, "base_url"),
        ({"poll_seconds": 0}, "poll_seconds"),
        ({"poll_seconds": 51}, "poll_seconds"),
        ({"public_url": "example"}, "public_url"),
        ({"webhook_secret": "short"}, "webhook_secret"),
        ({"webhook_secret": "ключ-ключ-ключ-ключ"}, "webhook_secret"),
        ({"mode": "webhook", "public_url": ""}, "public_url"),
        ({"mode": "webhook", "public_url": "http://support.example.org"}, "public_url"),
        ({"mode": "webhook", "public_url": "https://support.example.org:8444"}, "public_url"),
        ({"mode": "webhook", "public_url": "https://support.example.org:99999"}, "public_url"),
        ({"mode": "webhook", "public_url": "https://support.example.org/?a=1"}, "public_url"),
    ],
)
def test_wrong_values_name_their_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ma.ValidationError) as caught:
        TelegramSettings().load({"token": TOKEN} | changes)
    assert list(caught.value.messages_dict) == [field]


@pytest.mark.parametrize(
    "changes",
    [
        {"public_url": "https://support.example.org:8443/desk"},
        {"base_url": "http://127.0.0.1:8081", "public_url": "http://127.0.0.1:8000"},
        {"webhook_secret": "A-secret_of_16-or-more"},
        {"base_url": DEFAULT_BASE_URL + "/"},
    ],
)
def test_values_that_work(changes: dict[str, Any]) -> None:
    TelegramSettings().load(HOOK | changes)


def test_the_secret_of_the_web_hook_is_derived_unless_given() -> None:
    derived = Account.of({"token": TOKEN}).secret
    assert len(derived) == 64
    assert derived == Account.of(HOOK).secret
    assert derived != Account.of({"token": TOKEN[:-1] + "0"}).secret
    assert TOKEN.split(":")[1] not in derived
    assert Account.of({"token": TOKEN, "webhook_secret": "my-own-secret-1234"}).secret == "my-own-secret-1234"


def test_an_account_does_not_show_its_token() -> None:
    account = Account.of(HOOK | {"webhook_secret": "my-own-secret-1234"})
    assert TOKEN not in repr(account)
    assert "my-own" not in f"{account}"
    assert account.bot_id == "123456789"
    assert account.webhook_url == "https://support.example.org/telegram/webhook"


@pytest.mark.parametrize(
    ("values", "poller", "webhook"),
    [
        ({}, False, False),
        ({"token": TOKEN}, True, False),
        (HOOK, False, True),
        (HOOK | {"public_url": ""}, False, False),
        ({"mode": "webhook", "public_url": "https://a.example"}, False, False),
    ],
)
def test_the_mode_wants_one_service(values: dict[str, Any], poller: bool, webhook: bool) -> None:
    assert (is_poller_wanted(values), is_webhook_wanted(values)) == (poller, webhook)


def test_the_readme_names_every_setting_in_both_languages() -> None:
    english, russian = (Path(__file__).parents[1] / "README.md").read_text().split("## По-русски", 1)
    for name in TelegramSettings().fields:
        assert f"| `{name}` |" in english
        assert f"| `{name}` |" in russian
