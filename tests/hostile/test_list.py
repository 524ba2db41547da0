# SPDX-License-Identifier: Apache-2.0
"""The table in README.md names a test for each case, and each of them exists."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def test_every_case_has_a_test_and_every_fixture_a_user() -> None:
    named = re.findall(r"^\| [^|]+ \| `([^`]+)` \|$", (HERE / "README.md").read_text(), re.MULTILINE)
    assert len(named) > 40
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", str(HERE)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    there = {line.removeprefix("tests/hostile/") for line in done.stdout.splitlines() if "::" in line}
    assert [name for name in named if name not in there] == []
    assert len(named) == len(set(named))
