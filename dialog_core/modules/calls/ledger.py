# SPDX-License-Identifier: Apache-2.0
"""Which calls into modules run in this process now: for the watchdog, and, in a file, for the parent after a death.

A call is registered by two plain assignments and ended by one `dict.pop`, each atomic under the interpreter's lock;
nothing on this way waits, allocates a lock or starts a thread.
"""

from __future__ import annotations

import mmap
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from dialog_core.modules.calls.implementation import Implementation

Call = tuple[float, "Implementation", Any]
"""When it began (`perf_counter`), what is called, and the call of the same thread around it, or None."""

PLACES: Final = 1024
"""Threads whose calls are written down; more than a web worker has. Those beyond share the last place."""
LABELS: Final = 4096
LABEL_BYTES: Final = 96
FREE: Final = 0
_MARKS_BYTES: Final = 8 * PLACES
_SIZE: Final = _MARKS_BYTES + LABELS * LABEL_BYTES
FOLDER: Final = "calls"
STUCK: Final = ".stuck"


class Ledger:
    """The running calls of this process.

    Attributes:
        running: the innermost call of each thread, by thread id.
        places: where in `marks` a thread writes, by thread id; from 1.
        marks: the label of what each thread calls, in a file, or in memory while there is none.
    """

    __slots__ = ("_file", "_labels", "_memory", "marks", "on_new_thread", "places", "running")

    def __init__(self) -> None:
        self.running: dict[int, Call] = {}
        self.places: dict[int, int] = {}
        self.on_new_thread: Callable[[], None] | None = None
        self._labels: list[bytes] = [b""]
        self._file: Path | None = None
        self._write_to(bytearray(_SIZE))

    def label(self, module: str, hook: str) -> int:
        """Return the number that stands for an implementation in `marks`."""
        text = f"{module}\n{hook}".encode()[:LABEL_BYTES].ljust(LABEL_BYTES, b"\0")
        if text in self._labels:
            return self._labels.index(text)
        if len(self._labels) == LABELS:
            return FREE
        self._labels.append(text)
        self._write_label(len(self._labels) - 1)
        return len(self._labels) - 1

    def place_of_new_thread(self, ident: int) -> int:
        """Give a thread that calls for the first time its place."""
        if self.on_new_thread is not None:
            self.on_new_thread()
        return self.places.setdefault(ident, min(len(self.places) + 1, PLACES - 1))

    def keep_in_file(self, home: Path) -> None:
        """Write the running calls of this process to a file of its own from now on."""
        folder = home / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{os.getpid()}-{start_of(os.getpid())}"
        with file.open("w+b") as opened:
            opened.truncate(_SIZE)
            self._write_to(mmap.mmap(opened.fileno(), _SIZE))
        self._file = file

    def say_stuck(self) -> None:
        """Let the parent see that this process has to be replaced."""
        if self._file is not None:
            self._file.with_suffix(STUCK).touch()

    def say_goodbye(self) -> None:
        """Remove the file: this process ends because it should, whatever runs in it."""
        file, self._file = self._file, None
        if file is not None:
            file.unlink(missing_ok=True)
            file.with_suffix(STUCK).unlink(missing_ok=True)

    def forget_parent(self) -> None:
        """Begin anew in a process that was forked."""
        self.running.clear()
        self.places.clear()
        self._write_to(bytearray(_SIZE))
        self._file = None

    def _write_to(self, memory: bytearray | mmap.mmap) -> None:
        self._memory = memory
        self.marks = memoryview(memory)[:_MARKS_BYTES].cast("Q")
        for number in range(1, len(self._labels)):
            self._write_label(number)

    def _write_label(self, number: int) -> None:
        start = _MARKS_BYTES + number * LABEL_BYTES
        self._memory[start : start + LABEL_BYTES] = self._labels[number]


LEDGER: Final = Ledger()
os.register_at_fork(after_in_child=LEDGER.forget_parent)


def calls_of_dead(home: Path) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """Return, for each process of this node that died without a goodbye, its pid and (module, hook) of what ran in it.

    Each death is told once, whoever asks.
    """
    folder = home / FOLDER
    for file in folder.iterdir() if folder.is_dir() else ():
        pid, _, started = file.name.partition("-")
        if not pid.isdigit() or "." in file.name or start_of(int(pid)) == started:
            continue
        file.with_suffix(STUCK).unlink(missing_ok=True)
        taken = file.with_name(f"{file.name}.{os.getpid()}.{threading.get_ident()}")
        with suppress(OSError):
            file.rename(taken)
            content = taken.read_bytes()
            taken.unlink()
            yield int(pid), _read(content)


def stuck_processes(home: Path) -> set[int]:
    """Return the living processes of this node that have to be replaced."""
    found = set()
    for file in (home / FOLDER).glob(f"*{STUCK}"):
        pid, _, started = file.stem.partition("-")
        if pid.isdigit() and start_of(int(pid)) == started:
            found.add(int(pid))
    return found


def forget_calls(home: Path, pid: int) -> None:
    """Let nobody be blamed for the end of a process: its parent is about to kill it."""
    for file in (home / FOLDER).glob(f"{pid}-*"):
        file.unlink(missing_ok=True)


def start_of(pid: int) -> str:
    """Return when a process was started, in clock ticks since the machine's boot; "0" when it is no more."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return "0"
    return "0" if fields[0] == "Z" else fields[19]


def _read(content: bytes) -> list[tuple[str, str]]:
    found = set()
    for label in {mark for mark in memoryview(content)[:_MARKS_BYTES].cast("Q") if 0 < mark < LABELS}:
        start = _MARKS_BYTES + label * LABEL_BYTES
        text = content[start : start + LABEL_BYTES].rstrip(b"\0").decode(errors="replace")
        module, _, hook = text.partition("\n")
        found.add((module, hook))
    return sorted(found)
