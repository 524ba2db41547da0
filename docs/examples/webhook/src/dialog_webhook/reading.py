# SPDX-License-Identifier: Apache-2.0
"""What comes in: one JSON object is one event, translated without network and database, whatever shape it has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dialog_core.plugin import (
    ButtonPressed,
    ChatKind,
    ChatRef,
    NotUnderstood,
    PersonRef,
    RawInbound,
    Received,
    TextEdited,
    TextReceived,
)

MAX_ID = 100
MAX_NAME = 200
MAX_TEXT = 20_000
"""Characters of a text that comes in."""


class _WrongError(Exception):
    """A part of the object is missing or wrong; the text says which."""


def translate(item: RawInbound) -> Received:
    """Return the event that an object stands for; `NotUnderstood` says what is wrong with it."""
    try:
        kind = item.payload.get("type")
        if not isinstance(kind, str) or kind not in _READERS:
            raise _WrongError(f"“type” must be one of {', '.join(_READERS)}")
        reader, own = _READERS[kind]
        strange = sorted(str(key) for key in item.payload.keys() - _COMMON - own)
        if strange:  # a part that is not read (a file, perhaps) must not seem to have arrived
            names = ", ".join(sorted(_COMMON | own))
            raise _WrongError(f"“{strange[0][:MAX_ID]}” is not known here; “{kind}” has {names}")
        return reader(item)
    except _WrongError as error:
        return NotUnderstood(str(error))


def _message(item: RawInbound) -> Received:
    reply_to = _id(item.payload, "reply_to") if item.payload.get("reply_to") is not None else None
    text = _text(item.payload)
    return TextReceived(
        _chat(item.payload), _person(item.payload), _id(item.payload, "id"), text, item.received_at, reply_to=reply_to
    )


def _edit(item: RawInbound) -> Received:
    message, text = _id(item.payload, "message"), _text(item.payload)
    return TextEdited(_chat(item.payload), _person(item.payload), message, text, item.received_at)


def _press(item: RawInbound) -> Received:
    return ButtonPressed(
        _chat(item.payload),
        _person(item.payload),
        button=_id(item.payload, "button"),
        press=_id(item.payload, "id"),
        message=_id(item.payload, "message"),
    )


def _chat(payload: Mapping[str, Any]) -> ChatRef:
    return ChatRef(_id(payload, "chat"), ChatKind.PRIVATE, title=_name(payload))


def _person(payload: Mapping[str, Any]) -> PersonRef:
    return PersonRef(_id(_object(payload), "id", "person.id"), name=_name(payload))


def _object(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    person = payload.get("person")
    if not isinstance(person, dict) or person.keys() - {"id", "name"}:
        raise _WrongError("“person” must be an object with the texts “id” and “name”")
    return person


def _name(payload: Mapping[str, Any]) -> str:
    name = _object(payload).get("name")
    if not isinstance(name, str) or not name.strip() or len(name) > MAX_NAME:
        raise _WrongError(f"“person.name” must be a text of 1 to {MAX_NAME} characters")
    return name.strip()


def _id(payload: Mapping[str, Any], key: str, shown: str = "") -> str:
    value = payload.get(key)
    if not is_id(value):
        raise _WrongError(
            f"“{shown or key}” must be a text of 1 to {MAX_ID} characters that can be printed, without blanks"
        )
    return str(value)


def is_id(value: object) -> bool:
    """Tell whether a value can name a message, a chat or a person."""
    return isinstance(value, str) and 0 < len(value) <= MAX_ID and value.isprintable() and " " not in value


def _text(payload: Mapping[str, Any]) -> str:
    text = payload.get("text")
    if not isinstance(text, str) or not text.strip() or len(text) > MAX_TEXT:
        raise _WrongError(f"“text” must be a text of 1 to {MAX_TEXT} characters")
    return text


_COMMON = frozenset({"type", "id", "chat", "person"})
_READERS: dict[str, tuple[Callable[[RawInbound], Received], frozenset[str]]] = {
    "message": (_message, frozenset({"text", "reply_to"})),
    "edit": (_edit, frozenset({"text", "message"})),
    "press": (_press, frozenset({"button", "message"})),
}
