# SPDX-License-Identifier: Apache-2.0
"""docs/test-kit.md is what the test kit says of itself; tests/author_kit/test_kit.py runs its example."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_is_what_the_script_makes() -> None:
    script = ROOT / "scripts" / "test_kit_reference.py"
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr or "run scripts/test_kit_reference.py"
