# SPDX-License-Identifier: Apache-2.0
"""Who and where: chats, topics and persons as the platform knows them."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from dialog_core.plugin import (
    ChatChange,
    ChatChanged,
    ChatKind,
    ChatRef,
    NothingToDo,
    NotUnderstood,
    PersonRef,
    Received,
)
from dialog_telegram.reading import inner, integer, string
from dialog_telegram.texts import clean_line

# Accounts that stand in for somebody: forwarded channel posts, anonymous administrators, people writing as a channel.
STAND_INS = frozenset({777000, 1087968824, 136817688})
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?")
_KINDS = {"private": ChatKind.PRIVATE, "group": ChatKind.GROUP, "supergroup": ChatKind.GROUP}


def chat_of(message: dict[str, Any]) -> ChatRef | None:
    """Return the chat (and topic) of a message; None when it has no usable one, or is a channel's."""
    chat = inner(message, "chat")
    number = integer(chat, "id")
    kind = _KINDS.get(string(chat, "type"))
    if number is None or kind is None:
        return None
    title = clean_line(string(chat, "title")) or _name(chat)
    return ChatRef(external_id=str(number), kind=kind, title=title, thread=thread_of(message))


def thread_of(message: dict[str, Any]) -> str | None:
    """Return the topic. Reply chains carry a thread id too; only a topic's message says that it is one."""
    thread = integer(message, "message_thread_id")
    return str(thread) if message.get("is_topic_message") is True and thread is not None else None


def is_channel(message: dict[str, Any]) -> bool:
    """Whether it is about a broadcast channel, where nobody asks for support."""
    return string(inner(message, "chat"), "type") == "channel"


def person_of(user: dict[str, Any]) -> PersonRef | None:
    """Return a person; None when the account has no id or stands in for somebody."""
    number = integer(user, "id")
    if number is None or number in STAND_INS:
        return None
    language = string(user, "language_code")
    return PersonRef(
        external_id=str(number),
        name=_name(user) or str(number),
        language=language.lower() if _LANGUAGE.fullmatch(language) else None,
    )


def writer_of(message: dict[str, Any]) -> PersonRef | None:
    """Return who wrote a message; None for anonymous administrators, channels and forwarded channel posts."""
    if inner(message, "sender_chat") or message.get("is_automatic_forward") is True:
        return None
    return person_of(inner(message, "from"))


def is_by_bot(message: dict[str, Any]) -> bool:
    """Whether a bot (not an account that stands in for a person) wrote it; answering bots could go on for ever."""
    user = inner(message, "from")
    return user.get("is_bot") is True and integer(user, "id") not in STAND_INS


def membership(update: dict[str, Any], at: datetime) -> Received:  # noqa: ARG001 - all translators are called alike
    """Translate `my_chat_member`: the bot was added, removed, promoted, blocked or unblocked."""
    chat = chat_of(update)
    if chat is None:
        return (
            NothingToDo("a change in a channel")
            if is_channel(update)
            else NotUnderstood("my_chat_member has no usable chat")
        )
    is_in, was_in = _is_member(inner(update, "new_chat_member")), _is_member(inner(update, "old_chat_member"))
    if is_in is None:
        return NotUnderstood("my_chat_member does not say what the bot is in the chat")
    if is_in == was_in:
        return NothingToDo("the bot's rights changed, it stays where it was")
    change = ChatChange.JOINED if is_in else ChatChange.LEFT
    return ChatChanged(chat=chat, change=change, person=person_of(inner(update, "from")))


def _is_member(member: dict[str, Any]) -> bool | None:
    status = string(member, "status")
    if status == "restricted":
        return member.get("is_member") is True
    return {"creator": True, "administrator": True, "member": True, "left": False, "kicked": False}.get(status)


def _name(data: dict[str, Any]) -> str:
    full = f"{string(data, 'first_name')} {string(data, 'last_name')}"
    return clean_line(full) or clean_line(string(data, "username"))
