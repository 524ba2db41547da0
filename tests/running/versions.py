# SPDX-License-Identifier: Apache-2.0
"""Another version of a fixture module."""

from __future__ import annotations

import shutil
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder

MODULES = Path(__file__).resolve().parents[1] / "fixtures" / "modules"


def wheel_of_version(name: str, version: str, folder: Path) -> Path:
    """Build a fixture module as another version of itself, and return its wheel."""
    source = folder / f"{name}-{version}"
    shutil.copytree(MODULES / name, source)
    project = source / "pyproject.toml"
    text = project.read_text()
    assert 'version = "1.0"' in text
    project.write_text(text.replace('version = "1.0"', f'version = "{version}"'))
    return Path(next(WheelBuilder(str(source)).build(directory=str(folder), versions=["standard"])))
