# SPDX-License-Identifier: Apache-2.0
"""The Bot API's methods that put something into a chat, with the checks and the words of the real one."""

from __future__ import annotations

import time
from collections.abc import Mapping

from werkzeug.datastructures import FileStorage

from tests.telegram_emulator.refusals import Refusal, bad_request
from tests.telegram_emulator.world import Bot, Chat, Json, World

MAX_TEXT, MAX_CAPTION, MAX_DATA, MAX_PRESS = 4096, 1024, 64, 200
MAX_UPLOAD, MAX_PHOTO = 50 * 2**20, 10 * 2**20
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


def utf16(text: str) -> int:
    """Return the length as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def chat_for(world: World, bot: Bot, given: Json) -> Chat:
    """Return the chat that a bot may write to.

    Raises:
        Refusal: it is gone, moved, or does not want the bot.
    """
    chat = world.chats.get(given["chat_id"])
    if chat is None or bot.id not in chat.members:
        raise bad_request("chat not found")
    if chat.migrated_to is not None:
        text = "group chat was upgraded to a supergroup chat"
        raise bad_request(text, {"migrate_to_chat_id": chat.migrated_to})
    if bot.id in chat.blocked:
        raise Refusal(403, "Forbidden: bot was blocked by the user")
    if bot.id in chat.kicked:
        raise Refusal(403, f"Forbidden: bot was kicked from the {chat.type} chat")
    return chat


def send_message(world: World, bot: Bot, given: Json, files: Mapping[str, FileStorage]) -> Json:
    """Send a text."""
    text = given["text"].strip()
    if not text:
        raise bad_request("message text is empty")
    if utf16(text) > MAX_TEXT:
        raise bad_request("message is too long")
    return _post(world, bot, given, {"text": text})


def send_photo(world: World, bot: Bot, given: Json, files: Mapping[str, FileStorage]) -> Json:
    """Send a picture."""
    content = _upload(files, "photo")
    if len(content) > MAX_PHOTO:
        raise bad_request("file is too big for a photo; the maximum size is 10485760 bytes")
    kept = world.keep_file("photo.jpg", "image/jpeg", content)
    return _post(world, bot, given, _caption(given) | {"photo": [kept | {"width": 800, "height": 600}]})


def send_document(world: World, bot: Bot, given: Json, files: Mapping[str, FileStorage]) -> Json:
    """Send a file."""
    return _post(world, bot, given, _caption(given) | {"document": _document(world, files, "document")})


def send_media_group(world: World, bot: Bot, given: Json, files: Mapping[str, FileStorage]) -> list[Json]:
    """Send an album; every item is a message of its own."""
    media = given["media"]
    if not 2 <= len(media) <= 10:
        raise bad_request("media group must include 2-10 items")
    group = {"media_group_id": str(13_000_000_000 + world.serial())}
    contents = []
    for item in media:
        if set(item) - {"type", "media", "caption"} or item.get("type") != "document":
            raise bad_request("can't parse InputMedia")
        document = _document(world, files, str(item["media"]).removeprefix("attach://"))
        contents.append(_caption(item) | {"document": document} | group)
    return [_post(world, bot, given, content) for content in contents]


def edit_reply_markup(world: World, bot: Bot, given: Json, files: Mapping[str, FileStorage]) -> Json:
    """Change or remove the buttons of a message."""
    chat = chat_for(world, bot, given)
    message = chat.messages.get(given["message_id"])
    if message is None:
        raise bad_request("message to edit not found")
    if message["from"]["id"] != bot.id:
        raise bad_request("message can't be edited")
    markup = _markup(given)
    if message.get("reply_markup", {}) == markup.get("reply_markup", {}):
        raise bad_request(_NOT_MODIFIED)
    message.pop("reply_markup", None)
    message |= markup
    world.changed.notify_all()
    return message | {"edit_date": int(time.time())}


def answer_press(world: World, bot: Bot, given: Json, files: Mapping[str, FileStorage]) -> bool:
    """Answer the press of a button while it is young."""
    pressed_at = world.open_presses.get(given["callback_query_id"])
    if pressed_at is None or time.monotonic() - pressed_at > world.press_lifetime:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if len(given.get("text", "")) > MAX_PRESS:
        raise bad_request("MESSAGE_TOO_LONG")
    world.press_answers.append(
        {
            "press": given["callback_query_id"],
            "text": given.get("text", ""),
            "alert": given.get("show_alert", False),
        }
    )
    world.changed.notify_all()
    return True


def _post(world: World, bot: Bot, given: Json, content: Json) -> Json:
    chat = chat_for(world, bot, given)
    thread = given.get("message_thread_id")
    if thread is not None and thread not in chat.topics:
        raise bad_request("message thread not found")
    topic = {} if thread is None else {"message_thread_id": thread, "is_topic_message": True}
    body = {"from": bot.user} | content | topic | _reply(chat, given) | _markup(given)
    message = world.add_message(chat, body)
    world.sent.append(_transcript(world, message))
    world.changed.notify_all()
    return message


def _reply(chat: Chat, given: Json) -> Json:
    wanted = given.get("reply_parameters")
    if wanted is None:
        return {}
    if set(wanted) - {"message_id", "allow_sending_without_reply"} or not isinstance(wanted.get("message_id"), int):
        raise bad_request("can't parse reply parameters")
    earlier = chat.messages.get(wanted["message_id"])
    if earlier is None:
        if wanted.get("allow_sending_without_reply"):
            return {}
        raise bad_request("message to be replied not found")
    return {"reply_to_message": {key: value for key, value in earlier.items() if key != "reply_to_message"}}


def _markup(given: Json) -> Json:
    markup = given.get("reply_markup")
    if not markup:
        return {}
    rows = markup.get("inline_keyboard")
    if set(markup) != {"inline_keyboard"} or not isinstance(rows, list):
        raise bad_request("object expected as reply markup")
    for button in [button for row in rows for button in row]:
        if set(button) != {"text", "callback_data"} or not button["text"].strip():
            raise bad_request("can't parse inline keyboard button")
        if not 1 <= len(button["callback_data"].encode()) <= MAX_DATA:
            raise bad_request("BUTTON_DATA_INVALID")
    return {"reply_markup": markup} if rows else {}


def _caption(given: Json) -> Json:
    caption = given.get("caption", "").strip()
    if utf16(caption) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return {"caption": caption} if caption else {}


def _upload(files: Mapping[str, FileStorage], name: str) -> bytes:
    if name not in files:
        raise bad_request("there is no file in the request")
    content = files[name].stream.read()
    files[name].stream.seek(0)
    if not content:
        raise bad_request("file must be non-empty")
    if len(content) > MAX_UPLOAD:
        raise Refusal(413, "Request Entity Too Large")
    return content


def _document(world: World, files: Mapping[str, FileStorage], name: str) -> Json:
    content = _upload(files, name)
    part = files[name]
    file_name = part.filename or "file"
    kept = world.keep_file(file_name, part.mimetype, content)
    return kept | {"file_name": file_name, "mime_type": part.mimetype}


def _transcript(world: World, message: Json) -> Json:
    """Return a message of a bot in short, for tests."""
    named = [message["document"]] if "document" in message else message.get("photo", [])[-1:]
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return {
        "chat": message["chat"]["id"],
        "message_id": message["message_id"],
        "text": message.get("text", message.get("caption", "")),
        "reply_to": message.get("reply_to_message", {}).get("message_id"),
        "thread": message.get("message_thread_id"),
        "buttons": [[{"label": key["text"], "data": key["callback_data"]} for key in row] for row in rows],
        "files": [
            {"name": file.get("file_name", "photo.jpg"), "size": file["file_size"], "file_id": file["file_id"]}
            for file in named
        ],
    }
