# SPDX-License-Identifier: Apache-2.0
"""The platform's promises, checked by the suites of the test kit against a far side that speaks the Bot API."""

from __future__ import annotations

import itertools
from typing import Any

from dialog_core.testing import Answer, ChannelSuite, FarSide, Incoming, ModuleSuite, Request, ServiceSuite

TOKEN = "123456789:AAEmulatedTokenForTestsOnly_0123456789"
CHAT = {"id": 1001, "type": "private", "first_name": "Ivan"}
_numbers = itertools.count(1)


def answer(status: int = 200, *, result: Any = None, **more: Any) -> Answer:
    """Return an answer of the Bot API."""
    import json

    body = {"ok": True, "result": result} if status == 200 else {"ok": False, "error_code": status, **more}
    return Answer(status, json.dumps(body).encode(), {"Content-Type": "application/json"})


def bot_api(request: Request) -> Answer:
    """Answer as the Bot API does when all is well."""
    method = request.path.rpartition("/")[2]
    if method == "getUpdates":
        return answer(result=[])
    if method == "getMe":
        return answer(result={"id": 1, "is_bot": True, "first_name": "Desk", "username": "desk_bot"})
    if method in {"sendMessage", "sendDocument", "sendPhoto"}:
        return answer(result={"message_id": next(_numbers), "date": 1_700_000_000, "chat": CHAT})
    return answer(result=True)


class Connected:
    """How the module reaches the far side."""

    def settings(self, far_side: FarSide) -> dict[str, Any]:
        """Return the settings."""
        return {"token": TOKEN, "base_url": far_side.url, "poll_seconds": 1}

    def accept(self, far_side: FarSide) -> None:
        """Let the Bot API work."""
        far_side.reply_with(bot_api)


class TestModule(ModuleSuite):
    """What holds for every module."""


class TestChannel(Connected, ChannelSuite):
    """What holds for every channel."""

    def incoming(self) -> Incoming:
        """Return a text in a private chat."""
        person = {"id": 2002, "is_bot": False, "first_name": "Ivan", "language_code": "ru"}
        message = {"message_id": 7, "from": person, "chat": {**CHAT, "id": 2002}, "date": 1_700_000_000}
        return Incoming({"update_id": 55, "message": {**message, "text": "Не печатает"}}, "123456789:55", "Не печатает")

    def refuse(self, far_side: FarSide) -> None:
        """Let the Bot API refuse."""
        far_side.reply_with(lambda _: answer(400, description="Bad Request: chat not found"))

    def busy(self, far_side: FarSide) -> None:
        """Let the Bot API ask for time."""
        far_side.reply_with(lambda _: answer(429, description="Too Many", parameters={"retry_after": 3}))

    def arrived(self, request: Request) -> str | None:
        """Return the text of a message."""
        return str(request.json()["text"]) if request.path.endswith("/sendMessage") else None


class TestPoller(Connected, ServiceSuite):
    """The service that asks for updates."""

    service = "poller"
