# SPDX-License-Identifier: Apache-2.0
"""Make modules as an author does, and run the tools that an author has."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import copier

from dialog_core.authoring import build_wheel, bundled_template, check_answers, read_source
from dialog_core.authoring.creating import values_for

ROOT = Path(__file__).resolve().parents[2]
EVERYTHING = ("channel", "fields", "lifecycle", "pages", "job", "service")
ANSWERS: dict[str, object] = {
    "name": "sample",
    "title_en": "Sample",
    "title_ru": "Пример",
    "description_en": "An example that shows the desk what a module of ours can do.",
    "description_ru": "Пример, который показывает, что умеет наш собственный модуль.",
    "author": "Anna",
    "licence": "MIT",
    "brings": list(EVERYTHING),
}


def make_module(folder: Path, name: str, *brings: str) -> None:
    """Make a module in a folder that does not exist or is empty.

    Copier runs in this process: as a program, as `dialog module new` starts it, it takes a second each time to load.
    """
    answers = check_answers(ANSWERS | {"name": name, "brings": list(brings)})
    copier.run_copy(
        str(bundled_template().folder), folder, data=values_for(answers, bundled_template()), defaults=True, quiet=True
    )


def run_tool(folder: Path, *command: str, seconds: float = 300.0) -> str:
    """Run a tool of this environment in a module's folder; it must end well. Return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, env=environment(), capture_output=True, text=True, check=False,
        timeout=seconds,
    )  # fmt: skip
    assert done.returncode == 0, f"{' '.join(command)} in {folder}:\n{done.stdout[-6000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def environment() -> dict[str, str]:
    """Return the environment of an author's shell: nothing of this test run, and none of its homes."""
    strange = ("PYTEST_", "DIALOG_", "COV_")
    return {name: value for name, value in os.environ.items() if not name.startswith(strange)}


def build(folder: Path, out: Path) -> Path:
    """Build the wheel of a module, its translations compiled, and return where it is."""
    return build_wheel(read_source(folder), out)
