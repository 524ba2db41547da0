# SPDX-License-Identifier: Apache-2.0
"""The processes of one platform, found by the home folder in their environment."""

from __future__ import annotations

from pathlib import Path


def processes_of(home: Path) -> dict[int, str]:
    """Return process ids and command lines of everything that runs with this home; zombies don't count."""
    wanted = f"DIALOG_HOME={home}".encode()
    found: dict[int, str] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
                found[int(folder.name)] = command
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue  # it ended meanwhile, or is somebody else's
    return found
