# SPDX-License-Identifier: Apache-2.0
"""See what an author changes: names, sizes and times of the files of a module, looked at several times a second."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

MADE = (".mo", ".pyc", ".pyo", ".swp", ".swx", ".tmp", "~")
"""What tools and editors leave behind; a change of it is no change of the module."""

Stamps = dict[str, tuple[int, int, int]]


class Watcher:
    """Knows the files of a module as they were at the last look.

    Args:
        package: a folder with everything below it; `files`: single ones beside it.
    """

    def __init__(self, package: Path, *files: Path) -> None:
        self._package = package
        self._files = files
        self._known = self._stamps()

    def changes(self) -> list[str]:
        """Return what was changed, added or removed since the last look."""
        found, before = self._stamps(), self._known
        self._known = found
        return sorted(path for path in found.keys() | before.keys() if found.get(path) != before.get(path))

    def _stamps(self) -> Stamps:
        found: Stamps = {}
        for path in (*_below(str(self._package)), *map(str, self._files)):
            with suppress(OSError):
                seen = os.stat(path)  # noqa: PTH116 - a hundred files ten times a second
                found[path] = (seen.st_mtime_ns, seen.st_size, seen.st_ino)
        return found


def _below(folder: str) -> Iterator[str]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name == "__pycache__":
            continue
        if entry.is_dir():
            yield from _below(entry.path)
        elif not entry.name.endswith(MADE):
            yield entry.path


def forget_bytecode(paths: list[str]) -> None:
    """Remove what Python has compiled of changed files: it tells versions apart by the second and the size only."""
    for path in paths:
        if path.endswith(".py"):
            with suppress(OSError, ValueError):
                Path(importlib.util.cache_from_source(path)).unlink()
