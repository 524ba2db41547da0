# SPDX-License-Identifier: Apache-2.0
"""What the outcome of a send means for its delivery."""

from __future__ import annotations

from dialog_core.plugin import SendResult, SendState, mark
from dialog_telegram.outcomes import Answer, ApiError, NotSent, Outcome
from dialog_telegram.reading import integer

DEFAULT_PAUSE = 5.0
"""Seconds to wait when a 429 does not say how long."""
_BOT_UNKNOWN = mark("Telegram does not know the bot, the token is wrong or was revoked")
_TOPIC_GONE = ("message thread not found", "topic_deleted", "topic_closed", "topic_id_invalid")
_REPLY_GONE = ("message to be replied not found", "message to reply not found", "replied message not found")


def verdict(outcome: Outcome) -> SendResult:
    """Judge one outcome of a method that sends."""
    if isinstance(outcome, Answer):
        return sent(outcome)
    if isinstance(outcome, NotSent):
        return SendResult(SendState.RETRY, error=str(outcome), whole_channel=True)
    if isinstance(outcome, ApiError):
        return _refused(outcome)
    return SendResult(SendState.UNCONFIRMED, error=str(outcome))


def sent(answer: Answer) -> SendResult:
    """Return success with the number of the message; of an album, that of its first item."""
    first = answer.result[0] if isinstance(answer.result, list) and answer.result else answer.result
    number = integer(first, "message_id") if isinstance(first, dict) else None
    return SendResult(SendState.SENT, external_id=None if number is None else str(number))


def is_topic_gone(outcome: Outcome) -> bool:
    """Whether the topic does not exist any more; very busy old topics give the same error though alive."""
    return isinstance(outcome, ApiError) and outcome.code == 400 and outcome.says(*_TOPIC_GONE)


def is_reply_gone(outcome: Outcome) -> bool:
    """Whether the message that should be answered does not exist any more."""
    return isinstance(outcome, ApiError) and outcome.code == 400 and outcome.says(*_REPLY_GONE)


def _refused(error: ApiError) -> SendResult:
    if error.migrate_to is not None:
        return SendResult(SendState.MOVED, error=str(error), new_chat=error.migrate_to)
    if error.code == 429:
        pause = DEFAULT_PAUSE if error.retry_after is None else error.retry_after
        return SendResult(SendState.RETRY, error=str(error), retry_after=pause)
    if error.code in {401, 404}:
        text = f"{_BOT_UNKNOWN}: {error}"
        return SendResult(SendState.FAILED, error=text, whole_channel=True)
    if error.code >= 500:
        return SendResult(SendState.RETRY, error=str(error), retry_after=error.retry_after)
    if error.code == 403:
        return SendResult(SendState.UNREACHABLE, error=str(error))
    return SendResult(SendState.FAILED, error=str(error))
