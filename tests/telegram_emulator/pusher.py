# SPDX-License-Identifier: Apache-2.0
"""Push updates to web hooks: in order, with the secret header, again and again until a 2xx comes."""

from __future__ import annotations

import threading
import time

import httpx

from tests.telegram_emulator.world import Bot, Json, Webhook, World

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0


class Pusher:
    """The thread that pushes."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._thread = threading.Thread(target=self._run, name="telegram-emulator-push", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def join(self) -> None:
        """Wait for the end, after the world was told to stop."""
        self._thread.join(10)

    def _run(self) -> None:
        http: httpx.Client | None = None  # made when there is something to push: most tests only poll
        while not self._world.is_stopping:
            due = self._next()
            if due is None:
                with self._world.changed:
                    self._world.changed.wait(0.05)
                continue
            bot, hook, update = due
            http = http or httpx.Client(timeout=10, trust_env=False)
            self._settle(bot, hook, update, _push(http, hook, update))
        if http is not None:
            http.close()

    def _next(self) -> tuple[Bot, Webhook, Json] | None:
        with self._world.changed:
            for bot in self._world.bots.values():
                if bot.webhook and bot.updates and bot.webhook.next_attempt <= time.monotonic():
                    return bot, bot.webhook, bot.updates[0]
        return None

    def _settle(self, bot: Bot, hook: Webhook, update: Json, problem: str) -> None:
        with self._world.changed:
            if not problem:
                hook.failures = 0
                if update in bot.updates:
                    bot.updates.remove(update)
                self._world.changed.notify_all()
                return
            hook.last_error, hook.last_error_at = problem, int(time.time())
            hook.next_attempt = time.monotonic() + min(FIRST_PAUSE * 2**hook.failures, LONGEST_PAUSE)
            hook.failures += 1


def _push(http: httpx.Client, hook: Webhook, update: Json) -> str:
    """Return what went wrong, or nothing."""
    headers = {SECRET_HEADER: hook.secret} if hook.secret else {}
    try:
        response = http.post(hook.url, json=update, headers=headers)
    except httpx.HTTPError as error:
        return f"Connection failed: {type(error).__name__}"
    if response.is_success:
        return ""
    return f"Wrong response from the webhook: {response.status_code} {response.reason_phrase}"
