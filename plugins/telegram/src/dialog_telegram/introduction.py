# SPDX-License-Identifier: Apache-2.0
"""Who the bot is and what it can see: asked once by each service when it starts."""

from __future__ import annotations

from dialog_core.plugin import mark
from dialog_telegram.client import BotApi
from dialog_telegram.outcomes import Answer, Outcome
from dialog_telegram.reading import string
from dialog_telegram.texts import clean_line

COMMANDS = {
    "": (("new", "New request"), ("help", "How to ask for support")),
    "ru": (("new", "Новая заявка"), ("help", "Как обратиться в поддержку")),
}
PRIVACY = mark(
    "In groups where the bot is no administrator it sees only commands and replies, because privacy mode is on "
    "(in BotFather /setprivacy, Disable, then add the bot to the group again)"
)


def introduce(api: BotApi) -> str | Outcome:
    """Prove the token and set the menu of commands.

    Returns:
        One line about the bot for the administrator, or what went wrong.
    """
    me = api.get_me()
    if not isinstance(me, Answer):
        return me
    for language, commands in COMMANDS.items():
        # The menu is a convenience: without it everything works.
        api.set_my_commands([{"command": name, "description": text} for name, text in commands], language)
    name = clean_line(string(me.data, "username")) or "the bot"
    sees_all = me.data.get("can_read_all_group_messages") is True
    return f"@{name}" if sees_all else f"{PRIVACY}: @{name}"


def well(works: str, bot: str) -> str:
    """Return the line of a service that works, unless there is something to say of the bot itself."""
    return bot if bot.startswith(PRIVACY) else f"{works}: {bot}"
