# SPDX-License-Identifier: Apache-2.0
"""The wheel of a module: the same sources always give the same bytes."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from dialog_core.authoring.placing import place
from dialog_core.authoring.source import Source
from dialog_core.authoring.translating import compile_translations
from dialog_core.errors import SetupProblem

EPOCH = "1580601600"
"""2020-02-02, the time of all files in a wheel: what hatchling takes by itself."""
SECONDS = 300


class BuildFailed(SetupProblem):
    """hatchling did not make a wheel; the message has what it said last."""


def build_wheel(source: Source, out: Path) -> Path:
    """Compile the translations and build the wheel into a folder, which is made when it is missing.

    Raises:
        BuildFailed: hatchling refuses.
        SetupProblem: hatchling is not installed, or a catalogue cannot be read.
    """
    if importlib.util.find_spec("hatchling") is None:
        raise SetupProblem("hatchling is not installed here: pip install 'dialog-platform[author]'.")
    compile_translations(source.package)
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", scratch]
        done = subprocess.run(
            command, cwd=source.root, env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH}, capture_output=True, text=True,
            check=False, timeout=SECONDS,
        )  # fmt: skip
        made = sorted(Path(scratch).glob("*.whl"))
        if done.returncode or not made:
            said = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["it said nothing"]
            raise BuildFailed("hatchling made no wheel: %(reason)s.", reason=said[0][:300].rstrip("."))
        return place(made[0].read_bytes(), out / made[0].name)
