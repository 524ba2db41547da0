# SPDX-License-Identifier: Apache-2.0
"""Whose turn it is to write, on SQLite: a queue in the kernel in place of SQLite's sleeping and trying again.

SQLite lets a waiting writer sleep for up to 100 ms between two tries, so that with many of them the database stands
idle most of the time and some wait for seconds. Here one thread of each process waits for a file lock, in naps of a
millisecond at most. It is only an order: BEGIN IMMEDIATE still decides, and who has waited too long goes on without.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

WAIT_SECONDS = 10.0
SHORTEST_NAP, LONGEST_NAP = 0.0002, 0.001


class _Turns:
    """The queue of one database file, as seen from this process."""

    def __init__(self, path: Path) -> None:
        self._path, self._threads = path, threading.Lock()
        self._descriptor, self._process = -1, 0

    def take(self) -> bool:
        """Wait for a turn; False when it did not come in time."""
        until = time.monotonic() + WAIT_SECONDS
        if not self._threads.acquire(timeout=WAIT_SECONDS):
            return False
        if self._process != os.getpid():  # a fork would share the lock of its parent: the file is opened anew
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._process = os.getpid()
        nap = SHORTEST_NAP
        while not self._try():
            if time.monotonic() > until:
                self._threads.release()
                return False
            time.sleep(nap)
            nap = min(LONGEST_NAP, nap * 2)
        return True

    def give(self) -> None:
        """End the turn."""
        fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        self._threads.release()

    def _try(self) -> bool:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


_busy: set[int] = set()
"""Threads that take or give a turn just now: an exception in there would leave it taken for ever."""


def is_at_turns(thread: int) -> bool:
    """Whether a thread takes or gives a turn to write just now, and must not be interrupted."""
    return thread in _busy


_turns: dict[str, _Turns] = {}
_guard = threading.Lock()
os.register_at_fork(after_in_child=_busy.clear)


@contextmanager
def turn_to_write(engine: Engine) -> Iterator[None]:
    """Hold the turn to write for the block; on PostgreSQL writers do not wait for one another and none is needed."""
    name = engine.url.database if engine.dialect.name == "sqlite" else None
    if not name or name == ":memory:":
        yield
        return
    with _guard:
        turns = _turns.setdefault(name, _Turns(Path(f"{name}.turn")))
    thread, has_turn = threading.get_ident(), False
    try:
        _busy.add(thread)
        has_turn = turns.take()
        _busy.discard(thread)
        yield
    finally:
        try:
            _busy.add(thread)
        finally:  # an interruption that was sent just before may come here, and no other
            if has_turn:
                turns.give()
            _busy.discard(thread)
