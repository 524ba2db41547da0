# SPDX-License-Identifier: Apache-2.0
"""The web hook: the route with a real inbox, and its registration at a server that really pushes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from dialog_core.plugin import ServiceContext
from dialog_telegram import webhook
from dialog_telegram.pauses import Pauses
from dialog_telegram.registration import Registration
from dialog_telegram.settings import Account
from tests.telegram_emulator import Emulator

Inbox = Callable[[], list[tuple[str, dict[str, Any]]]]
PATH = "/telegram/webhook"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
def client(core: Flask, values: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """Return a client of an application that has the route, as the platform mounts it."""
    monkeypatch.setattr(webhook, "module_settings", lambda name: values)
    core.register_blueprint(webhook.blueprint, url_prefix="/telegram")
    return core.test_client()


@pytest.fixture
def secret(values: dict[str, Any]) -> dict[str, str]:
    """Return the header of a genuine call."""
    return {HEADER: Account.of(values).secret}


def test_an_update_is_stored_once(client: FlaskClient, secret: dict[str, str], inbox: Inbox) -> None:
    update = {"update_id": 5, "message": {"text": "Не работает"}}
    answers = [client.post(PATH, json=update, headers=secret) for _ in range(3)]
    assert [(answer.status_code, answer.data) for answer in answers] == [(200, b"")] * 3
    assert inbox() == [("123456789:5", update)]


@pytest.mark.parametrize("header", [None, "", "wrong", "ключ", "a" * 300])
def test_a_forged_call_is_refused_and_leaves_nothing(client: FlaskClient, inbox: Inbox, header: str | None) -> None:
    headers = {} if header is None else {HEADER: header.encode().decode("latin-1")}
    assert client.post(PATH, json={"update_id": 5}, headers=headers).status_code == 403
    assert inbox() == []


def test_without_a_token_nobody_gets_in(client: FlaskClient, monkeypatch: pytest.MonkeyPatch, inbox: Inbox) -> None:
    monkeypatch.setattr(webhook, "module_settings", lambda name: {})
    assert client.post(PATH, json={"update_id": 5}, headers={HEADER: Account.of({}).secret}).status_code == 403
    assert inbox() == []


@pytest.mark.parametrize(
    "body",
    [
        b"", b"not json", b"[]", b"5", b'{"message": {}}', b'{"update_id": "5"}', b'{"update_id": true}',
        b'{"update_id": 5.0}', b'{"update_id": 99999999999999999999}', b"[" * 100_000, b"\xff\xfe",
        b'{"update_id": ' + b"9" * 5000 + b"}",
    ],
)  # fmt: skip
def test_what_is_no_update_is_400(client: FlaskClient, secret: dict[str, str], inbox: Inbox, body: bytes) -> None:
    assert client.post(PATH, data=body, headers=secret).status_code == 400
    assert inbox() == []


def test_a_body_over_a_megabyte_is_413(client: FlaskClient, secret: dict[str, str], inbox: Inbox) -> None:
    big = b'{"update_id": 5, "message": {"text": "' + b"a" * 2**20 + b'"}}'
    assert client.post(PATH, data=big, headers=secret).status_code == 413
    assert client.post(PATH, data=big).status_code == 403
    assert inbox() == []


def test_an_update_that_no_database_takes_is_made_storable(
    client: FlaskClient, secret: dict[str, str], inbox: Inbox
) -> None:
    body = b'{"update_id": 5, "message": {"text": "a\\u0000\\ud800b", "n": NaN, "m": 1e999}}'
    assert client.post(PATH, data=body, headers=secret).status_code == 200
    assert inbox() == [("123456789:5", {"update_id": 5, "message": {"text": "a\ufffdb", "n": None, "m": None}})]


@pytest.fixture
def platform(client: FlaskClient, core: Flask) -> Iterator[str]:
    """Return the address of the application, served for real."""
    server = make_server("127.0.0.1", 0, core, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(5)


def run_quickly(context: ServiceContext) -> None:
    """Run the registration with pauses that a test can wait for."""
    with httpx.Client(trust_env=False) as http:
        Registration(context, http, pauses=Pauses(0.05, 0.2), check_every=0.1).run()


def test_telegram_pushes_what_people_write(
    telegram: Emulator, platform: str, start: Callable[..., Any], inbox: Inbox, until: Callable[..., None]
) -> None:
    user = telegram.add_user("Иван Петров")
    telegram.say(user, user, "до регистрации")
    service = start(run_quickly, mode="webhook", public_url=platform + "/")
    telegram.say(user, user, "после")
    until(lambda: len(inbox()) == 2)
    service.wait_for_report("Web hook registered: @dialog_support_bot; ✉ 0", healthy=True)
    assert [payload["message"]["text"] for _, payload in inbox()] == ["до регистрации", "после"]


def test_another_secret_is_reported_as_telegram_sees_it(
    telegram: Emulator, platform: str, start: Callable[..., Any], inbox: Inbox, until: Callable[..., None]
) -> None:
    """The route still expects the derived secret: the call is refused and repeated until both agree."""
    user = telegram.add_user("Иван")
    service = start(run_quickly, mode="webhook", public_url=platform, webhook_secret="another-secret-here")
    until(lambda: telegram.bot.webhook is not None)
    telegram.say(user, user, "a")
    service.wait_for_report("Wrong response from the webhook: 403 FORBIDDEN; ✉ 1", healthy=False)
    service.stop()
    assert inbox() == []
    start(run_quickly, mode="webhook", public_url=platform)
    until(lambda: len(inbox()) == 1)


def test_a_hook_that_somebody_changed_is_set_again(
    telegram: Emulator, platform: str, start: Callable[..., Any], until: Callable[..., None]
) -> None:
    service = start(run_quickly, mode="webhook", public_url=platform)
    service.wait_for_report("Web hook registered", healthy=True)
    with httpx.Client(trust_env=False) as http:
        http.post(f"{telegram.url}/bot{telegram.token}/deleteWebhook").raise_for_status()
    service.wait_for_report("changed by another program", healthy=False)
    until(lambda: telegram.bot.webhook is not None)
    assert telegram.bot.webhook is not None
    assert telegram.bot.webhook.url == platform + PATH


@pytest.mark.parametrize("method", ["getMe", "setWebhook", "getWebhookInfo"])
@pytest.mark.parametrize(
    "fault",
    [{"code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 0.1}}, {"action": "drop"}],
)
def test_troubles_are_reported_and_pass(
    telegram: Emulator, platform: str, start: Callable[..., Any], method: str, fault: dict[str, Any]
) -> None:
    telegram.fail(method, times=2, **fault)
    service = start(run_quickly, mode="webhook", public_url=platform)
    service.wait_for_report("is not registered", healthy=False)
    service.wait_for_report("Web hook registered", healthy=True)


def test_a_new_error_counts_even_when_nothing_waits(
    telegram: Emulator, platform: str, start: Callable[..., Any], until: Callable[..., None]
) -> None:
    service = start(run_quickly, mode="webhook", public_url=platform)
    service.wait_for_report("Web hook registered", healthy=True)
    with telegram.world.changed:
        assert telegram.bot.webhook is not None
        telegram.bot.webhook.last_error, telegram.bot.webhook.last_error_at = "Connection timed out", 5
    service.wait_for_report("does not get through: Connection timed out; ✉ 0", healthy=False)
    until(lambda: service.reports[-1][0] is True)
