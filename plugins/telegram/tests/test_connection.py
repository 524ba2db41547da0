# SPDX-License-Identifier: Apache-2.0
"""The hook check_settings. Testing the connection says in plain words who the bot is, or what to do."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from dialog_core.plugin import ConnectionResult
from dialog_telegram.client import BotApi
from dialog_telegram.connection import check
from dialog_telegram.settings import Account
from tests.telegram_emulator import Emulator


def ask(http: httpx.Client, values: dict[str, Any]) -> tuple[bool, str]:
    account = Account.of(values)
    result = check(BotApi(http, account), account)
    assert isinstance(result, ConnectionResult)
    return result.is_good, result.message % dict(result.values) if result.values else result.message


def test_a_good_token_tells_the_bot(http: httpx.Client, values: dict[str, Any]) -> None:
    is_good, text = ask(http, values)
    assert is_good
    assert "this is the bot @" in text
    assert values["token"] not in text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"token": ""}, "Enter the bot token first"),
        ({"token": "1:" + "A" * 35}, "does not accept the token"),
        ({"base_url": "http://127.0.0.1:1"}, "cannot be reached from this server"),
    ],
)
def test_what_is_wrong_is_said(http: httpx.Client, values: dict[str, Any], changes: dict[str, Any], words: str) -> None:
    is_good, text = ask(http, {**values, **changes})
    assert not is_good
    assert words in text


def test_what_is_not_the_bot_api_is_said(telegram: Emulator, http: httpx.Client, values: dict[str, Any]) -> None:
    is_good, text = ask(http, {**values, "base_url": telegram.url + "/elsewhere"})
    assert not is_good
    assert values["token"] not in text
