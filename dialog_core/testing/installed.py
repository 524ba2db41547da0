# SPDX-License-Identifier: Apache-2.0
"""A module laid out as an installation would have it, from its sources, without building a wheel."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from dialog_core.testing.module_under_test import ENTRY_POINTS, ModuleUnderTest


def installed_copy(module: ModuleUnderTest, target: Path) -> dict[str, Any]:
    """Lay a module out in a folder for the import path, and return its entry for a lock."""
    shutil.copytree(module.folder, target / module.package, ignore=shutil.ignore_patterns("__pycache__"))
    facts = target / f"{module.distribution.replace('-', '_')}-{module.version}.dist-info"
    facts.mkdir()
    facts.joinpath("METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {module.distribution}\nVersion: {module.version}\n", encoding="utf-8"
    )
    facts.joinpath("entry_points.txt").write_text(
        f"[{ENTRY_POINTS}]\n{module.name} = {module.entry}\n", encoding="utf-8"
    )
    return {
        "name": module.name, "distribution": module.distribution, "version": module.version, "sha256": "0" * 64,
        "enabled": True,
    }  # fmt: skip
