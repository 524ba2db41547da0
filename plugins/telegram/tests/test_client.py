# SPDX-License-Identifier: Apache-2.0
"""The client over real HTTP: outcomes are told apart, and the token stays out of everything."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from dialog_telegram.client import MAX_DOWNLOAD, BotApi, read_response
from dialog_telegram.outcomes import Answer, ApiError, NotSent, Outcome, Unknown
from dialog_telegram.redact import TokenFilter, redact
from dialog_telegram.settings import Account
from tests.telegram_emulator import Emulator

QUICK = httpx.Timeout(0.4)


def test_every_method_is_understood_by_a_strict_server(api: BotApi, telegram: Emulator) -> None:
    user = telegram.add_user("Иван Петров")
    group = telegram.add_group("Ромашка", [user])
    me = api.get_me()
    assert isinstance(me, Answer)
    assert me.data["username"] == "dialog_support_bot"
    outcomes: list[Outcome] = [
        api.set_webhook(url=telegram.url + "/nowhere", secret="s" * 64),
        api.get_webhook_info(),
        api.delete_webhook(),
        api.get_updates(offset=None, seconds=0),
        api.send_message({"chat_id": user, "text": "Здравствуйте"}),
        api.answer_callback_query(query=_pressed(telegram, api, user), text="Спасибо", alert=True),
        api.edit_message_reply_markup({"chat_id": user, "message_id": 2}),
        api.get_chat_member(chat=str(group), user=123456789),
        api.set_my_commands([{"command": "new", "description": "Новая заявка"}], "ru"),
        api.set_my_commands([{"command": "new", "description": "New request"}], ""),
    ]
    assert [outcome for outcome in outcomes if not isinstance(outcome, Answer)] == []
    assert telegram.bot.commands.keys() == {"ru", ""}


def _pressed(telegram: Emulator, api: BotApi, user: int) -> str:
    keys = {"inline_keyboard": [[{"text": "Да", "callback_data": "a:1"}]]}
    api.send_message({"chat_id": user, "text": "Решено?", "reply_markup": keys})
    return telegram.press(user, user, "Да")[0]


def test_long_cyrillic_text_arrives_whole_in_the_body(api: BotApi, telegram: Emulator) -> None:
    user = telegram.add_user("Иван")
    assert isinstance(api.send_message({"chat_id": user, "text": "щ" * 4096}), Answer)
    assert telegram.sent(user)[0]["text"] == "щ" * 4096
    refused = api.send_message({"chat_id": user, "text": "😀" * 2049})
    assert refused == ApiError(400, "Bad Request: message is too long")


def test_lone_surrogates_do_not_break_a_request(api: BotApi, telegram: Emulator) -> None:
    user = telegram.add_user("Иван")
    assert isinstance(api.send_message({"chat_id": user, "text": "a\ud800b"}), Answer)
    assert telegram.sent(user)[0]["text"] == "a\ufffdb"


def test_a_refusal_carries_what_it_says(api: BotApi, telegram: Emulator) -> None:
    telegram.fail("getMe", code=429, description="Too Many Requests: retry after 7", parameters={"retry_after": 7})
    assert api.get_me() == ApiError(429, "Too Many Requests: retry after 7", retry_after=7.0)
    group = telegram.add_group("Ромашка", [telegram.add_user("Иван")], kind="group")
    moved = telegram.migrate(group)
    outcome = api.send_message({"chat_id": group, "text": "a"})
    assert isinstance(outcome, ApiError)
    assert (outcome.code, outcome.migrate_to) == (400, str(moved))


def test_a_wrong_token(http: httpx.Client, telegram: Emulator) -> None:
    revoked = Account(token="987654321:" + "A" * 35, base_url=telegram.url)
    assert BotApi(http, revoked).get_me() == ApiError(401, "Unauthorized")
    assert BotApi(http, Account(token="nonsense", base_url=telegram.url)).get_me() == ApiError(404, "Not Found")


def test_nobody_listens(http: httpx.Client) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    outcome = BotApi(http, Account(token="1", base_url=f"http://127.0.0.1:{port}")).get_me()
    assert isinstance(outcome, NotSent)
    assert "ConnectError" in str(outcome)


def test_a_connection_cut_after_the_request_is_unknown(api: BotApi, telegram: Emulator) -> None:
    """Whether it was carried out cannot be told: once it was, once it was not, and both look alike."""
    user = telegram.add_user("Иван")
    telegram.fail("sendMessage", action="lose_answer")
    telegram.fail("sendMessage", action="drop")
    outcomes = [api.send_message({"chat_id": user, "text": text}) for text in ("arrives", "does not")]
    assert [type(outcome) for outcome in outcomes] == [Unknown, Unknown]
    assert [item["text"] for item in telegram.sent(user)] == ["arrives"]


def test_an_answer_that_comes_too_late_is_unknown(api: BotApi, telegram: Emulator) -> None:
    telegram.fail("getMe", action="slow", seconds=1.0)
    assert isinstance(api.call("getMe", timeout=QUICK), Unknown)


@pytest.fixture
def silent() -> Iterator[str]:
    """Return the address of a server that takes connections and never reads."""
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        taken: list[socket.socket] = []
        thread = threading.Thread(target=lambda: taken.append(server.accept()[0]), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join(5)
        for connection in taken:
            connection.close()


def test_a_request_that_could_not_be_written_whole_was_not_sent(http: httpx.Client, silent: str) -> None:
    api = BotApi(http, Account(token="1", base_url=silent))
    outcome = api.call("sendMessage", {"text": "x" * 20_000_000}, timeout=QUICK)
    assert isinstance(outcome, NotSent)
    assert "WriteTimeout" in outcome.reason


def test_an_address_that_is_refused_was_not_called() -> None:
    class Refusing(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            raise httpx.RequestError("the module may not call this host")

    with httpx.Client(transport=Refusing()) as http:
        assert isinstance(BotApi(http, Account(token="1")).get_me(), NotSent)


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, b'{"ok": true, "result": 5}', Answer(5)),
        (200, b"<html>welcome</html>", Unknown),
        (200, b'{"ok": "yes"}', Unknown),
        (200, b"[" * 100_000, Unknown),
        (204, b"", Unknown),
        (504, b"<html>Gateway Time-out</html>", Unknown),
        (504, b'{"ok": false, "error_code": 504, "description": "x"}', ApiError(504, "x")),
        (502, b"<html>Bad Gateway</html>", ApiError(502, "the answer is not the Bot API's")),
        (413, b"", ApiError(413, "the answer is not the Bot API's")),
        (500, b'{"ok": false}', ApiError(500, "")),
        (400, b'{"ok": false, "error_code": true, "description": null, "parameters": []}', ApiError(400, "")),
        (
            429,
            b'{"ok": false, "error_code": 429, "description": "a", "parameters": {"retry_after": "soon"}}',
            ApiError(429, "a"),
        ),
        (
            429,
            b'{"ok": false, "error_code": 429, "description": "a", "parameters": {"retry_after": 1e400}}',
            ApiError(429, "a", retry_after=86_400.0),
        ),
        (
            400,
            b'{"ok": false, "error_code": 400, "description": "a", "parameters": {"migrate_to_chat_id": "-1"}}',
            ApiError(400, "a"),
        ),
        (200, b'{"ok": true, "result": "a\\u0000\\ud800"}', Answer("a\ufffd")),
    ],
)
def test_responses_of_every_kind(status: int, body: bytes, outcome: Any) -> None:
    result = read_response(status, body)
    assert result == outcome or (isinstance(outcome, type) and isinstance(result, outcome))


def test_the_header_tells_the_pause_when_the_body_does_not() -> None:
    assert read_response(429, b"slow down", "12") == ApiError(429, "the answer is not the Bot API's", retry_after=12.0)
    assert read_response(429, b'{"ok": false, "error_code": 429}', "12") == ApiError(429, "", retry_after=12.0)


def test_files_come_down(api: BotApi, telegram: Emulator, http: httpx.Client) -> None:
    telegram.say(telegram.add_user("Иван"), 500_000_001, file={"content": b"\x00" * 300_000, "name": "дамп.bin"})
    file_id = next(iter(telegram.world.files))
    told = api.get_file(file_id)
    assert isinstance(told, Answer)
    assert api.download(told.data["file_path"]) == b"\x00" * 300_000
    assert api.download("documents/none.bin") == ApiError(404, "NOT FOUND")
    gone = BotApi(http, Account(token="1", base_url="http://127.0.0.1:1"))
    assert isinstance(gone.download("a"), NotSent)


def test_a_download_stops_at_the_limit(api: BotApi, telegram: Emulator) -> None:
    content = b"\x00" * (MAX_DOWNLOAD + 1)
    telegram.say(telegram.add_user("Иван"), 500_000_001, file={"content": content, "size": 5})
    file_id = next(iter(telegram.world.files))
    assert api.download(f"documents/{file_id}.bin") == ApiError(413, "file is too big")


def test_no_token_in_logs_or_errors(
    http: httpx.Client, telegram: Emulator, caplog: pytest.LogCaptureFixture, values: dict[str, Any]
) -> None:
    secret = telegram.token.split(":")[1]
    # The platform keeps these two quiet, in whichever test of this process it started first: here they shall talk.
    with (
        caplog.at_level(logging.DEBUG),
        caplog.at_level(logging.DEBUG, "httpx"),
        caplog.at_level(logging.DEBUG, "httpcore"),
    ):
        api = BotApi(http, Account.of(values))
        api.get_me()
        api.download("documents/none.bin")
        telegram.fail("getMe", action="drop")
        lost = api.get_me()
    assert "HTTP Request" in caplog.text
    assert "[token]" in caplog.text
    assert secret not in caplog.text + str(lost) + repr(lost) + repr(api)


def test_tokens_are_found_in_every_spelling() -> None:
    token = "123456789:AAEmulatedTokenForTestsOnly_0123456789"
    assert redact(f"GET /bot{token}/getMe") == "GET /bot[token]/getMe"
    assert redact(token.replace(":", "%3A")) == "[token]"
    record = logging.LogRecord("httpx", logging.INFO, "", 1, "%s %d", ("plain", 5), None)
    assert TokenFilter().filter(record)
    assert record.args == ("plain", 5)
