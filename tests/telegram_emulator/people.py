# SPDX-License-Identifier: Apache-2.0
"""What people do in the emulated Telegram; everything reaches the bots as updates."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import Any

from tests.telegram_emulator.world import Bot, Chat, Json, World

_COMMAND = re.compile(r"/[a-z0-9_]{1,32}(@\w+)?")
_ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
_EXTRA: dict[str, Json] = {
    "document": {},
    "audio": {"duration": 3},
    "voice": {"duration": 3},
    "video": {"duration": 3, "width": 320, "height": 240},
    "animation": {"duration": 3, "width": 320, "height": 240},
    "video_note": {"duration": 3, "length": 240},
    "sticker": {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False},
}
_RIGHTS = """
    can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members
    can_promote_members can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories
    can_send_welcome_messages
"""
_UNNAMED = {"voice", "video_note", "sticker"}


class People:
    """People and what they do. `chat` is a chat's id, `user` a person's."""

    def __init__(self, world: World) -> None:
        self._world = world

    def add_user(self, name: str, *, language: str = "ru") -> int:
        """Let a person exist, with a private chat of the same id."""
        with self._world.changed:
            user = 500_000_000 + self._world.serial()
            first, _, last = name.partition(" ")
            person: Json = {"id": user, "is_bot": False, "first_name": first, "language_code": language}
            self._world.people[user] = person | ({"last_name": last} if last else {})
            members = {user, *(bot.id for bot in self._world.bots.values())}
            self._world.chats[user] = Chat(user, "private", members=members)
            return user

    def add_group(
        self,
        title: str,
        members: Sequence[int],
        *,
        kind: str = "supergroup",
        is_forum: bool = False,
    ) -> int:
        """Make a group of people and add every bot."""
        with self._world.changed:
            number = self._world.serial()
            chat = Chat(-(1_001_234_500_000 + number) if kind == "supergroup" else -(4_000_000 + number), kind, title)
            chat.is_forum = is_forum
            chat.members = set(members)
            self._world.chats[chat.id] = chat
            for bot in self._world.bots.values():
                self._change_membership(chat, bot, members[0], "left", "member")
            chat.members |= {bot.id for bot in self._world.bots.values()}
            return chat.id

    def add_topic(self, chat: int, user: int, name: str) -> int:
        """Open a topic and return its thread id."""
        with self._world.changed:
            place = self._world.chats[chat]
            thread = place.next_message_id
            place.topics[thread] = name
            created = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
            self._publish(place, user, created | {"message_thread_id": thread, "is_topic_message": True})
            return thread

    def close_topic(self, chat: int, thread: int) -> None:
        """Delete a topic without a word, as Telegram does."""
        with self._world.changed:
            del self._world.chats[chat].topics[thread]

    def say(
        self,
        chat: int,
        user: int,
        text: str = "",
        *,
        reply_to: int | None = None,
        thread: int | None = None,
        file: Json | None = None,
        extra: Json | None = None,
    ) -> int:
        """Write a text, a file (`kind`, `name`, `content`, `media_type`, `size`) or both; return its number."""
        with self._world.changed:
            place = self._world.chats[chat]
            content = (
                self._text("caption" if file else "text", text) | (self._file(file) if file else {}) | (extra or {})
            )
            if thread is not None:
                content |= {"message_thread_id": thread, "is_topic_message": True}
            earlier = place.messages.get(reply_to or thread or 0)
            if earlier is not None:
                content["reply_to_message"] = {key: earlier[key] for key in earlier if key != "reply_to_message"}
            return int(self._publish(place, user, content)["message_id"])

    def say_anonymously(self, chat: int, text: str) -> int:
        """Write as the group itself, as anonymous administrators do."""
        with self._world.changed:
            place = self._world.chats[chat]
            content = {"from": _ANONYMOUS, "sender_chat": self._world.chat_json(place), "text": text}
            return int(self._publish(place, 0, content)["message_id"])

    def send_album(self, chat: int, user: int, files: Sequence[Json], text: str = "") -> list[int]:
        """Send several files at once; the text sits on the first."""
        group = {"media_group_id": str(13_000_000_000 + self._world.serial())}
        return [
            self.say(chat, user, text if number == 0 else "", file=file, extra=group)
            for number, file in enumerate(files)
        ]

    def edit(self, chat: int, message: int, text: str) -> None:
        """Change a message's text."""
        with self._world.changed:
            place = self._world.chats[chat]
            stored = place.messages[message]
            key = "text" if "text" in stored else "caption"
            stored |= self._text(key, text) | {"edit_date": int(time.time())}
            self._world.publish(self._world.bots_in(place), "edited_message", dict(stored))

    def press(self, chat: int, user: int, button: str, *, message: int | None = None, times: int = 1) -> list[str]:
        """Press a button by its label or data, on the newest message that has it; return the ids of the presses."""
        with self._world.changed:
            place = self._world.chats[chat]
            stored, data = self._find_button(place, button, message)
            presses = []
            for _ in range(times):
                press = str(4_382_000_000_000_000 + self._world.serial())
                self._world.open_presses[press] = time.monotonic()
                presses.append(press)
                query = {
                    "id": press,
                    "from": self._world.people[user],
                    "message": dict(stored),
                    "chat_instance": str(-7_700_000_000 - place.next_message_id),
                    "data": data,
                }
                bots = [bot for bot in self._world.bots_in(place) if bot.id == stored["from"]["id"]]
                self._world.publish(bots, "callback_query", query)
            return presses

    def block(self, user: int) -> None:
        """Block the bots in one's private chat."""
        with self._world.changed:
            chat = self._world.chats[user]
            for bot in self._world.bots_in(chat):
                self._change_membership(chat, bot, user, "member", "kicked")
                chat.blocked.add(bot.id)

    def unblock(self, user: int) -> None:
        """Let the bots back into one's private chat."""
        with self._world.changed:
            chat = self._world.chats[user]
            blocked, chat.blocked = chat.blocked, set()
            for bot in self._world.bots.values():
                if bot.id in blocked:
                    self._change_membership(chat, bot, user, "kicked", "member")

    def kick(self, chat: int, user: int) -> None:
        """Remove the bots from a group."""
        with self._world.changed:
            place = self._world.chats[chat]
            for bot in self._world.bots_in(place):
                self._change_membership(place, bot, user, "member", "kicked")
                place.kicked.add(bot.id)

    def promote(self, chat: int, user: int) -> None:
        """Make the bots administrators of a group."""
        with self._world.changed:
            place = self._world.chats[chat]
            for bot in self._world.bots_in(place):
                place.admins.add(bot.id)
                self._change_membership(place, bot, user, "member", "administrator")

    def migrate(self, chat: int) -> int:
        """Turn a group into a supergroup with a new id, which it returns; message numbers begin again."""
        with self._world.changed:
            old = self._world.chats[chat]
            user = min(old.members & self._world.people.keys())
            new = Chat(-(1_001_234_500_000 + self._world.serial()), "supergroup", old.title, members=set(old.members))
            self._world.chats[new.id] = new
            self._publish(old, user, {"migrate_to_chat_id": new.id})
            old.migrated_to = new.id
            self._publish(
                new, 0, {"from": _ANONYMOUS, "sender_chat": self._world.chat_json(new), "migrate_from_chat_id": old.id}
            )
            return new.id

    def raw_update(self, update: Json) -> int:
        """Queue an update of any shape for every bot; it gets a number unless it has one."""
        with self._world.changed:
            number = 0
            for bot in self._world.bots.values():
                number = update.get("update_id", bot.next_update_id)
                bot.updates.append({"update_id": number} | update)
                bot.next_update_id += 1
            self._world.changed.notify_all()
            return number

    def _publish(self, chat: Chat, user: int, content: Json) -> Json:
        sender = {} if "from" in content else {"from": self._world.people[user]}
        message = self._world.add_message(chat, sender | content)
        self._world.publish(self._world.bots_in(chat), "message", dict(message))
        return message

    def _change_membership(self, chat: Chat, bot: Bot, user: int, before: str, after: str) -> None:
        def member(status: str) -> Json:
            extra: Json = {"until_date": 0} if status == "kicked" else {}
            if status == "administrator":
                extra = dict.fromkeys(_RIGHTS.split(), False)
            return {"user": bot.user, "status": status} | extra

        content = {
            "chat": self._world.chat_json(chat),
            "from": self._world.people[user],
            "date": int(time.time()),
            "old_chat_member": member(before),
            "new_chat_member": member(after),
        }
        self._world.publish([bot], "my_chat_member", content)

    def _text(self, key: str, text: str) -> Json:
        if not text:
            return {}
        command = _COMMAND.match(text)
        if command is None:
            return {key: text}
        entity = {"type": "bot_command", "offset": 0, "length": command.end()}
        return {key: text, "entities" if key == "text" else "caption_entities": [entity]}

    def _file(self, file: Json) -> Json:
        kind, name = file.get("kind", "document"), file.get("name", "file.bin")
        media_type = file.get("media_type", "application/octet-stream")
        kept = self._world.keep_file(name, media_type, file.get("content", b"content"), file.get("size"))
        if kind == "photo":
            thumbnail = self._world.keep_file("thumbnail.jpg", "image/jpeg", b"small")
            return {"photo": [thumbnail | {"width": 90, "height": 67}, kept | {"width": 1280, "height": 960}]}
        named = {} if kind in _UNNAMED else {"file_name": name}
        described = (
            kept | _EXTRA[kind] | named | ({} if kind in {"video_note", "sticker"} else {"mime_type": media_type})
        )
        return {kind: described} | ({"document": described_as_document(described)} if kind == "animation" else {})

    def _find_button(self, chat: Chat, button: str, message: int | None) -> tuple[Json, str]:
        for stored in reversed(list(chat.messages.values())):
            rows: Any = stored.get("reply_markup", {}).get("inline_keyboard", [])
            for key in [key for row in rows for key in row]:
                if button in {key["text"], key["callback_data"]} and message in {None, stored["message_id"]}:
                    return stored, key["callback_data"]
        raise LookupError(f"no message of chat {chat.id} has the button {button!r}")


def described_as_document(animation: Json) -> Json:
    """Return the second description that animations carry for old clients."""
    return {key: animation[key] for key in ("file_id", "file_unique_id", "file_size", "file_name", "mime_type")}
