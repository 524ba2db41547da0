# SPDX-License-Identifier: Apache-2.0
"""Testing the connection: the bot says who it is, or why it does not answer, in words of an administrator."""

from __future__ import annotations

from dialog_core.plugin import ConnectionResult, mark
from dialog_telegram.client import BotApi
from dialog_telegram.outcomes import Answer, ApiError, NotSent
from dialog_telegram.reading import string
from dialog_telegram.settings import Account
from dialog_telegram.texts import clean_line

_NO_TOKEN = mark("Enter the bot token first.")
_WELL = mark("Telegram answers: this is the bot @%(bot)s (%(name)s).")
_WRONG_TOKEN = mark(
    "Telegram does not accept the token. Copy it again from @BotFather; after “Revoke” the old one does not work any "
    "more."
)
_TOO_OFTEN = mark("Telegram asks to wait: too many requests in a short time. Try again in a minute.")
_REFUSED = mark("Telegram refused the request: %(reason)s. Check the Bot API address.")
_NOT_REACHED = mark("Telegram cannot be reached from this server: %(reason)s. Check the address and the firewall.")
_NO_ANSWER = mark("Something answers at this address, but not as the Bot API does: %(reason)s.")


def check(api: BotApi, account: Account) -> ConnectionResult:
    """Ask the Bot API who the bot is."""
    if not account.token:
        return ConnectionResult(False, _NO_TOKEN)
    outcome = api.get_me()
    if isinstance(outcome, Answer):
        name = clean_line(string(outcome.data, "first_name") or "")
        bot = clean_line(string(outcome.data, "username") or "")
        return ConnectionResult(True, _WELL, {"bot": bot, "name": name})
    if isinstance(outcome, ApiError):
        if outcome.code in {401, 404}:
            return ConnectionResult(False, _WRONG_TOKEN)
        if outcome.code == 429:
            return ConnectionResult(False, _TOO_OFTEN)
        return ConnectionResult(False, _REFUSED, {"reason": str(outcome)})
    message = _NOT_REACHED if isinstance(outcome, NotSent) else _NO_ANSWER
    return ConnectionResult(False, message, {"reason": outcome.reason})
