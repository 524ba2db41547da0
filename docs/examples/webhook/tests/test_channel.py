# SPDX-License-Identifier: Apache-2.0
"""The way out: the platform's promises of every channel, and what each answer of the other side means here."""

from __future__ import annotations

import base64
import time
from typing import Any

import pytest
from dialog_core.plugin import Button, Outbound, OutgoingFile, PressAnswer, SendResult, SendState, now
from dialog_core.testing import ChannelSuite, FarSide, Incoming, ModulePlatform, Request

from dialog_webhook import channel
from dialog_webhook.channel import LONGEST_PAUSE, MAX_FILES, seconds, send
from dialog_webhook.posting import MAX_ANSWER
from dialog_webhook.signing import check_genuine

SECRET = "a-secret-that-both-sides-know"
MESSAGE = {
    "type": "message",
    "id": "m-1",
    "chat": "c-1",
    "person": {"id": "p-1", "name": "Anna"},
    "text": "It does not print",
    "reply_to": None,
}


class TestChannel(ChannelSuite):
    """Nothing is lost and nothing is sent twice, whatever the other side does."""

    def settings(self, far_side: FarSide) -> dict[str, Any]:
        return {"send_to": f"{far_side.url}/in", "secret": SECRET}

    def incoming(self) -> Incoming:
        return Incoming(payload=MESSAGE, external_id="m-1", text="It does not print")

    def accept(self, far_side: FarSide) -> None:
        far_side.answer(200, json={"id": "their-1"})

    def refuse(self, far_side: FarSide) -> None:
        far_side.answer(422)

    def busy(self, far_side: FarSide) -> None:
        far_side.answer(429, headers={"Retry-After": "1"})

    def arrived(self, request: Request) -> str | None:
        body = request.json()
        return str(body["text"]) if body["type"] == "message" else None  # a ping of the health check is none


def sent(platform: ModulePlatform, far_side: FarSide, **values: Any) -> SendResult:
    platform.settings(send_to=f"{far_side.url}/in?token=hidden", secret=SECRET)
    return send(Outbound(**{"delivery_id": 7, "channel": "webhook", "chat": "c-1", "text": "Hello", **values}))


def test_a_request_is_signed_and_names_its_message(platform: ModulePlatform, far_side: FarSide) -> None:
    assert sent(platform, far_side) == SendResult(SendState.SENT, external_id="7")
    [request] = far_side.requests
    headers = {"X-Dialog-Timestamp": request.headers["x-dialog-timestamp"]}
    headers["X-Dialog-Signature"] = request.headers["x-dialog-signature"]
    check_genuine(headers, request.body, secret=SECRET, at=now(), window=60)
    assert request.headers["idempotency-key"] == "dialog-7"
    assert SECRET.encode() not in request.body


def test_buttons_and_files_go_along(platform: ModulePlatform, far_side: FarSide) -> None:
    rows = ((Button("yes", "Solved"), Button("no", "Not solved")),)
    sent(platform, far_side, buttons=rows, files=(OutgoingFile("a.txt", "text/plain", b"\x00\xff"),))
    body = far_side.requests[0].json()
    assert body["buttons"] == [[{"id": "yes", "label": "Solved"}, {"id": "no", "label": "Not solved"}]]
    [file] = body["files"]
    assert (file["name"], base64.b64decode(file["content"])) == ("a.txt", b"\x00\xff")


def test_files_beyond_the_limit_are_refused_without_a_request(platform: ModulePlatform, far_side: FarSide) -> None:
    half = OutgoingFile("a.bin", "application/octet-stream", bytes(MAX_FILES // 2 + 1))
    result = sent(platform, far_side, files=(half, half))
    assert (result.state, result.error.partition(":")[0]) == (
        SendState.FAILED,
        "The files are too large for this channel; send them another way",
    )
    assert far_side.requests == []


def test_presses_are_answered_and_buttons_taken_away(platform: ModulePlatform, far_side: FarSide) -> None:
    sent(platform, far_side, text="", press_answer=PressAnswer("e-1", "Thank you", alert=True))
    sent(platform, far_side, text="", clear_buttons_of="their-1")
    bodies = [request.json() for request in far_side.requests]
    assert bodies[0] == {
        "type": "press_answer", "id": 7, "chat": "c-1", "press": "e-1", "text": "Thank you", "alert": True,
    }  # fmt: skip
    assert bodies[1] == {"type": "clear_buttons", "id": 7, "chat": "c-1", "message": "their-1"}


ANSWERS = {
    SendState.SENT: (200, 202, 204),
    SendState.RETRY: (408, 425, 429, 503),
    SendState.UNCONFIRMED: (500, 502, 504),
    SendState.UNREACHABLE: (410,),
    SendState.FAILED: (301, 400, 401, 404, 413),
}


def test_what_each_answer_means(platform: ModulePlatform, far_side: FarSide) -> None:
    for status, state in [(status, state) for state, found in ANSWERS.items() for status in found]:
        far_side.answer(status, headers={"Retry-After": "9", "Location": "/elsewhere"})
        asked = len(far_side.requests)
        result = sent(platform, far_side)
        assert (status, result.state) == (status, state)
        assert result.retry_after == (9.0 if state is SendState.RETRY else None)
        assert len(far_side.requests) == asked + 1, "no redirect is followed and nothing is repeated in here"
        for hidden in (SECRET, "hidden", far_side.url):
            assert hidden not in result.error


def test_no_answer_and_nobody_there_are_told_apart(platform: ModulePlatform, far_side: FarSide) -> None:
    far_side.hang_up()
    assert sent(platform, far_side).state is SendState.UNCONFIRMED
    far_side.close()
    assert sent(platform, far_side).state is SendState.RETRY


def test_whatever_stands_in_a_good_answer_the_message_was_taken(platform: ModulePlatform, far_side: FarSide) -> None:
    for body in (b"", b"no json", b"[]", b'{"id": 5}', b'{"id": ""}', b"[" * 9999, b" " * MAX_ANSWER + b"{}"):
        far_side.answer(200, body=body)
        assert sent(platform, far_side) == SendResult(SendState.SENT, external_id="7")
    far_side.answer(200, json={"id": "their-1"})
    assert sent(platform, far_side).external_id == "their-1"


def test_an_answer_without_an_end_is_not_listened_to(
    platform: ModulePlatform, far_side: FarSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel, "TIMEOUT", 0.5)
    far_side.drip(0.05)
    began = time.monotonic()
    assert sent(platform, far_side) == SendResult(SendState.SENT, external_id="7")
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("", None), ("soon", None), ("-5", None), ("1.5", None), ("٣", None), ("0", 1.0), ("30", 30.0),
        ("9" * 300, LONGEST_PAUSE), ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_PAUSE),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 1.0), ("Thu, 01 Jan 1970 00:00:00 -0000", None),
    ],
)  # fmt: skip
def test_how_long_the_other_side_asks_to_wait(given: str, wanted: float | None) -> None:
    assert seconds(given) == wanted


def test_the_connection_is_tried_with_a_signed_ping(platform: ModulePlatform, far_side: FarSide) -> None:
    from dialog_webhook.trying import check

    values = {"send_to": "", "secret": "", "window": 300}
    assert not check(values).is_good
    platform.settings(send_to=far_side.url, secret=SECRET)
    values = {"send_to": far_side.url, "secret": SECRET, "window": 300}
    assert check(values).is_good
    assert far_side.requests[0].json() == {"type": "ping"}
    far_side.answer(403)
    assert "signature" in check(values).message
    far_side.answer(500)
    assert check(values).values == {"status": 500}
    far_side.hang_up()
    assert "does not answer" in check(values).message
    far_side.close()
    assert "cannot be reached" in check(values).message


def test_the_health_check_says_how_it_stands(platform: ModulePlatform, far_side: FarSide) -> None:
    import logging

    from dialog_core.plugin import HealthContext, module_settings

    from dialog_webhook.trying import look

    log = logging.getLogger("dialog.webhook")
    assert look(HealthContext(module_settings("webhook"), log)).text == "Nothing is set up"
    platform.settings(send_to=far_side.url, secret=SECRET)
    assert look(HealthContext(module_settings("webhook"), log)).is_ok
    far_side.answer(500)
    found = look(HealthContext(module_settings("webhook"), log))
    assert (found.is_ok, found.text) == (
        False,
        "The other side does not answer as it should: The other side answers with status 500.",
    )
