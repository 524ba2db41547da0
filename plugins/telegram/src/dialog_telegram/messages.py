# SPDX-License-Identifier: Apache-2.0
"""Translate messages and their edits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dialog_core.plugin import (
    ChatChange,
    ChatChanged,
    ChatRef,
    Intent,
    NothingToDo,
    NotUnderstood,
    Received,
    TextEdited,
    TextReceived,
)
from dialog_telegram.chats import chat_of, is_by_bot, is_channel, writer_of
from dialog_telegram.contents import DESCRIBED, described, has_text, service_parts, text_of, unread
from dialog_telegram.files import FILE_KINDS, files_of
from dialog_telegram.reading import inner, integer, moment

_READ_AS_FILE = frozenset({kind for kind, _ending, _type in FILE_KINDS} | {"photo"})
_READ_AS_WORDS = frozenset(DESCRIBED)


def new_message(message: dict[str, Any], at: datetime) -> Received:
    """Translate `message`; `at` is when it was received, for a message without a date."""
    place = _place(message)
    if not isinstance(place, tuple):
        return place
    chat, external_id = place
    moved_to = integer(message, "migrate_to_chat_id")
    if moved_to is not None:
        return ChatChanged(chat=chat, change=ChatChange.MOVED, new_external_id=str(moved_to))
    if is_by_bot(message):
        return NothingToDo("written by a bot")
    text, intent = text_of(message)
    files = files_of(message)
    words = described(message)
    if not (text or files or words) and intent is Intent.NONE:
        return _without_content(message)
    return TextReceived(
        chat=chat,
        person=writer_of(message),
        external_id=external_id,
        text="\n".join(part for part in (text, words) if part),
        at=moment(message, "date", at),
        reply_to=_reply_to(message, chat),
        files=files,
        intent=intent,
    )


def edited_message(message: dict[str, Any], at: datetime) -> Received:
    """Translate `edited_message`. Only texts and captions are compared: a moving location is no new version."""
    place = _place(message)
    if not isinstance(place, tuple):
        return place
    if is_by_bot(message):
        return NothingToDo("edited by a bot")
    if not has_text(message) and not files_of(message):
        return NothingToDo("the edit changed no text")
    chat, external_id = place
    text, _intent = text_of(message)
    when = moment(message, "edit_date", moment(message, "date", at))
    return TextEdited(chat=chat, person=writer_of(message), external_id=external_id, text=text, at=when)


def _place(message: dict[str, Any]) -> tuple[ChatRef, str] | Received:
    if is_channel(message):
        return NothingToDo("written in a channel")
    chat = chat_of(message)
    if chat is None:
        return NotUnderstood("the message has no usable chat")
    number = integer(message, "message_id")
    if number is None or number < 0:
        return NotUnderstood("the message has no number")
    if number == 0:
        # A message that only one member sees has no number of its own in the chat.
        hidden = integer(message, "ephemeral_message_id")
        return NotUnderstood("the message has no number") if hidden is None else (chat, f"hidden-{hidden}")
    return chat, str(number)


def _without_content(message: dict[str, Any]) -> Received:
    services = service_parts(message)
    if services:
        return NothingToDo(f"a service message: {', '.join(services)}")
    parts = unread(message)
    broken = [part for part in parts if part in _READ_AS_FILE | _READ_AS_WORDS]
    if broken:
        return NotUnderstood(f"the message is damaged: {', '.join(broken)}")
    if parts:
        return NotUnderstood(f"a kind of message that cannot be read: {', '.join(parts[:10])}")
    if has_text(message):
        return NothingToDo("an empty text")
    return NotUnderstood("the message has no content")


def _reply_to(message: dict[str, Any], chat: ChatRef) -> str | None:
    earlier = inner(message, "reply_to_message")
    number = integer(earlier, "message_id")
    if number is None or number <= 0:
        return None
    # In a topic every message that answers nothing points to the service message that opened the topic.
    if "forum_topic_created" in earlier or (chat.thread is not None and str(number) == chat.thread):
        return None
    return str(number)
