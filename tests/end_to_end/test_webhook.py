# SPDX-License-Identifier: Apache-2.0
"""Telegram calls the platform: what it sends is stored, what others send in its name is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

from tests.running import Platform, eventually
from tests.running.desk import Desk, Group
from tests.telegram_emulator import Emulator

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("webhook")]
SECRET = "a-secret-of-the-web-hook-0123456789"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture(scope="module")
def hooked(platform: Platform, telegram: Emulator) -> Iterator[Desk]:
    """Return a desk whose messages come by the web hook."""
    found = Desk(platform, telegram)
    found.connect(mode="webhook", public_url=platform.url, webhook_secret=SECRET)
    yield found
    found.close()


@pytest.fixture(scope="module")
def group(hooked: Desk) -> Group:
    """Return a bound group."""
    return hooked.group("By web hook")


def test_messages_come_and_answers_go(hooked: Desk, group: Group) -> None:
    """The same way of a request as with polling."""
    polls = len(hooked.telegram.requests("getUpdates"))
    (hook,) = [item["parameters"] for item in hooked.telegram.requests("setWebhook")][:1]
    assert hook["url"] == f"{hooked.platform.url}/telegram/webhook"
    ticket = hooked.answered(group, "Through the web hook")
    assert ticket["state"] == "answered"
    eventually(lambda: hooked.telegram.pending() == 0, what="everything was taken")
    assert len(hooked.telegram.requests("getUpdates")) == polls


@pytest.mark.parametrize("headers", [{}, {HEADER: "guessed"}, {HEADER: SECRET + "x"}, {HEADER: ""}])
def test_a_forged_call_is_refused_and_leaves_nothing(hooked: Desk, group: Group, headers: dict[str, str]) -> None:
    """403 without the right secret, whatever the body says."""
    update = {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": {"id": group.chat, "type": "supergroup"},
                                          "from": {"id": group.user, "first_name": "F"}, "text": "forged"}}  # fmt: skip
    assert _post(hooked, json.dumps(update).encode(), headers) == 403
    assert hooked.platform.rows("SELECT id FROM inbox_item WHERE external_id LIKE :key", key="%:1") == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"not json", 400),
        (b"[1]", 400),
        (b'{"message": {}}', 400),
        (b'{"update_id": "1"}', 400),
        (b"[" * 100_000, 400),
        (b'{"update_id": 5, "message": "' + b"x" * 2**20 + b'"}', 413),
    ],
)
def test_what_is_no_update_is_refused(hooked: Desk, body: bytes, status: int) -> None:
    """With the right secret, but not what Telegram would send."""
    before = hooked.platform.rows("SELECT count(*) AS number FROM inbox_item")
    assert _post(hooked, body, {HEADER: SECRET}) == status
    assert hooked.platform.rows("SELECT count(*) AS number FROM inbox_item") == before


def test_an_update_that_cannot_be_read_is_kept_and_blocks_nobody(hooked: Desk, group: Group) -> None:
    """Stored (200), shown on the desk, and what comes after it is served."""
    assert _post(hooked, b'{"update_id": 77, "message": ["what", {"is": "this"}]}', {HEADER: SECRET}) == 200
    assert _post(hooked, b'{"update_id": 77, "message": ["what", {"is": "this"}]}', {HEADER: SECRET}) == 200
    hooked.registered(group, "After what nobody understands")
    rows = hooked.platform.rows("SELECT state, problem FROM inbox_item WHERE external_id LIKE :key", key="%:77")
    assert [row.state for row in rows] == ["dead"]
    assert rows[0].problem


def _post(desk: Desk, body: bytes, headers: dict[str, str]) -> int:
    url = f"{desk.platform.url}/telegram/webhook"
    kind = {"Content-Type": "application/json"}
    return httpx.post(url, content=body, headers={**kind, **headers}, trust_env=False, timeout=20).status_code
