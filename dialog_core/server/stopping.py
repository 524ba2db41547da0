# SPDX-License-Identifier: Apache-2.0
"""The wish to end: set by SIGTERM or Ctrl-C, waited for by the main loop of a process."""

from __future__ import annotations

import os
import select
import signal
from contextlib import suppress
from pathlib import Path
from types import FrameType

from dialog_core.modules import forget_calls


def kill_blameless(home: Path, pid: int) -> None:
    """Kill a process that has to go; whatever module it was calling is not blamed for that."""
    forget_calls(home, pid)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


class Stopping:
    """Notes SIGTERM and SIGINT. A pipe wakes the waiting main thread, so that no signal is slept through."""

    def __init__(self) -> None:
        self.is_set = False
        self._read, self._write = os.pipe()
        os.set_blocking(self._read, False)
        os.set_blocking(self._write, False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._note)

    def _note(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self.is_set = True
        with suppress(BlockingIOError):
            os.write(self._write, b"x")

    def fileno(self) -> int:
        """Return what becomes readable with the wish, for a `select` that waits for other things as well."""
        return self._read

    def wait(self, seconds: float) -> bool:
        """Wait up to `seconds`; tell whether the process should end."""
        if not self.is_set:
            select.select([self._read], [], [], seconds)
        return self.is_set
