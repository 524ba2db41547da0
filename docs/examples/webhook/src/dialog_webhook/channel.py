# SPDX-License-Identifier: Apache-2.0
"""The channel's way out: a message of the platform is posted to the other side, and the outcome is told honestly."""

from __future__ import annotations

import base64
from email.utils import parsedate_to_datetime
from typing import Any

from dialog_core.plugin import Outbound, SendResult, SendState, mark, module_settings, now

from dialog_webhook import NAME
from dialog_webhook.posting import Answered, NotSent, Unknown, post
from dialog_webhook.reading import is_id

MAX_TEXT = 4000
MAX_FILES = 5 * 2**20
"""Bytes of all files of a message; as base64 they are a third more."""
TIMEOUT = 20.0
"""Seconds until an answer must be there."""
LONGEST_PAUSE = 86_400.0
_NO_ADDRESS = mark("The address to send to or the secret is missing in the module's settings.")
_TOO_LARGE = mark("The files are too large for this channel; send them another way")
_NOT_ALLOWED = mark("The address in the module's settings cannot be called")
_NOT_REACHED = mark("The other side cannot be reached")
_NO_ANSWER = mark("The other side did not answer")
_BUSY = mark("The other side asks to wait")
_UNCLEAR = mark("The other side failed over the message")
_GONE = mark("The other side does not have this chat any more")
_REFUSED = mark("The other side refused the message")
_BUSY_CODES = frozenset({408, 425, 429, 503})
"""The request was not carried out, and may be repeated: too slow to come, too early, too many, out of service."""


def send(message: Outbound) -> SendResult:
    """Post one message. What may have arrived is never sent again: the platform asks a person."""
    settings = module_settings(NAME)
    if not settings["send_to"] or not settings["secret"]:
        return SendResult(SendState.FAILED, error=_NO_ADDRESS, whole_channel=True)
    size = sum(len(file.content) for file in message.files)
    if size > MAX_FILES:
        return SendResult(SendState.FAILED, error=f"{_TOO_LARGE}: {size / 2**20:.1f} MB > {MAX_FILES >> 20} MB")
    outcome = post(settings, as_json(message), key=f"dialog-{message.delivery_id}", timeout=TIMEOUT)
    return judge(outcome, own_id=str(message.delivery_id))


def as_json(message: Outbound) -> dict[str, Any]:
    """Return what is sent; its `type` is one of `message`, `press_answer`, `clear_buttons`."""
    common: dict[str, Any] = {"id": message.delivery_id, "chat": message.chat}
    if message.press_answer is not None:
        answer = message.press_answer
        return {"type": "press_answer", **common, "press": answer.press, "text": answer.text, "alert": answer.alert}
    if message.clear_buttons_of is not None:
        return {"type": "clear_buttons", **common, "message": message.clear_buttons_of}
    return {
        "type": "message",
        **common,
        "text": message.text,
        "reply_to": message.reply_to,
        "buttons": [[{"id": button.id, "label": button.label} for button in row] for row in message.buttons],
        "files": [
            {"name": one.name, "media_type": one.media_type, "content": base64.b64encode(one.content).decode()}
            for one in message.files
        ],
    }


def judge(outcome: Answered | NotSent | Unknown, *, own_id: str) -> SendResult:
    """Say what an outcome means for the message; `own_id` names it when the other side gives it no id of its own."""
    match outcome:
        case NotSent(reason, is_final=True):
            return SendResult(SendState.FAILED, error=f"{_NOT_ALLOWED}: {reason}", whole_channel=True)
        case NotSent(reason):
            return SendResult(SendState.RETRY, error=f"{_NOT_REACHED}: {reason}", whole_channel=True)
        case Unknown(reason):
            return SendResult(SendState.UNCONFIRMED, error=f"{_NO_ANSWER}: {reason}")
        case Answered(status, retry_after, data):
            return _judge_answer(status, retry_after, str(data["id"]) if is_id(data.get("id")) else own_id)


def _judge_answer(status: int, retry_after: str, external_id: str) -> SendResult:
    if 200 <= status < 300:
        return SendResult(SendState.SENT, external_id=external_id)
    if status in _BUSY_CODES:
        pause = seconds(retry_after)
        return SendResult(SendState.RETRY, error=f"{_BUSY}: {status}", retry_after=pause, whole_channel=True)
    if status == 410:
        return SendResult(SendState.UNREACHABLE, error=_GONE)
    if status >= 500:  # it was read; whether it was carried out before that side fell over, nobody knows
        return SendResult(SendState.UNCONFIRMED, error=f"{_UNCLEAR}: {status}")
    return SendResult(SendState.FAILED, error=f"{_REFUSED}: {status}")


def seconds(retry_after: str) -> float | None:
    """Return the pause that a Retry-After asks for, a number of seconds or a date; None when it says nothing usable."""
    if retry_after.isascii() and retry_after.isdecimal():
        pause = float(retry_after[:12])
    else:
        try:
            pause = (parsedate_to_datetime(retry_after) - now()).total_seconds()
        except (ValueError, TypeError, OverflowError):
            return None
    return min(max(pause, 1.0), LONGEST_PAUSE)
