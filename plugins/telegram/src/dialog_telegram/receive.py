# SPDX-License-Identifier: Apache-2.0
"""Translate one stored update into neutral events: pure, and for any JSON there is an answer instead of an error."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from dialog_core.plugin import ButtonPressed, NothingToDo, NotUnderstood, Received
from dialog_telegram.chats import chat_of, is_channel, membership, person_of
from dialog_telegram.messages import edited_message, new_message
from dialog_telegram.reading import inner, integer, string
from dialog_telegram.texts import clean_line

_MAX_IDENTIFIER = 200


def translate(update: dict[str, Any], received_at: datetime) -> list[Received]:
    """Return the events of a Bot API `Update`, in order.

    Args:
        update: the update as it came, of whatever shape.
        received_at: aware UTC, for what carries no time itself.
    """
    known = [kind for kind in _TRANSLATORS if kind in update]
    if not known:
        others = sorted(clean_line(str(kind), 40) for kind in update if kind != "update_id")
        if not others:
            return [NotUnderstood("the update is empty")]
        if integer(update, "update_id") is None:
            return [NotUnderstood(f"this is no update: {', '.join(others[:10])}")]
        return [NothingToDo(f"a kind of update that is not used: {', '.join(others[:10])}")]
    return [_translate_part(kind, update[kind], received_at) for kind in known]


def _translate_part(kind: str, part: Any, received_at: datetime) -> Received:
    if not isinstance(part, dict):
        return NotUnderstood(f"{kind} is not an object")
    return _TRANSLATORS[kind](part, received_at)


def button_pressed(query: dict[str, Any], at: datetime) -> Received:  # noqa: ARG001 - all translators are called alike
    """Translate `callback_query`. Old messages come without content, their chat and number are still there."""
    press = clean_line(string(query, "id"), _MAX_IDENTIFIER)
    person = person_of(inner(query, "from"))
    if not press or person is None:
        return NotUnderstood("the press of a button does not say who pressed")
    message = inner(query, "message")
    if is_channel(message):
        return NothingToDo("a button in a channel")
    button = string(query, "data")
    if not button:
        return NothingToDo("a button that carries no data")
    chat = chat_of(message)
    if chat is None:
        return NotUnderstood("the press of a button does not say in which chat")
    number = integer(message, "message_id")
    return ButtonPressed(
        chat=chat,
        person=person,
        button=clean_line(button, _MAX_IDENTIFIER),
        press=press,
        message=str(number) if number else None,
    )


_TRANSLATORS: dict[str, Callable[[dict[str, Any], datetime], Received]] = {
    "message": new_message,
    "edited_message": edited_message,
    "callback_query": button_pressed,
    "my_chat_member": membership,
}
