# SPDX-License-Identifier: Apache-2.0
"""The emulator as tests use it: started in this process, spoken to over HTTP by the platform."""

from __future__ import annotations

import base64
import logging
import threading
import time
from typing import Any, Self

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from tests.telegram_emulator.faults import Fault, Faults
from tests.telegram_emulator.people import People
from tests.telegram_emulator.pusher import Pusher
from tests.telegram_emulator.server import Application
from tests.telegram_emulator.world import Bot, Json, World

TOKEN = "123456789:AAEmulatedTokenForTestsOnly_0123456789"
_ACTIONS = """
    add_user add_group add_topic close_topic say say_anonymously send_album edit press block unblock kick
    promote migrate raw_update
"""
ACTIONS = frozenset(_ACTIONS.split())


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Keep addresses, which hold tokens, out of the output of tests."""


class Emulator(People):
    """A Telegram of one's own: people act through its methods, the platform talks to `url`."""

    def __init__(self, *, token: str = TOKEN, port: int = 0, reads_everything: bool = True) -> None:
        self.world = World()
        super().__init__(self.world)
        self.faults = Faults()
        self.token = token
        self.bot = Bot(token, "dialog_support_bot", reads_everything)
        self.world.bots[token] = self.bot
        self._port = port
        self._server: BaseWSGIServer | None = None
        self._pusher = Pusher(self.world)

    def __enter__(self) -> Self:
        """Listen."""
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        application = Application(self.world, self.faults, self.control)
        self._server = make_server("127.0.0.1", self._port, application, threaded=True, request_handler=_Quiet)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        self._pusher.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End every waiting poll and stop listening."""
        with self.world.changed:
            self.world.is_stopping = True
            self.world.changed.notify_all()
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)
        self._pusher.join()

    @property
    def url(self) -> str:
        """The base URL for the module's settings."""
        assert self._server is not None, "the emulator is not running"
        return f"http://127.0.0.1:{self._server.server_port}"

    def add_bot(self, token: str, username: str, *, reads_everything: bool = True) -> Bot:
        """Let another bot exist; it is in no chat that was made before."""
        with self.world.changed:
            self.world.bots[token] = Bot(token, username, reads_everything)
            return self.world.bots[token]

    def fail(self, method: str = "*", **fault: Any) -> None:
        """Let the next calls of a method go wrong; see `Fault`."""
        self.faults.add(Fault(method=method, **fault))

    def sent(self, chat: int | None = None) -> list[Json]:
        """Return what bots sent, in order; buttons as they were when sent."""
        with self.world.changed:
            return [dict(item) for item in self.world.sent if chat in {None, item["chat"]}]

    def buttons_now(self, chat: int, message: int) -> list[list[Json]]:
        """Return the buttons that a message has at this moment."""
        with self.world.changed:
            markup = self.world.chats[chat].messages[message].get("reply_markup", {})
            return [[dict(key) for key in row] for row in markup.get("inline_keyboard", [])]

    def press_answers(self) -> list[Json]:
        """Return the answers to presses, in order."""
        with self.world.changed:
            return list(self.world.press_answers)

    def requests(self, method: str | None = None) -> list[Json]:
        """Return every call that came in, whether it failed or not."""
        with self.world.changed:
            return [item for item in self.world.requests if method in {None, item["method"]}]

    def pending(self) -> int:
        """Return how many updates wait for the first bot."""
        with self.world.changed:
            return len(self.bot.updates)

    def wait_for(self, text: str = "", *, chat: int | None = None, after: int = 0, timeout: float = 15.0) -> Json:
        """Wait until a bot has sent a message with this text in it, as the one with index `after` or later.

        Raises:
            TimeoutError: the message names what came instead.
        """
        deadline = time.monotonic() + timeout
        with self.world.changed:
            while True:
                sent = [item for item in self.world.sent[after:] if chat in {None, item["chat"]}]
                found = [item for item in sent if text in item["text"]]
                if found:
                    return dict(found[0])
                remaining = deadline - time.monotonic()
                if remaining <= 0:
                    came = [item["text"] for item in self.world.sent[after:]]
                    raise TimeoutError(f"no message with {text!r} within {timeout} s; sent: {came}")
                self.world.changed.wait(remaining)

    def control(self, action: str, given: Json) -> Any:
        """Carry out an action that came over HTTP; contents of files are base64 there."""
        if action == "fail":
            self.fail(**given)
            return None
        if action == "clear_faults":
            self.faults.clear()
            return None
        if action == "token":
            return self.token
        if action in {"sent", "requests", "press_answers", "pending", "wait_for", "buttons_now"}:
            return getattr(self, action)(**given)
        if action not in ACTIONS:
            raise LookupError(f"there is no action {action}")
        for file in [given["file"]] if given.get("file") else given.get("files", []):
            if isinstance(file.get("content"), str):
                file["content"] = base64.b64decode(file["content"])
        return getattr(self, action)(**given)
