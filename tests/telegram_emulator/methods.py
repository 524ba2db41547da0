# SPDX-License-Identifier: Apache-2.0
"""The Bot API's methods about the bot itself: updates, web hook, files, members."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from tests.telegram_emulator import sending
from tests.telegram_emulator.refusals import Refusal, bad_request
from tests.telegram_emulator.world import Bot, Json, Webhook, World

MAX_FILE = 20 * 2**20
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


def get_me(world: World, bot: Bot, given: Json, files: Mapping[str, Any]) -> Json:
    """Answer who the bot is."""
    return bot.user | {
        "can_join_groups": True,
        "can_read_all_group_messages": bot.reads_everything,
        "supports_inline_queries": False,
    }


def get_updates(world: World, bot: Bot, given: Json, files: Mapping[str, Any]) -> list[Json]:
    """Confirm what is before the offset, then wait for updates; a later call ends an earlier one."""
    if bot.webhook:
        text = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        raise Refusal(409, f"Conflict: {text}")
    bot.poll += 1
    poll = bot.poll
    world.changed.notify_all()
    if "allowed_updates" in given:
        bot.allowed = tuple(given["allowed_updates"]) or None
    offset = given.get("offset", 0)
    if offset > 0:
        bot.updates[:] = [update for update in bot.updates if update["update_id"] >= offset]
    elif offset < 0:
        bot.updates[:] = bot.updates[offset:]
    limit = min(max(given.get("limit", 100), 1), 100)
    deadline = time.monotonic() + min(max(given.get("timeout", 0), 0), 50)
    while True:
        if bot.poll != poll:
            text = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
            raise Refusal(409, text)
        remaining = deadline - time.monotonic()
        if bot.updates or remaining <= 0 or world.is_stopping:
            return bot.updates[:limit]
        world.changed.wait(remaining)


def set_webhook(world: World, bot: Bot, given: Json, files: Mapping[str, Any]) -> bool:
    """Push updates to an address. Plain http is taken for addresses of this machine only."""
    parts = urlsplit(given["url"])
    is_local = parts.hostname in {"127.0.0.1", "localhost"}
    if parts.scheme != "https" and not (parts.scheme == "http" and is_local):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    secret = given.get("secret_token", "")
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    allowed = tuple(given["allowed_updates"]) if given.get("allowed_updates") else bot.allowed
    bot.allowed = allowed
    if bot.webhook is None or (bot.webhook.url, bot.webhook.secret) != (given["url"], secret):
        bot.webhook = Webhook(given["url"], secret, allowed)
    if given.get("drop_pending_updates"):
        bot.updates.clear()
    world.changed.notify_all()
    return True


def delete_webhook(world: World, bot: Bot, given: Json, files: Mapping[str, Any]) -> bool:
    """End the web hook."""
    bot.webhook = None
    if given.get("drop_pending_updates"):
        bot.updates.clear()
    return True


def get_webhook_info(world: World, bot: Bot, given: Json, files: Mapping[str, Any]) -> Json:
    """Tell how pushing goes."""
    hook = bot.webhook
    info: Json = {
        "url": hook.url if hook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(bot.updates),
        "max_connections": 40,
    }
    if hook and hook.last_error:
        info |= {"last_error_date": hook.last_error_at, "last_error_message": hook.last_error}
    return info


def get_file(world: World, bot: Bot, given: Json, files: Mapping[str, Any]) -> Json:
    """Tell where a file can be downloaded."""
    stored = world.files.get(given["file_id"])
    if stored is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if stored.size > MAX_FILE:
        raise bad_request("file is too big")
    ending = stored.name.rpartition(".")[2] if "." in stored.name else "bin"
    unique = f"AQAD{given['file_id'][10:18]}"
    return {
        "file_id": given["file_id"],
        "file_unique_id": unique,
        "file_size": stored.size,
        "file_path": f"documents/{given['file_id']}.{ending}",
    }


def get_chat(world: World, bot: Bot, given: Json, files: Mapping[str, Any]) -> Json:
    """Describe a chat."""
    return world.chat_json(sending.chat_for(world, bot, given)) | {"accent_color_id": 0, "max_reaction_count": 11}


def get_chat_member(world: World, bot: Bot, given: Json, files: Mapping[str, Any]) -> Json:
    """Tell what somebody is in a chat."""
    chat = sending.chat_for(world, bot, given)
    user = given["user_id"]
    if user not in chat.members:
        raise bad_request("user not found")
    return {"status": "administrator" if user in chat.admins else "member", "user": world.user_json(user)}


def set_my_commands(world: World, bot: Bot, given: Json, files: Mapping[str, Any]) -> bool:
    """Set the menu of commands."""
    for command in given["commands"]:
        if not _COMMAND.fullmatch(command.get("command", "")) or not 1 <= len(command.get("description", "")) <= 256:
            raise bad_request("BOT_COMMAND_INVALID")
    bot.commands[given.get("language_code", "")] = given["commands"]
    return True


Method = Callable[[World, Bot, Json, Mapping[str, Any]], Any]
IMPLEMENTED: dict[str, Method] = {
    "getMe": get_me,
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "getFile": get_file,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "setMyCommands": set_my_commands,
    "sendMessage": sending.send_message,
    "sendPhoto": sending.send_photo,
    "sendDocument": sending.send_document,
    "sendMediaGroup": sending.send_media_group,
    "editMessageReplyMarkup": sending.edit_reply_markup,
    "answerCallbackQuery": sending.answer_press,
}
