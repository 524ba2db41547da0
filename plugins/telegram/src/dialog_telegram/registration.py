# SPDX-License-Identifier: Apache-2.0
"""The service `webhook`: registers the web hook and watches whether Telegram gets through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from dialog_core.plugin import ServiceContext, http_client, mark
from dialog_telegram import NAME
from dialog_telegram.client import BotApi
from dialog_telegram.introduction import introduce, well
from dialog_telegram.outcomes import Answer, ApiError, Outcome
from dialog_telegram.pauses import Pauses
from dialog_telegram.reading import integer, string
from dialog_telegram.settings import WEBHOOK, Account
from dialog_telegram.texts import clean_line

_NOT_THROUGH = mark("Telegram does not get through")
_WORKS = mark("Web hook registered")
_NOT_REGISTERED = mark("The web hook is not registered")
CHECK_EVERY = 30.0


def is_wanted(values: Mapping[str, Any]) -> bool:
    """Whether these settings need a web hook."""
    account = Account.of(values)
    return bool(account.token and account.public_url) and account.mode == WEBHOOK


def run(context: ServiceContext) -> None:
    """Register and watch until the context says stop."""
    with http_client(NAME) as http:
        Registration(context, http).run()


class Registration:
    """One bot's web hook at Telegram."""

    def __init__(
        self,
        context: ServiceContext,
        http: httpx.Client,
        *,
        pauses: Pauses | None = None,
        check_every: float = CHECK_EVERY,
    ) -> None:
        self._context = context
        self._account = Account.of(context.settings)
        self._api = BotApi(http, self._account)
        self._pauses = pauses or Pauses()
        self._check_every = check_every
        self._is_registered = False
        self._bot = ""
        self._has_looked = False
        self._last_error_at: int | None = None

    def run(self) -> None:
        """Register once, then look every `check_every` seconds."""
        while not self._context.stopping.is_set():
            if self._is_registered or self._register():
                self._check()

    def _register(self) -> bool:
        who = introduce(self._api)
        outcome = (
            self._api.set_webhook(url=self._account.webhook_url, secret=self._account.secret)
            if isinstance(who, str)
            else who
        )
        if not isinstance(who, str) or not isinstance(outcome, Answer):
            self._trouble(outcome)
            return False
        self._bot, self._is_registered = who, True
        return True

    def _check(self) -> None:
        outcome = self._api.get_webhook_info()
        if not isinstance(outcome, Answer):
            self._trouble(outcome)
            return
        self._pauses.reset()
        info = outcome.data
        if string(info, "url") != self._account.webhook_url:
            self._is_registered = False
            self._wait(False, mark("The web hook was changed by another program; it is set again"), self._pauses.next())
            return
        waiting = integer(info, "pending_update_count") or 0
        failed_at, reason = integer(info, "last_error_date"), clean_line(string(info, "last_error_message"))
        # The last error stays in the answer for ever; it counts while messages wait, or when it is a new one.
        is_new = self._has_looked and failed_at != self._last_error_at
        self._has_looked, self._last_error_at = True, failed_at
        if reason and (waiting or is_new):
            self._wait(False, f"{_NOT_THROUGH}: {reason}; ✉ {waiting}", self._check_every)
        else:
            self._wait(True, f"{well(_WORKS, self._bot)}; ✉ {waiting}", self._check_every)

    def _trouble(self, outcome: Outcome) -> None:
        pause = self._pauses.next()
        if isinstance(outcome, ApiError):
            pause = max(pause, outcome.retry_after or 0.0)
        self._wait(False, f"{_NOT_REGISTERED}: {outcome}", pause)

    def _wait(self, is_healthy: bool, text: str, seconds: float) -> None:
        self._context.report(is_healthy, text)
        self._context.stopping.wait(seconds)
