# SPDX-License-Identifier: Apache-2.0
"""Which version of the platform this node runs: files in DIALOG_HOME/platform that the parents and `dialog` read.

Versions of the platform speak with one another through these files, so their keys only ever grow. Standard library
only: the command line reads them before it imports anything.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Self

from dialog_core import __version__

FOLDER = "platform"
HERE_VARIABLE = "DIALOG_PLATFORM"
"""`here`: run the version that was called, whatever is active."""


@dataclass(frozen=True, slots=True)
class _File:
    """A JSON document on the disk, written whole or not at all."""

    @classmethod
    def read(cls, path: Path) -> Self | None:
        """Return what stands in a file, None when there is nothing to be read."""
        try:
            found: dict[str, Any] = json.loads(path.read_text())
            return cls(**{field.name: found[field.name] for field in fields(cls)})
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, path: Path) -> None:
        """Put it in its place."""
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        fresh.write_text(json.dumps(asdict(self)))
        fresh.replace(path)


@dataclass(frozen=True, slots=True)
class Active(_File):
    """The version that `dialog` runs on this node.

    Attributes:
        python: interpreter of its environment.
        base: version that `dialog` was installed with; with another one (a new image, a new package) the record is old.
    """

    version: str
    python: str
    base: str


@dataclass(frozen=True, slots=True)
class Request(_File):
    """What the parents of this node shall run.

    Attributes:
        number: grows with each request.
        patience: seconds that the new processes may take to serve; `watch`: seconds that they must stay healthy.
    """

    number: int
    version: str
    python: str
    patience: float
    watch: float


@dataclass(frozen=True, slots=True)
class ParentRecord(_File):
    """An outermost parent of this node: `dialog up`, `dialog web` or `dialog worker`.

    Attributes:
        started: when the process was started, in clock ticks; with the pid it names one process for ever.
        request: the last request that it took up, 0 for none.
        state: `running`, `starting`, `watching`, `done` or `failed`; `reason` says why it failed.
    """

    pid: int
    started: str
    role: str
    version: str
    request: int
    state: str
    reason: str


def platform_folder(home: Path) -> Path:
    """Return where a node keeps versions of the platform."""
    return home / FOLDER


def active_file(home: Path) -> Path:
    """Return the file that says which version runs."""
    return platform_folder(home) / "active.json"


def request_file(home: Path) -> Path:
    """Return the file that says what the parents shall do."""
    return platform_folder(home) / "request.json"


def read_request(home: Path) -> Request | None:
    """Return the latest request to the parents of this node."""
    return Request.read(request_file(home))


def _record_file(home: Path, pid: int) -> Path:
    return platform_folder(home) / "parents" / f"{pid}.json"


def keep_record(home: Path, record: ParentRecord) -> None:
    """Say what a parent does; a disk that is full keeps nobody from working."""
    with suppress(OSError):
        record.write(_record_file(home, record.pid))


def remove_record(home: Path, pid: int) -> None:
    """Say that a parent has ended."""
    with suppress(OSError):
        _record_file(home, pid).unlink(missing_ok=True)


def read_records(home: Path) -> list[ParentRecord]:
    """Return what all parents of this node said last; the caller looks whether they still live."""
    files = sorted((platform_folder(home) / "parents").glob("*.json"))
    return [record for record in map(ParentRecord.read, files) if record is not None]


def base_version(home: Path) -> str:
    """Return the version that `dialog` on this node was installed with."""
    active = Active.read(active_file(home))
    return active.base if active is not None and active.version == __version__ else __version__


def become_active(arguments: Sequence[str]) -> None:
    """Go on as the active version of this node, when that is another than this one; otherwise return."""
    if os.environ.pop(HERE_VARIABLE, "") == "here":
        return
    active = Active.read(active_file(Path(os.environ.get("DIALOG_HOME") or "var").resolve()))
    if active is None or active.base != __version__ or active.version == __version__:
        return
    if not Path(active.python).exists():
        print(f"Version {active.version} is active but {active.python} is gone: {__version__} runs.", file=sys.stderr)
        return
    sys.stdout.flush()
    os.execve(  # noqa: S606 - the interpreter that an upgrade of this node has made
        active.python,
        [active.python, *command_of(arguments)],
        {**os.environ, "PYTHONSAFEPATH": "1", HERE_VARIABLE: "here"},
    )


def command_of(arguments: Sequence[str]) -> list[str]:
    """Return how an interpreter is told to be `dialog …`."""
    return ["-P", "-m", "dialog_core.cli", *arguments]
