# SPDX-License-Identifier: Apache-2.0
"""Watch what importing a module does beyond defining things: network, processes, threads, signal handlers."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

FORBIDDEN = {
    "socket.connect": "opens a network connection",
    "socket.bind": "listens on the network",
    "socket.getaddrinfo": "looks up a host name",
    "subprocess.Popen": "starts a program",
    "os.system": "starts a program",
    "os.exec": "starts a program",
    "os.fork": "forks the process",
    "os.posix_spawn": "starts a program",
}


class ImportGuard:
    """Forbids side effects while a block runs, and collects those that were tried."""

    def __init__(self) -> None:
        self._armed = False
        self._thread = threading.get_ident()
        self.found: list[str] = []
        sys.addaudithook(self._audit)

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:  # noqa: ARG002 - the signature of audit hooks
        if self._armed and event in FORBIDDEN:
            self.found.append(FORBIDDEN[event])
            raise PermissionError(f"a module may not do this while it is imported: it {FORBIDDEN[event]}")

    @contextmanager
    def watch(self) -> Iterator[list[str]]:
        """Watch a block; the list that is yielded holds afterwards what was done."""
        self.found = []
        threads = set(threading.enumerate())
        handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM)}
        self._armed = True
        try:
            yield self.found
        finally:
            self._armed = False
            started = [thread.name for thread in threading.enumerate() if thread not in threads]
            self.found.extend(f"starts the thread {name}" for name in started)
            if any(signal.getsignal(number) is not handler for number, handler in handlers.items()):
                self.found.append("changes signal handlers")
