# SPDX-License-Identifier: Apache-2.0
"""Wheels of the platform under other version numbers, built from this tree with a change or two."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from dialog_core import __version__

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("dialog_core", "admin_ui")
SKIPPED = shutil.ignore_patterns("__pycache__", "node_modules", "assets")


def build_platform(
    folder: Path, version: str, *, changes: Mapping[str, tuple[str, str]], added: Mapping[str, str]
) -> Path:
    """Build the wheel of a version, and return its path.

    Args:
        changes: path in the tree to a text in it and what stands there instead.
        added: path in the tree to the content of a new file.
    """
    from hatchling.builders.wheel import WheelBuilder

    tree = folder / f"tree-{version}"
    for name in COPIED:
        shutil.copytree(ROOT / name, tree / name, ignore=SKIPPED)
    for name in ("LICENSE", "README.md", "pyproject.toml"):
        shutil.copyfile(ROOT / name, tree / name)
    both = {
        "pyproject.toml": (f'version = "{__version__}"', f'version = "{version}"'),
        "dialog_core/__init__.py": (f'"{__version__}"', f'"{version}"'),
    }
    for path, (old, new) in {**both, **changes}.items():
        text = (tree / path).read_text()
        assert old in text, f"{path} does not hold {old!r}"
        (tree / path).write_text(text.replace(old, new, 1))
    for path, content in added.items():
        (tree / path).write_text(content)
    built = next(iter(WheelBuilder(str(tree)).build(directory=str(folder), versions=["standard"])))
    shutil.rmtree(tree)
    return Path(built)
