# SPDX-License-Identifier: Apache-2.0
"""People and programs that use a platform without a pause, and remember whatever went wrong for them."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

import httpx

PAUSE_SECONDS = 0.2
_numbers = itertools.count(1)


class Busy(Protocol):
    """Somebody at work."""

    problems: list[str]

    def run(self) -> None:
        """Work until told to stop."""


class Visitor:
    """Somebody with one connection who reads without a pause.

    Args:
        patience: for how many seconds a request that failed is repeated before it is a problem.
    """

    def __init__(
        self,
        url: str,
        stop: threading.Event,
        *,
        paths: tuple[str, ...],
        headers: dict[str, str] | None = None,
        cookies: dict[str, str] | None = None,
        pause: float = PAUSE_SECONDS,
        patience: float = 0.0,
    ) -> None:
        self.problems: list[str] = []
        self.answered = 0
        self._stop = stop
        self._paths = paths
        self._pause = pause
        self._patience = patience
        self._client = httpx.Client(base_url=url, headers=headers, cookies=cookies, timeout=30, trust_env=False)

    def run(self) -> None:
        """Read until told to stop; whatever is not 200 is a problem."""
        with self._client:
            while not self._stop.is_set():
                for path in self._paths:
                    self._send(path, lambda path=path: self._client.get(path), 200)
                self._stop.wait(self._pause)

    def _send(self, what: str, send: Callable[[], httpx.Response], status: int) -> None:
        until = time.monotonic() + self._patience
        while problem := _problem(send, status):
            if time.monotonic() >= until:
                self.problems.append(f"{what}: {problem}")
                return
            time.sleep(0.1)
        self.answered += 1


def _problem(send: Callable[[], httpx.Response], status: int) -> str:
    try:
        answer = send()
    except httpx.TransportError as error:
        return repr(error)
    return "" if answer.status_code == status else f"{answer.status_code} {answer.text[:200]}"


class Customer(Visitor):
    """A program that registers one request after the other, and reads the queue in between."""

    def run(self) -> None:
        """Work until told to stop."""
        with self._client:
            while not self._stop.is_set():
                number = next(_numbers)
                contact = {"full_name": "Busy Customer", "email": "busy@example.org"}
                body = {"subject": f"busy {number}", "description": "d", "kind": "consultation", "contact": contact}
                headers = {"Idempotency-Key": f"busy-{id(self)}-{number}"}

                def register(body: object = body, headers: dict[str, str] = headers) -> httpx.Response:
                    return self._client.post("/api/v1/tickets", json=body, headers=headers)

                self._send("a new ticket", register, 201)
                for path in self._paths:
                    self._send(path, lambda path=path: self._client.get(path), 200)
                self._stop.wait(self._pause)


class Stream:
    """A page that listens to what happens, and opens its stream again whenever it ends."""

    def __init__(self, url: str, stop: threading.Event, cookies: dict[str, str]) -> None:
        self.problems: list[str] = []
        self.opened = 0
        self._stop = stop
        timeout = httpx.Timeout(30, read=5.0)
        self._client = httpx.Client(base_url=url, cookies=cookies, timeout=timeout, trust_env=False)

    def run(self) -> None:
        """Listen until told to stop; a stream may end, but only as a whole and never with an error."""
        with self._client:
            while not self._stop.is_set():
                try:
                    self._listen()
                except httpx.ReadTimeout:
                    continue  # nothing happened for some seconds; a browser would just wait
                except httpx.TransportError as error:
                    self.problems.append(f"/live: {error!r}")

    def _listen(self) -> None:
        with self._client.stream("GET", "/live") as answer:
            if answer.status_code != 200:
                self.problems.append(f"/live: {answer.status_code}")
                time.sleep(0.2)
                return
            self.opened += 1
            for _ in answer.iter_raw():
                if self._stop.is_set():
                    return


@contextmanager
def at_work(people: Sequence[Busy], stop: threading.Event) -> Iterator[None]:
    """Let everybody work while a block runs."""
    threads = [threading.Thread(target=one.run) for one in people]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)
