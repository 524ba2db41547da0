# SPDX-License-Identifier: Apache-2.0
"""What exists in the emulated Telegram: bots, people, chats, messages, files. One lock guards all of it."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
GENERAL_TOPIC = 1


@dataclass(slots=True)
class Webhook:
    """Where updates are pushed, and how the last attempts went."""

    url: str
    secret: str
    allowed: tuple[str, ...] | None
    next_attempt: float = 0.0
    failures: int = 0
    last_error_at: int = 0
    last_error: str = ""


@dataclass(slots=True)
class Bot:
    """A bot account and its queue of updates."""

    token: str
    username: str
    reads_everything: bool
    updates: list[Json] = field(default_factory=list)
    next_update_id: int = 700_000_001
    allowed: tuple[str, ...] | None = None
    webhook: Webhook | None = None
    poll: int = 0
    """Grows with each getUpdates; a poll that finds a later one ends with 409."""
    commands: dict[str, list[Json]] = field(default_factory=dict)

    @property
    def id(self) -> int:
        """The number that the token begins with."""
        return int(self.token.split(":")[0])

    @property
    def user(self) -> Json:
        """The bot as a `User`."""
        return {"id": self.id, "is_bot": True, "first_name": "Support", "username": self.username}


@dataclass(slots=True)
class Chat:
    """A chat with its own message numbers. A private chat has the id of its person."""

    id: int
    type: str
    title: str = ""
    is_forum: bool = False
    members: set[int] = field(default_factory=set)
    admins: set[int] = field(default_factory=set)
    kicked: set[int] = field(default_factory=set)
    blocked: set[int] = field(default_factory=set)
    topics: dict[int, str] = field(default_factory=dict)
    messages: dict[int, Json] = field(default_factory=dict)
    next_message_id: int = 1
    migrated_to: int | None = None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file on the server; `size` may claim more than there is, to be too big for getFile."""

    name: str
    media_type: str
    content: bytes
    size: int


class World:
    """Everything there is. Hold `changed` while looking or changing."""

    def __init__(self) -> None:
        self.changed = threading.Condition(threading.RLock())
        self.bots: dict[str, Bot] = {}
        self.people: dict[int, Json] = {}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.sent: list[Json] = []
        self.requests: list[Json] = []
        self.press_answers: list[Json] = []
        self.open_presses: dict[str, float] = {}
        self.press_lifetime = 150.0
        self.is_stopping = False
        self._serial = 0

    def serial(self) -> int:
        """Return a number that was never given before."""
        self._serial += 1
        return self._serial

    def chat_json(self, chat: Chat) -> Json:
        """Return a `Chat` object as messages carry it."""
        if chat.type == "private":
            person = self.people[chat.id]
            return {"id": chat.id, "type": "private"} | {
                key: person[key] for key in ("first_name", "last_name", "username") if key in person
            }
        forum = {"is_forum": True} if chat.is_forum else {}
        return {"id": chat.id, "type": chat.type, "title": chat.title} | forum

    def user_json(self, user: int) -> Json:
        """Return a person or a bot as a `User` object."""
        bot = next((bot for bot in self.bots.values() if bot.id == user), None)
        return bot.user if bot else self.people[user]

    def add_message(self, chat: Chat, content: Json) -> Json:
        """Give a message the chat's next number and keep it."""
        message = {"message_id": chat.next_message_id, "date": int(time.time()), "chat": self.chat_json(chat)} | content
        chat.messages[chat.next_message_id] = message
        chat.next_message_id += 1
        return message

    def bots_in(self, chat: Chat) -> list[Bot]:
        """Return the bots that hear a chat."""
        return [
            bot
            for bot in self.bots.values()
            if bot.id in chat.members and bot.id not in chat.kicked and not (chat.type == "private" and chat.blocked)
        ]

    def publish(self, bots: list[Bot], kind: str, content: Json) -> list[int]:
        """Queue an update for bots that want its kind; return the numbers it got."""
        numbers = []
        with self.changed:
            for bot in bots:
                wanted = bot.webhook.allowed if bot.webhook else bot.allowed
                if wanted is not None and kind not in wanted:
                    continue
                bot.updates.append({"update_id": bot.next_update_id, kind: content})
                numbers.append(bot.next_update_id)
                bot.next_update_id += 1
            self.changed.notify_all()
        return numbers

    def keep_file(self, name: str, media_type: str, content: bytes, size: int | None = None) -> Json:
        """Store a file and return what its message says about it."""
        number = self.serial()
        file_id, unique = f"AgACAgIAAx{number:08d}emulated-file", f"AQAD{number:08d}"
        self.files[file_id] = StoredFile(name, media_type, content, len(content) if size is None else size)
        return {"file_id": file_id, "file_unique_id": unique, "file_size": self.files[file_id].size}
