# SPDX-License-Identifier: Apache-2.0
"""Send one message of the core: a text with buttons and files, the answer to a press, or the removal of buttons."""

from __future__ import annotations

from typing import Any

from dialog_core.plugin import Outbound, PressAnswer, SendResult, SendState, mark
from dialog_telegram.client import BotApi
from dialog_telegram.outcomes import Answer, ApiError, Outcome
from dialog_telegram.parts import Part, parts_of
from dialog_telegram.texts import whole_characters
from dialog_telegram.verdicts import is_reply_gone, is_topic_gone, verdict

MAX_PRESS_TEXT = 200
_PRESS_OVER = ("query is too old", "query id is invalid")
_CLEARED = ("message is not modified", "message to edit not found", "message can't be edited", "message_id_invalid")


def send(api: BotApi, message: Outbound) -> SendResult:
    """Send and judge. Nothing that may have arrived is sent again."""
    if message.press_answer is not None:
        return _answer_press(api, message.press_answer)
    if message.clear_buttons_of is not None:
        return _clear_buttons(api, message.chat, message.clear_buttons_of)
    return _send_parts(api, message)


def _answer_press(api: BotApi, answer: PressAnswer) -> SendResult:
    text = whole_characters(answer.text)[:MAX_PRESS_TEXT]
    outcome = api.answer_callback_query(query=answer.press, text=text, alert=answer.alert)
    # The wheel on the button stops by itself; there is nothing left to answer.
    return _unless_over(outcome, _PRESS_OVER)


def _clear_buttons(api: BotApi, chat: str, message_id: str) -> SendResult:
    if not message_id.isdecimal():
        return SendResult(SendState.FAILED, error=f"There is no message “{message_id[:40]}” to take buttons from.")
    return _unless_over(api.edit_message_reply_markup({"chat_id": chat, "message_id": int(message_id)}), _CLEARED)


def _unless_over(outcome: Outcome, phrases: tuple[str, ...]) -> SendResult:
    if isinstance(outcome, Answer) or (
        isinstance(outcome, ApiError) and outcome.code == 400 and outcome.says(*phrases)
    ):
        return SendResult(SendState.SENT)
    result = verdict(outcome)
    if result.state is SendState.UNCONFIRMED:
        # Both methods can be repeated without anybody noticing.
        return SendResult(SendState.RETRY, error=result.error)
    return result


def _send_parts(api: BotApi, message: Outbound) -> SendResult:
    parts = parts_of(message)
    if not parts:
        return SendResult(SendState.FAILED, error=mark("There is nothing to send: no text and no file."))
    first: SendResult | None = None
    for part in parts:
        result = _send_part(api, part)
        if result.state is SendState.SENT:
            first = first or result
            continue
        return result if first is None else _in_part(first, part, result)
    assert first is not None
    return first


def _send_part(api: BotApi, part: Part) -> SendResult:
    parameters = dict(part.parameters)
    outcome = part.send(api, parameters)
    note = ""
    # Each of these refusals names one parameter, and the message is worth more than the parameter.
    if "message_thread_id" in parameters and is_topic_gone(outcome):
        outcome = part.send(api, _without(parameters, "message_thread_id"))
        note = "Telegram did not find the topic; the message was sent without it."
    elif "reply_parameters" in parameters and is_reply_gone(outcome):
        outcome = part.send(api, _without(parameters, "reply_parameters"))
    result = verdict(outcome)
    if note and result.state is SendState.SENT:
        return SendResult(SendState.SENT, external_id=result.external_id, error=note)
    return result


def _without(parameters: dict[str, Any], *names: str) -> dict[str, Any]:
    return {key: value for key, value in parameters.items() if key not in names}


def _in_part(first: SendResult, part: Part, result: SendResult) -> SendResult:
    """Judge a message whose beginning arrived: repeating it would send that twice, so a person decides."""
    error = f"Sent in part; not sent: {part.title}. {result.error}"
    state = SendState.UNREACHABLE if result.state is SendState.UNREACHABLE else SendState.UNCONFIRMED
    return SendResult(state, external_id=first.external_id, error=error)
