# SPDX-License-Identifier: Apache-2.0
"""The way in: who is heard, what is taken, and that it is taken once."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any

import pytest
from dialog_core.plugin import now
from dialog_core.testing import FarSide, ModulePlatform
from werkzeug.test import TestResponse

from dialog_webhook.signing import SIGNATURE_HEADER, TIME_HEADER, signature, signed_headers
from dialog_webhook.webhook import MAX_BODY

SECRET = "a-secret-that-both-sides-know"
PERSON = {"id": "p-1", "name": "Anna"}
MESSAGE = {"type": "message", "id": "m-1", "chat": "c-1", "person": PERSON, "text": "It does not print"}


@pytest.fixture
def desk(platform: ModulePlatform) -> ModulePlatform:
    """Return a platform whose channel has its secret."""
    platform.settings(secret=SECRET)
    return platform


def post(desk: ModulePlatform, event: object, *, secret: str = SECRET, age: int = 0) -> TestResponse:
    """Call the address as the other side does, `age` seconds after signing."""
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    return post_raw(desk, body, signed_headers(secret, body, now() - timedelta(seconds=age)))


def post_raw(desk: ModulePlatform, body: bytes, headers: dict[str, str]) -> TestResponse:
    return desk.app.test_client().post("/webhook/messages", data=body, headers=headers)


def code(answer: TestResponse) -> tuple[int, str]:
    """Return the status of an error and its code."""
    error = answer.get_json()["error"]
    assert error["message"]
    return answer.status_code, error["code"]


def opened(desk: ModulePlatform) -> int:
    """Return how many tickets were opened by what came in."""
    desk.work()
    return [event.kind for event in desk.events].count("ticket_opened")


def test_a_message_becomes_one_ticket_however_often_it_comes(desk: ModulePlatform) -> None:
    answers = [post(desk, MESSAGE) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202, 200, 200]
    assert [answer.get_json()["is_new"] for answer in answers] == [True, False, False]
    assert opened(desk) == 1


def test_the_signature_of_another_secret_is_none(desk: ModulePlatform) -> None:
    assert code(post(desk, MESSAGE, secret="another-secret-of-somebody")) == (403, "signature")
    assert code(post_raw(desk, json.dumps(MESSAGE).encode(), {})) == (403, "signature")
    assert opened(desk) == 0


def test_nobody_is_heard_while_there_is_no_secret(platform: ModulePlatform) -> None:
    assert code(post(platform, MESSAGE, secret="")) == (403, "signature")


def test_a_changed_body_or_time_breaks_the_signature(desk: ModulePlatform) -> None:
    body = json.dumps(MESSAGE).encode()
    headers = signed_headers(SECRET, body, now())
    assert code(post_raw(desk, body + b" ", headers)) == (403, "signature")
    later = {**headers, TIME_HEADER: str(int(headers[TIME_HEADER]) + 1)}
    assert code(post_raw(desk, body, later)) == (403, "signature")
    assert post_raw(desk, body, headers).status_code == 202


def test_a_recorded_request_is_worth_nothing_after_the_window(desk: ModulePlatform) -> None:
    desk.clock.stop()
    for age in (301, -301, 86_400):
        assert code(post(desk, MESSAGE, age=age)) == (403, "timestamp")
    assert opened(desk) == 0


def test_a_recorded_request_within_the_window_stores_nothing_new(desk: ModulePlatform) -> None:
    desk.clock.stop()
    body = json.dumps(MESSAGE).encode()
    headers = signed_headers(SECRET, body, now())
    assert post_raw(desk, body, headers).status_code == 202
    desk.clock.advance(seconds=299)
    assert post_raw(desk, body, headers).status_code == 200
    desk.clock.advance(seconds=2)
    assert code(post_raw(desk, body, headers)) == (403, "timestamp")
    assert opened(desk) == 1


def test_a_signed_time_that_is_none_is_refused(desk: ModulePlatform) -> None:
    for timestamp in ("", "now", "-5", "1e9", "٣", "9" * 13, "1.5"):
        given = timestamp.encode().decode("latin-1")  # as it would travel
        headers = {TIME_HEADER: given, SIGNATURE_HEADER: signature(SECRET, given, b"{}")}
        assert code(post_raw(desk, b"{}", headers)) == (403, "timestamp")


def test_strange_signatures_are_refused(desk: ModulePlatform) -> None:
    for given in ("ключ", "sha256=", "sha256=" + "0" * 64, "a" * 5000):
        headers = {TIME_HEADER: str(int(now().timestamp())), SIGNATURE_HEADER: given.encode().decode("latin-1")}
        assert code(post_raw(desk, b"{}", headers)) == (403, "signature")


def test_what_is_too_large_is_not_even_read(desk: ModulePlatform) -> None:
    assert code(post(desk, {**MESSAGE, "text": "a" * MAX_BODY})) == (413, "size")
    assert opened(desk) == 0


BODIES = (
    b"", b"no json", b"[]", b"5", b"{}", b'{"id": 5}', b'{"id": ""}', b'{"id": "a b"}', b"[" * 50_000, b"\xff",
)  # fmt: skip


def test_what_is_no_event_is_refused(desk: ModulePlatform) -> None:
    for body in BODIES:
        assert code(post(desk, body)) == (400, "body")


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("type", {"type": "poem"}), ("type", {"type": []}), ("chat", {"chat": None}), ("chat", {"chat": "a b"}),
    ("person", {"person": "Anna"}), ("person", {"person": {**PERSON, "age": 5}}),
    ("person.name", {"person": {"id": "p-1"}}), ("person.id", {"person": {"id": 5, "name": "A"}}),
    ("text", {"text": " "}), ("text", {"text": "a" * 20_001}), ("reply_to", {"reply_to": 5}),
    ("files", {"files": [{"name": "a.txt"}]}), ("text", {"type": "press"}), ("message", {"type": "edit"}),
]  # fmt: skip


def test_what_cannot_be_understood_is_refused_by_name(desk: ModulePlatform) -> None:
    for named, changes in WRONG:
        answer = post(desk, {**MESSAGE, **changes})
        assert code(answer) == (422, "event")
        assert f"“{named}”" in answer.get_json()["error"]["message"]
    assert opened(desk) == 0
    assert post(desk, MESSAGE).status_code == 202, "once it is put right, it is new"


def test_only_posts_are_answered(desk: ModulePlatform) -> None:
    assert desk.app.test_client().get("/webhook/messages").status_code == 405


def test_an_edit_changes_what_the_ticket_says(desk: ModulePlatform) -> None:
    post(desk, MESSAGE)
    desk.work()
    edit = {"type": "edit", "id": "e-1", "message": "m-1", "chat": "c-1", "person": PERSON, "text": "It does print"}
    assert post(desk, edit).status_code == 202
    desk.work()
    [event] = [event for event in desk.events if event.kind == "ticket_opened"]
    assert "It does print" in desk.browser().text(f"/tickets/{event.ticket_number}")


def test_a_press_of_a_button_is_taken_once_and_answered(desk: ModulePlatform, far_side: FarSide) -> None:
    far_side.answer(200, json={"id": "their-1"})
    desk.settings(send_to=far_side.url)
    press = {"type": "press", "id": "e-1", "message": "their-1", "chat": "c-1", "person": PERSON, "button": "gone"}
    post(desk, MESSAGE)
    assert [post(desk, press).status_code for _ in range(2)] == [202, 200]
    desk.work()
    answers = [request.json() for request in far_side.requests if request.json()["type"] == "press_answer"]
    assert [answer["press"] for answer in answers] == ["e-1"]


def test_the_secret_stands_in_no_log_and_no_answer(desk: ModulePlatform, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    answers = [post(desk, MESSAGE), post(desk, b"{}"), post(desk, MESSAGE, secret="another-secret-of-somebody")]
    desk.work()
    assert SECRET not in caplog.text + "".join(answer.get_data(as_text=True) for answer in answers)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"secret": "short"}, "secret"),
        ({"send_to": "ftp://example.org"}, "send_to"),
        ({"send_to": "https://user:password@example.org/in"}, "send_to"),
        ({"window": 5}, "window"),
    ],
)
def test_wrong_settings_name_their_field(values: dict[str, Any], field: str) -> None:
    import marshmallow as ma

    from dialog_webhook.settings import Settings

    with pytest.raises(ma.ValidationError) as caught:
        Settings().load(values)
    assert list(caught.value.messages_dict) == [field]
