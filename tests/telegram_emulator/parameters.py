# SPDX-License-Identifier: Apache-2.0
"""Which parameters each method takes. The real server ignores unknown ones; here a misspelt name is an error."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.telegram_emulator.refusals import bad_request

# A name ending in "!" is required. Chat ids may be numbers or texts, as in the real one.
_SEND = {
    "chat_id!": "id",
    "message_thread_id": "int",
    "reply_parameters": "object",
    "reply_markup": "object",
    "disable_notification": "bool",
}
METHODS: dict[str, dict[str, str]] = {
    "getMe": {},
    "getUpdates": {"offset": "int", "limit": "int", "timeout": "int", "allowed_updates": "array"},
    "setWebhook": {
        "url!": "str", "secret_token": "str", "allowed_updates": "array", "max_connections": "int",
        "drop_pending_updates": "bool",
    },
    "deleteWebhook": {"drop_pending_updates": "bool"},
    "getWebhookInfo": {},
    "sendMessage": _SEND | {"text!": "str", "link_preview_options": "object"},
    "sendPhoto": _SEND | {"photo!": "file", "caption": "str"},
    "sendDocument": _SEND | {"document!": "file", "caption": "str"},
    "sendMediaGroup": {name: kind for name, kind in _SEND.items() if name != "reply_markup"} | {"media!": "array"},
    "editMessageReplyMarkup": {"chat_id!": "id", "message_id!": "int", "reply_markup": "object"},
    "answerCallbackQuery": {"callback_query_id!": "str", "text": "str", "show_alert": "bool"},
    "getFile": {"file_id!": "str"},
    "getChat": {"chat_id!": "id"},
    "getChatMember": {"chat_id!": "id", "user_id!": "int"},
    "setMyCommands": {"commands!": "array", "language_code": "str", "scope": "object"},
}  # fmt: skip
_TYPES: dict[str, tuple[type, ...]] = {
    "int": (int,), "str": (str,), "bool": (bool,), "object": (dict,), "array": (list,), "id": (int, str),
}  # fmt: skip


def read_parameters(method: str, given: Mapping[str, Any], *, is_form: bool) -> dict[str, Any]:
    """Check and convert what came with a request; files are left to the method.

    Raises:
        Refusal: unknown, missing or of a wrong type.
    """
    known = {name.rstrip("!"): kind for name, kind in METHODS[method].items()}
    for name in given:
        if name not in known and not (method == "sendMediaGroup" and name.startswith("file")):
            raise bad_request(f"unknown parameter {name}")
    for name in METHODS[method]:
        if name.endswith("!") and name[:-1] not in given:
            raise bad_request(f"parameter {name[:-1]} is empty")
    return {name: _read(name, known.get(name, "file"), value, is_form=is_form) for name, value in given.items()}


def _read(name: str, kind: str, value: Any, *, is_form: bool) -> Any:
    if kind == "file":
        return value
    if is_form and kind not in {"str", "id"}:
        try:
            value = json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name}") from None
    if not isinstance(value, _TYPES[kind]) or (kind in {"int", "id"} and isinstance(value, bool)):
        raise bad_request(f"can't parse {name}: {kind} expected")
    if kind == "id":
        try:
            return int(str(value))
        except ValueError:
            raise bad_request("chat not found") from None
    return value
