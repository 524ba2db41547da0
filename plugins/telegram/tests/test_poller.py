# SPDX-License-Identifier: Apache-2.0
"""The poller against real HTTP and a real database."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from dialog_core.plugin import ServiceContext
from dialog_telegram import poller, storing
from dialog_telegram.pauses import Pauses
from dialog_telegram.poller import Poller
from tests.telegram_emulator import Emulator

Inbox = Callable[[], list[tuple[str, dict[str, Any]]]]


def run_quickly(context: ServiceContext) -> None:
    """Run the poller with pauses that a test can wait for."""
    Poller(context, httpx.Client(trust_env=False), pauses=Pauses(0.05, 0.2), conflict_pause=0.1).run()


def test_updates_are_stored_once_and_in_order(
    telegram: Emulator, start: Callable[..., Any], inbox: Inbox, until: Callable[..., None]
) -> None:
    user = telegram.add_user("Иван Петров")
    for number in range(150):
        telegram.say(user, user, f"заявка {number}")
    service = start(run_quickly)
    until(lambda: telegram.pending() == 0)
    service.wait_for_report("Polling as: @dialog_support_bot", healthy=True)
    service.stop()
    stored = inbox()
    assert [payload["message"]["text"] for _, payload in stored] == [f"заявка {number}" for number in range(150)]
    assert [key for key, _ in stored] == [f"123456789:{700_000_001 + number}" for number in range(150)]


def test_a_message_comes_at_once_through_a_long_poll(
    telegram: Emulator, start: Callable[..., Any], inbox: Inbox, until: Callable[..., None]
) -> None:
    user = telegram.add_user("Иван")
    service = start(run_quickly, poll_seconds=50)
    service.wait_for_report("Polling", healthy=True)
    telegram.say(user, user, "срочно")
    until(lambda: len(inbox()) == 1, 2.0)
    assert telegram.bot.allowed == ("message", "edited_message", "callback_query", "my_chat_member")


def test_a_stop_does_not_wait_for_the_end_of_a_poll(telegram: Emulator, start: Callable[..., Any]) -> None:
    service = start(run_quickly, poll_seconds=50)
    service.wait_for_report("Polling", healthy=True)
    assert service.stop() < 2.0


def test_what_was_stored_before_is_not_stored_again(
    telegram: Emulator, start: Callable[..., Any], inbox: Inbox, until: Callable[..., None]
) -> None:
    user = telegram.add_user("Иван")
    telegram.raw_update({"update_id": 9, "message": {"text": "twice"}})
    telegram.raw_update({"update_id": 9, "message": {"text": "twice"}})
    telegram.raw_update({"update_id": 8, "message": {"text": "a lower number is new too"}})
    telegram.say(user, user, "last")
    start(run_quickly)
    until(lambda: telegram.pending() == 0)
    assert [key for key, _ in inbox()] == ["123456789:9", "123456789:8", "123456789:700000004"]


def test_after_a_week_of_silence_the_numbers_may_be_lower(
    telegram: Emulator, start: Callable[..., Any], inbox: Inbox, until: Callable[..., None]
) -> None:
    user = telegram.add_user("Иван")
    start(run_quickly)
    telegram.say(user, user, "before")
    until(lambda: len(inbox()) == 1 and telegram.pending() == 0)
    telegram.bot.next_update_id = 1000
    telegram.say(user, user, "after")
    until(lambda: len(inbox()) == 2 and telegram.pending() == 0)


def test_updates_of_any_shape_are_kept_and_do_not_block(
    telegram: Emulator, start: Callable[..., Any], inbox: Inbox, until: Callable[..., None]
) -> None:
    telegram.raw_update({"message": {"text": "a\ud800\x00b", "number": 1e300}})
    telegram.raw_update({"update_id": "seven", "message": {}})
    telegram.say(telegram.add_user("Иван"), 500_000_001, "well-formed")
    service = start(run_quickly)
    until(lambda: len(inbox()) == 3)
    service.stop()
    assert inbox()[0][1]["message"]["text"] == "a\ufffdb"
    assert inbox()[1][0].startswith("123456789:unnumbered:")


def test_something_that_is_no_update_at_all_is_kept() -> None:
    assert storing.external_id("5", {"unreadable": [1]}) == storing.external_id("5", {"unreadable": [1]})
    assert storing.external_id("5", {"unreadable": [1]}) != storing.external_id("5", {"unreadable": [2]})
    assert storing.external_id("5", {"update_id": True}).startswith("5:unnumbered:")


def test_a_web_hook_that_was_set_is_ended(
    telegram: Emulator, start: Callable[..., Any], inbox: Inbox, until: Callable[..., None]
) -> None:
    with httpx.Client(trust_env=False) as http:
        hook = {"url": "http://127.0.0.1:1/nowhere"}
        http.post(f"{telegram.url}/bot{telegram.token}/setWebhook", json=hook).raise_for_status()
        telegram.say(telegram.add_user("Иван"), 500_000_001, "waits")
        service = start(run_quickly, poll_seconds=1)
        until(lambda: len(inbox()) == 1)
        http.post(f"{telegram.url}/bot{telegram.token}/setWebhook", json=hook).raise_for_status()
        service.wait_for_report("Another program", healthy=False)
        telegram.say(500_000_001, 500_000_001, "waits again")
        until(lambda: len(inbox()) == 2)


def test_another_poller_is_told_and_waited_out(
    telegram: Emulator, start: Callable[..., Any], inbox: Inbox, until: Callable[..., None]
) -> None:
    service = start(run_quickly, poll_seconds=50)
    service.wait_for_report("Polling", healthy=True)
    until(lambda: telegram.requests("getUpdates"))
    with httpx.Client(trust_env=False) as http:
        http.post(f"{telegram.url}/bot{telegram.token}/getUpdates", json={"timeout": 0})
    service.wait_for_report("Another program receives this bot's messages", healthy=False)
    telegram.say(telegram.add_user("Иван"), 500_000_001, "a")
    until(lambda: len(inbox()) == 1)
    assert service.reports[-1][0] is True
    assert len(telegram.requests("deleteWebhook")) == 1, "another poller is no reason to end a web hook"


@pytest.mark.parametrize(
    "trouble",
    [
        ({"code": 502, "action": "page"}, "502"),
        ({"action": "drop"}, "did not answer"),
        ({"code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 0.2}}, "Too Many"),
        ({"code": 401, "description": "Unauthorized"}, "check the token"),
    ],
)
@pytest.mark.parametrize("method", ["getMe", "getUpdates"])
def test_troubles_are_reported_and_pass(
    telegram: Emulator,
    start: Callable[..., Any],
    until: Callable[..., None],
    method: str,
    trouble: tuple[dict[str, Any], str],
) -> None:
    fault, text = trouble
    telegram.fail(method, times=2, **fault)
    telegram.say(telegram.add_user("Иван"), 500_000_001, "a")
    service = start(run_quickly)
    service.wait_for_report(text, healthy=False)
    service.wait_for_report("Polling", healthy=True)
    until(lambda: telegram.pending() == 0)
    assert telegram.token.split(":")[1] not in str(service.reports)


def test_without_privacy_mode_off_the_report_says_what_the_bot_misses(
    telegram: Emulator, start: Callable[..., Any]
) -> None:
    telegram.bot.reads_everything = False
    start(run_quickly).wait_for_report("privacy mode is on", healthy=True)


def test_an_update_that_cannot_be_stored_stays_with_telegram(
    telegram: Emulator,
    start: Callable[..., Any],
    inbox: Inbox,
    until: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The database is away for the second of three updates, twice."""
    store, failures = storing.store_update, iter([None, OSError("disk full"), OSError("disk full")])

    def failing(bot_id: str, update: Any) -> bool:
        error = next(failures, None)
        if error is not None:
            raise error
        return store(bot_id, update)

    monkeypatch.setattr(poller, "store_update", failing)
    user = telegram.add_user("Иван")
    for text in ("first", "second", "third"):
        telegram.say(user, user, text)
    service = start(run_quickly)
    service.wait_for_report("cannot be stored", healthy=False)
    until(lambda: len(inbox()) == 3 and telegram.pending() == 0)
    assert [payload["message"]["text"] for _, payload in inbox()] == ["first", "second", "third"]


@pytest.mark.parametrize("body", [b'{"ok": true, "result": {}}', b"{}", b"boom"])
def test_an_answer_that_is_no_list_is_a_trouble(
    start: Callable[..., Any], until: Callable[..., None], body: bytes
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("getUpdates"):
            return httpx.Response(200, json={"ok": True, "result": {"username": "b"}})
        if body == b"boom":
            raise ZeroDivisionError("a defect in a transport")
        return httpx.Response(200, content=body)

    def run(context: ServiceContext) -> None:
        Poller(context, httpx.Client(transport=httpx.MockTransport(answer)), pauses=Pauses(0.05, 0.1)).run()

    service = start(run)
    until(lambda: sum(not healthy for healthy, _ in service.reports) >= 2)


_CHILD = """
import sys, threading, logging, httpx
from flask import Flask
from dialog_core.config import Config
from dialog_core.database import configure_engine, db, engine_options
from dialog_core.plugin import ServiceContext
from dialog_telegram.poller import Poller
config = Config.from_environment()
app = Flask("core")
app.config["SQLALCHEMY_DATABASE_URI"] = config.database_url
app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(config.database_url, threads=2)
db.init_app(app)
with app.app_context():
    configure_engine(db.engine)
    values = {"token": sys.argv[1], "base_url": sys.argv[2], "poll_seconds": 2}
    context = ServiceContext(values, threading.Event(), logging.getLogger(), lambda *_: None)
    Poller(context, httpx.Client(trust_env=False)).run()
"""


@pytest.mark.slow
def test_a_killed_poller_loses_and_doubles_nothing(
    telegram: Emulator, core: Any, tmp_path: Path, inbox: Inbox, until: Callable[..., None]
) -> None:
    user = telegram.add_user("Иван")
    env = os.environ | {"DIALOG_HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", _CHILD, telegram.token, telegram.url]
    for round_ in range(4):
        with subprocess.Popen(command, env=env) as process:
            reached = len(inbox())
            for number in range(40):
                telegram.say(user, user, f"{round_}-{number}")
            until(lambda reached=reached: len(inbox()) > reached, 30.0)
            process.send_signal(signal.SIGKILL)
    with subprocess.Popen(command, env=env) as process:
        until(lambda: telegram.pending() == 0, 30.0)
        process.kill()
    texts = [payload["message"]["text"] for _, payload in inbox()]
    assert sorted(texts) == sorted(f"{round_}-{number}" for round_ in range(4) for number in range(40))
