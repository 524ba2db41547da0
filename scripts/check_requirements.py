# SPDX-License-Identifier: Apache-2.0
"""Check the requirement files: pinned with hashes, no host named, and pyproject.toml in step with runtime.in."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOST = re.compile(r"://|^\s*--(index-url|extra-index-url|find-links|trusted-host)", re.MULTILINE)


def problems(root: Path = ROOT) -> list[str]:
    """Return one line for each thing that is wrong."""
    found = []
    for path in sorted((root / "requirements").glob("*.txt")):
        text = path.read_text()
        if HOST.search(text):
            found.append(f"{path.name} names a host")
        pins = re.split(r"(?<!\\)\n", text)
        found += [f"{path.name}: no hash for {pin.split()[0]}" for pin in pins if "==" in pin and "--hash=" not in pin]
    if '"resolved"' in (root / "package-lock.json").read_text():
        found.append("package-lock.json names the host it was made with")
    declared = set(tomllib.loads((root / "pyproject.toml").read_text())["project"]["dependencies"])
    lines = (line.strip() for line in (root / "requirements" / "runtime.in").read_text().splitlines())
    wanted = {line for line in lines if line and not line.startswith(("#", "-"))}
    found += [f"{name} is in only one of pyproject.toml and runtime.in" for name in sorted(declared ^ wanted)]
    return found


def main() -> int:
    """Print what is wrong."""
    found = problems()
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
