# SPDX-License-Identifier: Apache-2.0
"""Outgoing messages, and what each of Telegram's refusals means for a delivery."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from dialog_core.plugin import Button, Outbound, OutgoingFile, PressAnswer, SendResult, SendState
from dialog_telegram.client import BotApi
from dialog_telegram.send import send
from dialog_telegram.settings import Account
from tests.telegram_emulator import Emulator

ROWS = ((Button("r:7Fh2k9:ok", "Решено"), Button("r:7Fh2k9:no", "Не решено")),)


def outbound(chat: int | str, **parts: Any) -> Outbound:
    """Return a message to a chat."""
    return Outbound(delivery_id=1, channel="telegram", chat=str(chat), **parts)


def pdf(name: str = "счёт.pdf", content: bytes = b"%PDF-1.7") -> OutgoingFile:
    """Return a file that is no picture."""
    return OutgoingFile(name, "application/pdf", content)


def png(content: bytes = b"\x89PNG") -> OutgoingFile:
    """Return a picture."""
    return OutgoingFile("экран.png", "image/png", content)


@pytest.fixture
def user(telegram: Emulator) -> int:
    """Return a person with a private chat."""
    return telegram.add_user("Иван Петров")


@pytest.fixture
def group(telegram: Emulator, user: int) -> int:
    """Return a forum group."""
    return telegram.add_group("ООО «Ромашка»", [user], is_forum=True)


def test_a_text_arrives_as_a_reply_with_its_buttons(api: BotApi, telegram: Emulator, user: int, group: int) -> None:
    asked = telegram.say(group, user, "Не работает касса")
    text = "Заявка № 2026-000001 <b>принята</b> & *ждёт*"
    result = send(api, outbound(group, text=text, reply_to=str(asked), buttons=ROWS))
    sent = telegram.sent(group)[0]
    assert result == SendResult(SendState.SENT, external_id=str(sent["message_id"]))
    assert (sent["text"], sent["reply_to"], sent["thread"]) == (text, asked, None)
    assert [[key["data"] for key in row] for row in sent["buttons"]] == [["r:7Fh2k9:ok", "r:7Fh2k9:no"]]


def test_an_answer_in_a_topic_goes_to_the_topic(api: BotApi, telegram: Emulator, user: int, group: int) -> None:
    thread = telegram.add_topic(group, user, "Кассы")
    assert send(api, outbound(group, text="a", thread=str(thread))).state is SendState.SENT
    assert telegram.sent(group)[0]["thread"] == thread


def test_without_its_topic_a_message_goes_to_the_group_and_says_so(
    api: BotApi, telegram: Emulator, user: int, group: int
) -> None:
    thread = telegram.add_topic(group, user, "Кассы")
    telegram.close_topic(group, thread)
    result = send(api, outbound(group, text="a", thread=str(thread), reply_to=str(thread), buttons=ROWS))
    assert result.state is SendState.SENT
    assert "topic" in result.error
    assert [(item["thread"], len(item["buttons"])) for item in telegram.sent(group)] == [(None, 1)]
    telegram.fail("sendMessage", times=2, code=400, description="Bad Request: message thread not found")
    result = send(api, outbound(group, text="b", thread=str(thread)))
    assert (result.state, len(telegram.sent(group))) == (SendState.FAILED, 1)


def test_a_reply_to_a_deleted_message_arrives_without_the_reply(api: BotApi, telegram: Emulator, user: int) -> None:
    assert send(api, outbound(user, text="a", reply_to="999")).state is SendState.SENT
    telegram.fail("sendMessage", code=400, description="Bad Request: message to be replied not found")
    assert send(api, outbound(user, text="b", reply_to="999")).state is SendState.SENT
    assert send(api, outbound(user, text="c", reply_to="hidden-3")).state is SendState.SENT
    assert [item["reply_to"] for item in telegram.sent(user)] == [None, None, None]


@pytest.mark.parametrize("parts", [{}, {"text": " \n "}, {"buttons": ROWS}])
def test_nothing_to_send_is_our_mistake(api: BotApi, telegram: Emulator, user: int, parts: dict[str, Any]) -> None:
    assert send(api, outbound(user, **parts)).state is SendState.FAILED
    assert telegram.requests() == []


def test_files_go_in_one_request_with_the_text(api: BotApi, telegram: Emulator, user: int) -> None:
    assert send(api, outbound(user, text="Счёт", files=(pdf(),), buttons=ROWS)).external_id == "1"
    assert send(api, outbound(user, text="Экран", files=(png(),))).external_id == "2"
    assert send(api, outbound(user, text="Всё", files=(pdf("1.pdf"), png(), pdf('"3\r\n.pdf')))).external_id == "3"
    assert send(api, outbound(user, files=(pdf(),))).external_id == "6"
    assert [item["method"] for item in telegram.requests()] == [
        "sendDocument", "sendPhoto", "sendMediaGroup", "sendDocument",
    ]  # fmt: skip
    sent = telegram.sent(user)
    assert [item["text"] for item in sent] == ["Счёт", "Экран", "Всё", "", "", ""]
    assert [item["files"][0]["name"] for item in sent[:4]] == ["счёт.pdf", "photo.jpg", "1.pdf", "экран.png"]
    assert telegram.world.files[sent[0]["files"][0]["file_id"]].content == b"%PDF-1.7"
    assert len(sent[0]["buttons"]) == 1


@pytest.mark.parametrize(
    ("message", "methods"),
    [
        ({"text": "щ" * 1025, "files": (pdf(),), "buttons": ROWS}, ["sendMessage", "sendDocument"]),
        ({"text": "a", "files": (pdf(), pdf()), "buttons": ROWS}, ["sendMessage", "sendMediaGroup"]),
        ({"files": (pdf(), pdf()), "buttons": ROWS}, ["sendDocument", "sendDocument"]),
        ({"text": "a", "files": (pdf(),) * 11}, ["sendMediaGroup", "sendDocument"]),
        ({"text": "щ" * 1025, "files": (pdf(),) * 12}, ["sendMessage", "sendMediaGroup", "sendMediaGroup"]),
    ],
)
def test_what_does_not_fit_one_request_takes_several(
    api: BotApi, telegram: Emulator, user: int, message: dict[str, Any], methods: list[str]
) -> None:
    """The number of the first is kept: buttons and text are there."""
    assert send(api, outbound(user, **message)) == SendResult(SendState.SENT, external_id="1")
    assert [item["method"] for item in telegram.requests()] == methods
    assert sum(len(item["files"]) for item in telegram.sent(user)) == len(message["files"])
    assert [bool(item["buttons"]) for item in telegram.sent(user)].count(True) == (1 if "buttons" in message else 0)


def test_a_picture_that_telegram_does_not_like_goes_as_a_file(api: BotApi, telegram: Emulator, user: int) -> None:
    telegram.fail("sendPhoto", code=400, description="Bad Request: PHOTO_INVALID_DIMENSIONS")
    assert send(api, outbound(user, text="a", files=(png(),))).state is SendState.SENT
    assert send(api, outbound(user, files=(png(b"\x89PNG" + b"\x00" * 10 * 2**20),))).state is SendState.SENT
    methods = [item["method"] for item in telegram.requests()]
    assert methods == ["sendPhoto", "sendDocument", "sendDocument"]


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        ({"code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 3}}, SendState.UNCONFIRMED),
        ({"action": "lose_answer"}, SendState.UNCONFIRMED),
        ({"code": 403, "description": "Forbidden: bot was blocked by the user"}, SendState.UNREACHABLE),
        ({"code": 400, "description": "Bad Request: file must be non-empty"}, SendState.UNCONFIRMED),
    ],
)
def test_a_message_that_was_sent_in_part_is_not_repeated(
    api: BotApi, telegram: Emulator, user: int, fault: dict[str, Any], state: SendState
) -> None:
    telegram.fail("sendDocument", **fault)
    result = send(api, outbound(user, text="щ" * 1025, files=(pdf(),)))
    assert (result.state, result.external_id) == (state, "1")
    assert "счёт.pdf" in result.error


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (
            {"code": 429, "description": "Too Many Requests: retry after 17", "parameters": {"retry_after": 17}},
            {"state": SendState.RETRY, "retry_after": 17.0, "whole_channel": False},
        ),
        ({"code": 429, "description": "Too Many Requests"}, {"state": SendState.RETRY, "retry_after": 5.0}),
        (
            {"code": 400, "description": "group chat was upgraded", "parameters": {"migrate_to_chat_id": -1009}},
            {"state": SendState.MOVED, "new_chat": "-1009"},
        ),
        ({"code": 400, "description": "Bad Request: chat not found"}, {"state": SendState.FAILED}),
        ({"code": 400, "description": "Bad Request: message is too long"}, {"state": SendState.FAILED}),
        ({"code": 403, "description": "Forbidden: bot was blocked by the user"}, {"state": SendState.UNREACHABLE}),
        ({"code": 403, "description": "Forbidden: user is deactivated"}, {"state": SendState.UNREACHABLE}),
        ({"code": 401, "description": "Unauthorized"}, {"state": SendState.FAILED, "whole_channel": True}),
        ({"code": 404, "description": "Not Found"}, {"state": SendState.FAILED, "whole_channel": True}),
        ({"code": 500, "description": "Internal Server Error"}, {"state": SendState.RETRY, "retry_after": None}),
        ({"code": 502, "action": "page"}, {"state": SendState.RETRY}),
        ({"code": 504, "action": "page"}, {"state": SendState.UNCONFIRMED}),
        ({"action": "drop"}, {"state": SendState.UNCONFIRMED}),
        ({"action": "lose_answer"}, {"state": SendState.UNCONFIRMED}),
    ],
)
def test_refusals(api: BotApi, telegram: Emulator, user: int, fault: dict[str, Any], expected: dict[str, Any]) -> None:
    telegram.fail("sendMessage", **fault)
    result = send(api, outbound(user, text="Ответ"))
    assert {name: getattr(result, name) for name in expected} == expected
    assert result.error
    assert telegram.token.split(":")[1] not in result.error
    assert len(telegram.requests("sendMessage")) == 1, "nothing is repeated inside"


def test_blocked_for_real_and_back(api: BotApi, telegram: Emulator, user: int) -> None:
    telegram.block(user)
    assert send(api, outbound(user, text="a")).state is SendState.UNREACHABLE
    telegram.unblock(user)
    assert send(api, outbound(user, text="a")).state is SendState.SENT


def test_a_moved_group_names_its_new_address(api: BotApi, telegram: Emulator, user: int) -> None:
    old = telegram.add_group("Ромашка", [user], kind="group")
    new = telegram.migrate(old)
    result = send(api, outbound(old, text="a"))
    assert (result.state, result.new_chat) == (SendState.MOVED, str(new))
    assert send(api, outbound(new, text="a")).state is SendState.SENT


def test_nobody_listens(http: httpx.Client) -> None:
    result = send(BotApi(http, Account(token="1", base_url="http://127.0.0.1:1")), outbound(5, text="a"))
    assert result.state is SendState.RETRY


def test_a_chat_that_is_no_number(api: BotApi) -> None:
    assert send(api, outbound("@channel", text="a")).state is SendState.FAILED


def test_presses_are_answered(api: BotApi, telegram: Emulator, user: int) -> None:
    send(api, outbound(user, text="Решено?", buttons=ROWS))
    press = telegram.press(user, user, "Решено")[0]
    answer = PressAnswer(press, "Спасибо! " + "щ" * 300, alert=True)
    assert send(api, outbound(user, press_answer=answer)) == SendResult(SendState.SENT)
    assert telegram.press_answers() == [{"press": press, "text": ("Спасибо! " + "щ" * 300)[:200], "alert": True}]


def test_an_old_press_needs_no_answer(api: BotApi, telegram: Emulator, user: int) -> None:
    old = PressAnswer("4382", "Спасибо!")
    assert send(api, outbound(user, press_answer=old)).state is SendState.SENT
    telegram.fail("answerCallbackQuery", action="drop")
    assert send(api, outbound(user, press_answer=old)).state is SendState.RETRY
    telegram.fail("answerCallbackQuery", code=429, description="Too Many Requests", parameters={"retry_after": 2})
    assert send(api, outbound(user, press_answer=old)).retry_after == 2.0


def test_buttons_are_removed_once_or_twice(api: BotApi, telegram: Emulator, user: int) -> None:
    message = send(api, outbound(user, text="Решено?", buttons=ROWS)).external_id
    assert message is not None
    clear = outbound(user, clear_buttons_of=message)
    assert [send(api, clear).state for _ in range(2)] == [SendState.SENT, SendState.SENT]
    assert telegram.buttons_now(user, int(message)) == []
    assert send(api, outbound(user, clear_buttons_of="99")).state is SendState.SENT
    assert send(api, outbound(user, clear_buttons_of="hidden-1")).state is SendState.FAILED
    telegram.fail("editMessageReplyMarkup", action="drop")
    assert send(api, clear).state is SendState.RETRY
