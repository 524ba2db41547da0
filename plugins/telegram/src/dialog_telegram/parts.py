# SPDX-License-Identifier: Apache-2.0
"""Cut an outgoing message into as few requests as possible: one, for all but long texts with files."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dialog_core.plugin import Button, Outbound, OutgoingFile
from dialog_telegram.client import BotApi, Upload
from dialog_telegram.outcomes import ApiError, Outcome
from dialog_telegram.texts import utf16_length, whole_characters

MAX_CAPTION = 1024
MAX_ALBUM = 10
MAX_PHOTO = 10 * 2**20
_NUMBER = re.compile(r"-?[0-9]{1,18}")
_PHOTOS = frozenset({"image/jpeg", "image/png"})


@dataclass(frozen=True, slots=True)
class Part:
    """One request: its parameters, how to send it, and a few words for people."""

    title: str
    parameters: dict[str, Any]
    send: Callable[[BotApi, dict[str, Any]], Outcome]


def parts_of(message: Outbound) -> list[Part]:
    """Return the requests in order; buttons stand under the text, or under the only file."""
    text = whole_characters(message.text) if message.text.strip() else ""
    place = _place(message)
    under = _keyboard(message.buttons)
    if not message.files:
        return [_text(text, place | under)] if text else []
    is_caption = utf16_length(text) <= MAX_CAPTION
    if len(message.files) == 1 and is_caption:
        return [_single(message.files[0], place | under | _caption(text))]
    # An album takes a caption but no buttons.
    if is_caption and not under:
        return _albums(message.files, place, text)
    beginning = [_text(text, place | under)] if text else []
    if not text and under:
        return [_single(message.files[0], place | under), *_albums(message.files[1:], place, "")]
    return [*beginning, *_albums(message.files, place, "")]


def _place(message: Outbound) -> dict[str, Any]:
    place: dict[str, Any] = {"chat_id": int(message.chat) if _NUMBER.fullmatch(message.chat) else message.chat}
    if message.thread is not None and message.thread.isdecimal():
        place["message_thread_id"] = int(message.thread)
    if message.reply_to is not None and message.reply_to.isdecimal():
        place["reply_parameters"] = {"message_id": int(message.reply_to), "allow_sending_without_reply": True}
    return place


def _keyboard(rows: Sequence[Sequence[Button]]) -> dict[str, Any]:
    keys = [[{"text": button.label, "callback_data": button.id} for button in row] for row in rows if row]
    return {"reply_markup": {"inline_keyboard": keys}} if keys else {}


def _caption(text: str) -> dict[str, Any]:
    return {"caption": text} if text else {}


def _text(text: str, parameters: dict[str, Any]) -> Part:
    quiet = {"text": text, "link_preview_options": {"is_disabled": True}}
    return Part("the text", parameters | quiet, lambda api, values: api.send_message(values))


def _single(file: OutgoingFile, parameters: dict[str, Any]) -> Part:
    return Part(f"the file “{file.name}”", parameters, lambda api, values: _send_file(api, file, values))


def _send_file(api: BotApi, file: OutgoingFile, parameters: dict[str, Any]) -> Outcome:
    if _is_photo(file):
        outcome = api.send_photo(parameters, _upload("photo", file))
        # Telegram refuses pictures of unusual proportions; as a file everything goes.
        if not (isinstance(outcome, ApiError) and outcome.code == 400 and outcome.says("photo", "image_process")):
            return outcome
    return api.send_document(parameters, _upload("document", file))


def _albums(files: Sequence[OutgoingFile], place: dict[str, Any], text: str) -> list[Part]:
    parts = []
    for start in range(0, len(files), MAX_ALBUM):
        group = files[start : start + MAX_ALBUM]
        caption = text if start == 0 else ""
        if len(group) == 1:
            parts.append(_single(group[0], place | _caption(caption)))
        else:
            parts.append(_album(group, place, caption))
    return parts


def _album(files: Sequence[OutgoingFile], place: dict[str, Any], text: str) -> Part:
    # Documents stand only beside documents, and Telegram keeps them as they are.
    uploads = [_upload(f"file{number}", file) for number, file in enumerate(files)]
    media: list[dict[str, Any]] = [{"type": "document", "media": f"attach://{upload.field}"} for upload in uploads]
    media[0] |= _caption(text)
    names = ", ".join(f"“{file.name}”" for file in files)
    return Part(
        f"the files {names}", place | {"media": media}, lambda api, values: api.send_media_group(values, uploads)
    )


def _is_photo(file: OutgoingFile) -> bool:
    return file.media_type in _PHOTOS and len(file.content) <= MAX_PHOTO


def _upload(field: str, file: OutgoingFile) -> Upload:
    return Upload(field, file.name, file.media_type, file.content)
