# SPDX-License-Identifier: Apache-2.0
"""Run mypy over the platform, and over each bundled module and example from its own source folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Check everything that has Python in it."""
    sources = [*sorted(ROOT.glob("plugins/*/src")), *sorted(ROOT.glob("docs/examples/*/src"))]
    packages = [path for path in (ROOT / "dialog_core", ROOT / "admin_ui") if any(path.rglob("*.py"))]
    packages += [path.parent for source in sources for path in sorted(source.glob("*/__init__.py"))]
    packages.append(ROOT / "scripts")
    path = os.pathsep.join(str(source) for source in sources)
    return subprocess.run(
        [sys.executable, "-m", "mypy", "--no-error-summary", *(str(package) for package in packages)],
        cwd=ROOT,
        env={**os.environ, "MYPYPATH": path},
        check=False,
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
