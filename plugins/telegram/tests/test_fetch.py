# SPDX-License-Identifier: Apache-2.0
"""Files that came with a message are fetched later, or it is said why not."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from dialog_core.plugin import FetchedFile, FileRef
from dialog_telegram.client import BotApi
from dialog_telegram.fetch import TOO_LARGE, fetch
from dialog_telegram.settings import Account
from tests.telegram_emulator import Emulator


@pytest.fixture
def file(telegram: Emulator) -> FileRef:
    """Return a file that a person sent."""
    user = telegram.add_user("Иван")
    telegram.say(user, user, file={"content": b"\x00\xff" * 1000, "name": "дамп.bin"})
    return FileRef(next(iter(telegram.world.files)), "дамп.bin")


def test_the_content_comes_as_it_was_sent(api: BotApi, file: FileRef) -> None:
    assert fetch(api, file) == FetchedFile(content=b"\x00\xff" * 1000)


def test_a_file_over_the_limit_is_not_asked_for(api: BotApi, telegram: Emulator) -> None:
    assert fetch(api, FileRef("x", "dump.zip", too_large=True)) == FetchedFile(error=TOO_LARGE)
    assert telegram.requests() == []


def test_telegrams_own_limit_is_understood(api: BotApi, telegram: Emulator) -> None:
    user = telegram.add_user("Иван")
    telegram.say(user, user, file={"content": b"a", "size": 21 * 2**20})
    assert fetch(api, FileRef(next(iter(telegram.world.files)), "a")) == FetchedFile(error=TOO_LARGE)


def test_more_than_was_promised_is_cut_off(api: BotApi, telegram: Emulator) -> None:
    user = telegram.add_user("Иван")
    telegram.say(user, user, file={"content": b"\x00" * (20 * 2**20 + 1), "size": 5})
    assert fetch(api, FileRef(next(iter(telegram.world.files)), "a")) == FetchedFile(error=TOO_LARGE)


def test_an_unknown_file_is_not_asked_for_again(api: BotApi) -> None:
    result = fetch(api, FileRef("nonsense", "a"))
    assert (result.retry, "wrong file_id" in result.error) == (False, True)


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        ("getFile", {"code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 1}}),
        ("getFile", {"code": 500}),
        ("getFile", {"action": "drop"}),
        ("download", {"code": 404}),
    ],
)
def test_what_may_pass_is_tried_again(
    api: BotApi, telegram: Emulator, file: FileRef, method: str, fault: dict[str, Any]
) -> None:
    telegram.fail(method, **fault)
    result = fetch(api, file)
    assert (result.content, result.retry) == (b"", True)
    assert telegram.token.split(":")[1] not in result.error
    assert fetch(api, file).content


def test_nobody_listens(http: httpx.Client, file: FileRef) -> None:
    assert fetch(BotApi(http, Account(token="1", base_url="http://127.0.0.1:1")), file).retry


@pytest.mark.parametrize("result", [b'{"ok":true,"result":{"file_id":"a"}}', b'{"ok":true,"result":[]}'])
def test_an_answer_without_an_address(result: bytes) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=result))
    with httpx.Client(transport=transport) as http:
        fetched = fetch(BotApi(http, Account(token="1")), FileRef("a", "a"))
    assert (fetched.retry, bool(fetched.error)) == (False, True)


def test_a_size_over_the_limit_is_believed() -> None:
    body = {"ok": True, "result": {"file_path": "documents/a.bin", "file_size": 20 * 2**20 + 1}}
    with httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200, json=body))) as http:
        assert fetch(BotApi(http, Account(token="1")), FileRef("a", "a")) == FetchedFile(error=TOO_LARGE)
