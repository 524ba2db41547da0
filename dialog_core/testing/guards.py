# SPDX-License-Identifier: Apache-2.0
"""What a test of a module may not do: reach out into the network, or leave something open behind it."""

from __future__ import annotations

import gc
import ipaddress
import os
import stat
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PATIENCE = 2.0
"""Seconds that what is ending by itself may take to end."""
_OF_THE_PLATFORM = ("dialog-watchdog", "dialog-live", "dialog-live-end")
"""Threads that the platform keeps for as long as its process lives."""
_FOLDERS = ("/proc/self/fd", "/dev/fd")


class NetworkRefused(RuntimeError):
    """A test reached for the network."""


class _Gate:
    """Forbids connections to other machines while it is closed. An audit hook cannot be taken out again."""

    def __init__(self) -> None:
        self.is_closed = False
        self.tried: list[str] = []
        sys.addaudithook(self._audit)

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.is_closed or not event.startswith("socket."):
            return
        if event == "socket.connect":
            address = arguments[1]
            target = address[0] if isinstance(address, tuple) and address else None
        elif event == "socket.getaddrinfo":
            target = arguments[0]
        else:
            return
        name = target.decode("ascii", "replace") if isinstance(target, bytes) else target
        if isinstance(name, str) and not _is_here(name):
            self.tried.append(name)
            text = (
                f"this test reaches for {name}. Let the module talk to the fixture far_side instead, "
                "or mark the test with pytest.mark.network"
            )
            raise NetworkRefused(text)


def _is_here(name: str) -> bool:
    if name in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False


_gate: _Gate | None = None


@contextmanager
def no_network() -> Iterator[list[str]]:
    """Forbid connections to other machines within the block; the list holds those that were tried."""
    global _gate  # noqa: PLW0603 - one hook a process, for it can never be removed
    _gate = _gate or _Gate()
    _gate.tried = []
    _gate.is_closed = True
    try:
        yield _gate.tried
    finally:
        _gate.is_closed = False


class Left:
    """Compares the threads and sockets of the process before and after a test."""

    def __init__(self) -> None:
        self._threads = set(threading.enumerate())
        self._sockets = _sockets()

    def behind(self) -> list[str]:
        """Return what the test has left, in words; what ends by itself within two seconds is not left."""
        deadline = time.monotonic() + PATIENCE
        while True:
            found = [*self._new_threads(), *self._new_sockets()]
            if not found or time.monotonic() > deadline:
                return found
            time.sleep(0.02)

    def _new_threads(self) -> list[str]:
        new = [thread for thread in threading.enumerate() if thread not in self._threads]
        return [
            f"the thread “{thread.name}” still runs: stop it and join it before the test ends"
            for thread in new
            if thread.is_alive() and thread.name not in _OF_THE_PLATFORM
        ]

    def _new_sockets(self) -> list[str]:
        if _sockets() <= self._sockets:
            return []
        gc.collect()
        number = len(_sockets() - self._sockets)
        if not number:
            return []
        return [f"{number} sockets are still open: close them (a client is best used in a with block)"]


def _sockets() -> set[tuple[int, int]]:
    """Return the open sockets of this process, by number and inode."""
    folder = next((name for name in _FOLDERS if Path(name).is_dir()), None)
    found: set[tuple[int, int]] = set()
    for name in os.listdir(folder) if folder else ():  # noqa: PTH208 - a Path for each number would open more of them
        try:
            about = os.fstat(int(name))
        except (OSError, ValueError):
            continue
        if stat.S_ISSOCK(about.st_mode):
            found.add((int(name), about.st_ino))
    return found
