# SPDX-License-Identifier: Apache-2.0
"""Check that every source file says its licence: the first line, or the second after a `#!` line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINE = "SPDX-License-Identifier: Apache-2.0"
SUFFIXES = {".py", ".sh", ".js", ".mjs", ".css"}
# A module made from the template belongs to its author, who chooses the licence.
EXEMPT = ("plugin_template/",)


def source_files(root: Path = ROOT) -> list[str]:
    """Return the tracked and the new source files, relative to the root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    names = (name for name in listed if Path(name).suffix in SUFFIXES or Path(name).name == "Makefile")
    return sorted(name for name in names if not name.startswith(EXEMPT) and (root / name).is_file())


def lacks_header(text: str) -> bool:
    """Say whether a file with this text should have the line and does not; an empty file needs none."""
    lines = text.splitlines()
    if not text.strip():
        return False
    return LINE not in lines[1 if lines[0].startswith("#!") and len(lines) > 1 else 0]


def main() -> int:
    """Name each file without the line."""
    missing = [name for name in source_files() if lacks_header((ROOT / name).read_text(encoding="utf-8"))]
    for name in missing:
        print(f"{name}:1: the first line should be a comment with {LINE}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
