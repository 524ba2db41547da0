# SPDX-License-Identifier: Apache-2.0
"""Boot markers: a generation whose boot killed the process twice on this node is passed over for a while."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

from dialog_core.modules.calls.ledger import start_of

TOLERATED = 2
FORGOTTEN_AFTER = 600.0


class BootMarker:
    """A file that stands while a process boots a generation; it stays behind when the boot kills the process."""

    def __init__(self, home: Path, generation: int) -> None:
        self._folder = home / "generations" / "booting"
        self._generation = generation
        self._file = self._folder / f"{generation}-{os.getpid()}-{start_of(os.getpid())}"

    def set(self) -> None:
        """Say that the boot begins."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._file.touch()

    def clear(self) -> None:
        """Say that the boot has ended, well or badly, but ended."""
        self._file.unlink(missing_ok=True)

    def unfinished(self) -> int:
        """Count the boots of this generation on this node that ended with the death of their process."""
        count = 0
        for file in self._folder.glob(f"{self._generation}-*-*") if self._folder.is_dir() else ():
            _, pid, started = file.name.split("-")
            with suppress(OSError):
                if time.time() - file.stat().st_mtime > FORGOTTEN_AFTER:
                    file.unlink(missing_ok=True)
                elif start_of(int(pid)) != started:
                    count += 1
        return count
