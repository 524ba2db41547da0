# SPDX-License-Identifier: Apache-2.0
"""The emulator itself: strict as the real one, and true to its types, which aiogram's models judge."""

from __future__ import annotations

import base64
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import aiogram.methods
import aiogram.types
import httpx
import pytest

from tests.telegram_emulator import Emulator
from tests.telegram_emulator.methods import IMPLEMENTED
from tests.telegram_emulator.parameters import METHODS


class Api:
    """The bot's side, written down here so that it owes nothing to the module."""

    def __init__(self, telegram: Emulator) -> None:
        self.http = httpx.Client(trust_env=False, timeout=20)
        self.base = f"{telegram.url}/bot{telegram.token}"

    def __call__(self, method: str, **parameters: Any) -> Any:
        """Call a method that must succeed."""
        body = self.http.post(f"{self.base}/{method}", json=parameters).json()
        assert body["ok"], body
        return body["result"]

    def refused(self, method: str, **parameters: Any) -> tuple[int, str]:
        """Call a method that must fail; return code and description."""
        response = self.http.post(f"{self.base}/{method}", json=parameters)
        body = response.json()
        assert not body["ok"]
        assert response.status_code == body["error_code"]
        return body["error_code"], body["description"]


@pytest.fixture
def telegram() -> Iterator[Emulator]:
    """Return a running emulator."""
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def api(telegram: Emulator) -> Iterator[Api]:
    """Return the bot's side."""
    bot = Api(telegram)
    yield bot
    bot.http.close()


def keyboard(data: str = "a:1") -> dict[str, Any]:
    """Return one button."""
    return {"inline_keyboard": [[{"text": "Решено", "callback_data": data}]]}


FILES = ["document", "photo", "audio", "voice", "video", "animation", "video_note", "sticker"]


def everything_happens(telegram: Emulator, api: Api) -> None:
    """Let every kind of update come up."""
    user = telegram.add_user("Иван Петров")
    group = telegram.add_group("ООО «Ромашка»", [user], is_forum=True)
    asked = telegram.say(group, user, "/new@dialog_support_bot Не работает 😀")
    thread = telegram.add_topic(group, user, "Кассы")
    telegram.say(group, user, "в теме", thread=thread)
    telegram.say(group, user, "ответ", reply_to=asked)
    telegram.say_anonymously(group, "от имени группы")
    for kind in FILES:
        telegram.say(user, user, "подпись", file={"kind": kind, "name": "файл.bin", "media_type": "text/plain"})
    telegram.send_album(group, user, [{"name": "1.txt"}, {"name": "2.txt"}], "альбом")
    telegram.say(user, user, extra={"location": {"latitude": 56.8, "longitude": 60.6}})
    telegram.edit(group, asked, "Не работает вообще")
    api("sendMessage", chat_id=group, text="Решено?", reply_markup=keyboard())
    telegram.press(group, user, "Решено", times=2)
    telegram.promote(group, user)
    telegram.kick(group, user)
    telegram.block(user)
    telegram.unblock(user)
    telegram.migrate(telegram.add_group("Обычная", [user], kind="group"))


def test_every_update_is_one_by_the_types_of_the_bot_api(telegram: Emulator, api: Api) -> None:
    everything_happens(telegram, api)
    updates = api("getUpdates")
    kinds = {kind for update in updates for kind in update} - {"update_id"}
    assert kinds == {"message", "edited_message", "callback_query", "my_chat_member"}
    for update in updates:
        parsed = aiogram.types.Update.model_validate(update)
        known = set(aiogram.types.Message.model_fields) - {"from_user"} | {"from"}
        assert set(update.get("message", {})) <= known
        assert parsed.event_type in kinds
    assert [update["update_id"] for update in updates] == list(range(700_000_001, 700_000_001 + len(updates)))


def test_every_result_is_one_by_the_types_of_the_bot_api(telegram: Emulator, api: Api) -> None:
    user = telegram.add_user("Иван")
    aiogram.types.User.model_validate(api("getMe"))
    aiogram.types.WebhookInfo.model_validate(api("getWebhookInfo"))
    sent = api("sendMessage", chat_id=str(user), text="a", reply_markup=keyboard())
    aiogram.types.Message.model_validate(sent)
    aiogram.types.Message.model_validate(api("editMessageReplyMarkup", chat_id=user, message_id=sent["message_id"]))
    aiogram.types.ChatMemberMember.model_validate(api("getChatMember", chat_id=user, user_id=user))
    telegram.say(user, user, file={"kind": "document", "name": "a.txt"})
    file_id = api("getUpdates")[-1]["message"]["document"]["file_id"]
    aiogram.types.File.model_validate(api("getFile", file_id=file_id))
    files = {"document": ("a.txt", b"abc", "text/plain")}
    posted = api.http.post(f"{api.base}/sendDocument", data={"chat_id": str(user)}, files=files).json()["result"]
    assert aiogram.types.Message.model_validate(posted).document is not None


@pytest.mark.parametrize("method", sorted(METHODS))
def test_every_parameter_is_one_of_the_bot_api(method: str) -> None:
    """A misspelt name in the emulator would let a misspelt one in a module pass."""
    model = getattr(aiogram.methods, method[0].upper() + method[1:])
    names = {name.rstrip("!") for name in METHODS[method]}
    assert names <= set(model.model_fields)
    required = {name for name, field in model.model_fields.items() if field.is_required()}
    assert required <= {name[:-1] for name in METHODS[method] if name.endswith("!")}
    assert method in IMPLEMENTED


@pytest.mark.parametrize(
    ("method", "parameters", "says"),
    [
        ("sendMessage", {"chat_id": 1, "txt": "a"}, "unknown parameter txt"),
        ("sendMessage", {"chat_id": 1}, "parameter text is empty"),
        ("sendMessage", {"chat_id": 1, "text": 5}, "can't parse text"),
        ("sendMessage", {"chat_id": True, "text": "a"}, "can't parse chat_id"),
        ("sendMessage", {"chat_id": 1, "text": "a"}, "chat not found"),
        ("sendMessage", {"chat_id": "USER", "text": " \n"}, "message text is empty"),
        ("sendMessage", {"chat_id": "USER", "text": "😀" * 2049}, "message is too long"),
        ("sendMessage", {"chat_id": "USER", "text": "a", "reply_markup": keyboard("я" * 33)}, "BUTTON_DATA_INVALID"),
        ("sendMessage", {"chat_id": "USER", "text": "a", "reply_markup": keyboard("")}, "BUTTON_DATA_INVALID"),
        ("sendMessage", {"chat_id": "USER", "text": "a", "reply_markup": {"keyboard": []}}, "object expected"),
        ("sendMessage", {"chat_id": "USER", "text": "a", "message_thread_id": 9}, "message thread not found"),
        ("sendMessage", {"chat_id": "USER", "text": "a", "reply_parameters": {"message_id": 9}}, "to be replied not"),
        ("sendMessage", {"chat_id": "USER", "text": "a", "reply_parameters": {"id": 9}}, "can't parse reply"),
        ("sendDocument", {"chat_id": "USER", "document": "x"}, "there is no file in the request"),
        ("editMessageReplyMarkup", {"chat_id": "USER", "message_id": 9}, "message to edit not found"),
        ("answerCallbackQuery", {"callback_query_id": "1"}, "query is too old"),
        ("getFile", {"file_id": "x"}, "wrong file_id"),
        ("setWebhook", {"url": "http://example.org"}, "HTTPS URL must be provided"),
        ("setWebhook", {"url": "https://example.org", "secret_token": "a b"}, "unallowed characters"),
        ("setMyCommands", {"commands": [{"command": "Новая", "description": "a"}]}, "BOT_COMMAND_INVALID"),
    ],
)
def test_mistakes_are_refused(telegram: Emulator, api: Api, method: str, parameters: dict[str, Any], says: str) -> None:
    user = telegram.add_user("Иван")
    given = {name: user if value == "USER" else value for name, value in parameters.items()}
    code, description = api.refused(method, **given)
    assert code == 400
    assert says in description
    assert telegram.sent() == []


def test_tokens_and_methods_that_do_not_exist(telegram: Emulator, api: Api) -> None:
    other = "/bot987654321:" + "A" * 35
    assert api.http.post(telegram.url + other + "/getMe").status_code == 401
    assert api.http.post(telegram.url + "/bot5/getMe").status_code == 404
    assert api.refused("inventMe")[0] == 404
    assert api.http.get(telegram.url + "/").status_code == 404
    assert api.http.get(f"{telegram.url}/file/bot{telegram.token}/documents/x.bin").status_code == 404


def test_an_offset_confirms_and_only_then_are_updates_gone(telegram: Emulator, api: Api) -> None:
    user = telegram.add_user("Иван")
    for number in range(5):
        telegram.say(user, user, str(number))
    first = api("getUpdates", limit=2)
    assert api("getUpdates", limit=2) == first
    rest = api("getUpdates", offset=first[-1]["update_id"] + 1)
    assert [update["message"]["text"] for update in rest] == ["2", "3", "4"]
    assert [update["message"]["text"] for update in api("getUpdates", offset=-1)] == ["4"]
    assert api("getUpdates", offset=rest[-1]["update_id"] + 1) == []


def test_a_long_poll_ends_when_something_comes(telegram: Emulator, api: Api) -> None:
    user = telegram.add_user("Иван")
    threading.Timer(0.2, lambda: telegram.say(user, user, "a")).start()
    started = time.monotonic()
    assert len(api("getUpdates", timeout=10)) == 1
    assert time.monotonic() - started < 5


def test_unwanted_kinds_are_not_queued(telegram: Emulator, api: Api) -> None:
    user = telegram.add_user("Иван")
    api("getUpdates", allowed_updates=["message"])
    telegram.edit(user, telegram.say(user, user, "a"), "b")
    assert [set(update) for update in api("getUpdates")] == [{"update_id", "message"}]


def test_a_second_poller_ends_the_first(telegram: Emulator, api: Api) -> None:
    ended: list[tuple[int, str]] = []
    first = threading.Thread(target=lambda: ended.append(api.refused("getUpdates", timeout=20)))
    first.start()
    while not telegram.requests("getUpdates"):
        time.sleep(0.01)
    time.sleep(0.1)
    second = Api(telegram)
    assert second("getUpdates") == []
    first.join(5)
    second.http.close()
    assert ended[0][0] == 409
    assert "terminated by other getUpdates" in ended[0][1]


def test_polling_and_a_web_hook_exclude_each_other(telegram: Emulator, api: Api) -> None:
    api("setWebhook", url="https://example.org/hook")
    code, description = api.refused("getUpdates")
    assert (code, "webhook is active" in description) == (409, True)
    api("deleteWebhook")
    assert api("getUpdates") == []


def test_message_numbers_belong_to_their_chat(telegram: Emulator) -> None:
    user = telegram.add_user("Иван")
    group = telegram.add_group("Ромашка", [user], kind="group")
    assert [telegram.say(chat, user, "a") for chat in (user, group, user, group)] == [1, 1, 2, 2]
    moved = telegram.migrate(group)
    assert telegram.say(moved, user, "a") == 2


def test_presses_grow_old(telegram: Emulator, api: Api) -> None:
    user = telegram.add_user("Иван")
    api("sendMessage", chat_id=user, text="a", reply_markup=keyboard())
    press = telegram.press(user, user, "a:1")[0]
    assert api("answerCallbackQuery", callback_query_id=press, text="да") is True
    assert "MESSAGE_TOO_LONG" in api.refused("answerCallbackQuery", callback_query_id=press, text="щ" * 201)[1]
    telegram.world.press_lifetime = 0
    assert "query is too old" in api.refused("answerCallbackQuery", callback_query_id=press)[1]
    with pytest.raises(LookupError):
        telegram.press(user, user, "no such button")


def test_faults_happen_as_often_as_they_should(telegram: Emulator, api: Api) -> None:
    user, other = telegram.add_user("Иван"), telegram.add_user("Анна")
    telegram.fail("sendMessage", times=2, chat=user, code=429, description="Too Many", parameters={"retry_after": 3})
    assert api("sendMessage", chat_id=other, text="a")
    response = api.http.post(f"{api.base}/sendMessage", json={"chat_id": user, "text": "a"})
    assert (response.status_code, response.headers["Retry-After"]) == (429, "3")
    assert api.refused("sendMessage", chat_id=user, text="a")[0] == 429
    assert api("sendMessage", chat_id=user, text="a")
    with pytest.raises(ValueError, match="action"):
        telegram.fail("sendMessage", action="explode")
    telegram.fail("getMe", action="drop")
    with pytest.raises(httpx.TransportError):
        api("getMe")
    telegram.fail("sendMessage", action="lose_answer")
    with pytest.raises(httpx.TransportError):
        api("sendMessage", chat_id=user, text="lost answer")
    assert telegram.sent(user)[-1]["text"] == "lost answer"
    telegram.fail("getMe", action="page", code=502)
    assert api.http.post(f"{api.base}/getMe").headers["Content-Type"].startswith("text/html")


def test_it_can_be_driven_over_http(telegram: Emulator, api: Api) -> None:
    def control(action: str, **given: Any) -> Any:
        response = api.http.post(f"{telegram.url}/control/{action}", json=given)
        return response.json()["result"] if response.status_code == 200 else response.json()["error"]

    user = control("add_user", name="Иван Петров")
    content = base64.b64encode(b"log").decode()
    assert control("say", chat=user, user=user, text="Не работает", file={"name": "a.txt", "content": content}) == 1
    assert control("pending") == 1
    api("sendMessage", chat_id=user, text="Заявка № 7", reply_markup=keyboard())
    sent = control("wait_for", text="№ 7", chat=user)
    assert sent["buttons"] == [[{"label": "Решено", "data": "a:1"}]]
    assert len(control("press", chat=user, user=user, button="Решено")) == 1
    assert "TimeoutError" in control("wait_for", text="№ 8", timeout=0.1)
    assert "LookupError" in control("delete_everything")
    assert "TypeError" in control("say", nonsense=1)
    control("fail", method="getMe", code=500)
    assert api.refused("getMe")[0] == 500


def test_it_runs_by_itself() -> None:
    command = [sys.executable, "-m", "tests.telegram_emulator", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        url = line.split()[3].rstrip(",")
        token = httpx.post(f"{url}/control/token", trust_env=False).json()["result"]
        assert httpx.get(f"{url}/bot{token}/getMe", trust_env=False).json()["result"]["is_bot"] is True
        process.terminate()
