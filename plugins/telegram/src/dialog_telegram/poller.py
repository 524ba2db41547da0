# SPDX-License-Identifier: Apache-2.0
"""The service `poller`: asks Telegram for updates and stores each before Telegram may forget it."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Mapping
from typing import Any

import httpx

from dialog_core.plugin import ServiceContext, http_client, mark
from dialog_telegram import NAME
from dialog_telegram.client import BotApi
from dialog_telegram.introduction import introduce, well
from dialog_telegram.outcomes import Answer, ApiError, Outcome, Unknown
from dialog_telegram.pauses import Pauses
from dialog_telegram.reading import integer
from dialog_telegram.settings import POLLING, Account
from dialog_telegram.storing import store_update

_NOT_STORED = mark("Messages cannot be stored")
_BOT_UNKNOWN = mark("Telegram does not know the bot, check the token")
_WORKS = mark("Polling as")
_CONFLICT = mark("Another program receives this bot's messages")
_LOOK_FOR_STOP = 0.25
CONFLICT_PAUSE = 10.0


def is_wanted(values: Mapping[str, Any]) -> bool:
    """Whether these settings need a poller."""
    account = Account.of(values)
    return bool(account.token) and account.mode == POLLING


def run(context: ServiceContext) -> None:
    """Poll until the context says stop."""
    if not is_wanted(context.settings):  # changed while this process started; it is ended at once, by whom it started
        context.stopping.wait()
        return
    Poller(context, http_client(NAME)).run()


class Poller:
    """One bot's polling. Only the thread that runs it stores; a poll that is cut off by the stop loses nothing."""

    def __init__(
        self,
        context: ServiceContext,
        http: httpx.Client,
        *,
        pauses: Pauses | None = None,
        conflict_pause: float = CONFLICT_PAUSE,
    ) -> None:
        self._context = context
        self._account = Account.of(context.settings)
        self._http = http
        self._api = BotApi(http, self._account)
        self._pauses = pauses or Pauses()
        self._conflict_pause = conflict_pause
        self._offset: int | None = None
        self._is_ready = False
        self._bot = ""
        self._thread: threading.Thread | None = None

    def run(self) -> None:
        """Poll until the context says stop; every trouble is reported and waited out."""
        while not self._context.stopping.is_set():
            if self._is_ready or self._prepare():
                self._poll()
        if self._thread is None or not self._thread.is_alive():
            self._http.close()

    def _prepare(self) -> bool:
        """End a web hook, which excludes polling, and learn who the bot is."""
        ended = self._api.delete_webhook()
        who = introduce(self._api) if isinstance(ended, Answer) else ended
        if not isinstance(who, str):
            self._trouble(who)
            return False
        self._bot, self._is_ready = who, True
        self._well()
        return True

    def _poll(self) -> None:
        outcome = self._wait_for_updates()
        if outcome is None:
            return
        if not isinstance(outcome, Answer) or not isinstance(outcome.result, list):
            self._trouble(Unknown("getUpdates gave no list") if isinstance(outcome, Answer) else outcome)
            return
        # What was stored before is confirmed by now. Asking without an offset from here on also survives the random
        # update_id that follows a week of silence.
        self._offset = None
        try:
            for update in outcome.result:
                self._store(update)
        except Exception as error:
            self._context.log.exception("an update could not be stored")
            self._pause(self._pauses.next(), f"{_NOT_STORED}: {type(error).__name__}")
            return
        self._well()

    def _store(self, update: Any) -> None:
        store_update(self._account.bot_id, update)
        number = integer(update, "update_id") if isinstance(update, dict) else None
        if number is not None:
            self._offset = max(number + 1, self._offset or 0)

    def _wait_for_updates(self) -> Outcome | None:
        """Poll in a thread of its own, because a stop must not wait for the end of a long poll; None when stopped."""
        outcomes: list[Outcome] = []

        def poll() -> None:
            try:
                outcomes.append(self._api.get_updates(offset=self._offset, seconds=self._account.poll_seconds))
            except Exception as error:  # noqa: BLE001 - told by the thread that waits
                outcomes.append(Unknown(type(error).__name__))
            finally:
                if self._context.stopping.is_set():
                    self._http.close()

        # The platform's client looks into the settings, for which it needs the context of this thread.
        context = contextvars.copy_context()
        thread = threading.Thread(target=context.run, args=(poll,), name="telegram-poll", daemon=True)
        self._thread = thread
        thread.start()
        while thread.is_alive() and not self._context.stopping.is_set():
            thread.join(_LOOK_FOR_STOP)
        return outcomes[0] if outcomes and not self._context.stopping.is_set() else None

    def _trouble(self, outcome: Outcome) -> None:
        pause = self._pauses.next()
        text = str(outcome)
        if isinstance(outcome, ApiError):
            if outcome.code == 409:
                pause = self._conflict_pause
                text = f"{_CONFLICT}: {outcome}"
                # A web hook that somebody set is ended; another poller can only be waited out.
                self._is_ready = not outcome.says("webhook")
            elif outcome.code in {401, 404}:
                text = f"{_BOT_UNKNOWN}: {outcome}"
                self._is_ready = False
            pause = max(pause, outcome.retry_after or 0.0)
        self._pause(pause, text)

    def _well(self) -> None:
        self._pauses.reset()
        self._context.report(True, well(_WORKS, self._bot))

    def _pause(self, seconds: float, text: str) -> None:
        self._context.report(False, text)
        self._context.stopping.wait(seconds)
