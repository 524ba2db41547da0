# SPDX-License-Identifier: Apache-2.0
"""The module that a test belongs to, found from where the test lies."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dialog_core.modules import Manifest

ENTRY_POINTS = "dialog.modules"
PYPROJECT = "pyproject.toml"


@dataclass(frozen=True, slots=True)
class ModuleUnderTest:
    """A module's source folder.

    Attributes:
        name: name of the entry point, for example `sla`.
        root: folder of its pyproject.toml.
        sources: folder that goes on the import path.
        entry: value of the entry point: `package.module` or `package.module:attribute`.
        distribution, version: as in `[project]`.
    """

    name: str
    root: Path
    sources: Path
    entry: str
    distribution: str
    version: str

    @property
    def package(self) -> str:
        """Name of the package, `dialog_NAME`."""
        return f"dialog_{self.name}"

    @property
    def folder(self) -> Path:
        """Folder of the package."""
        return self.sources / self.package

    @property
    def manifest(self) -> Manifest:
        """What `module.toml` says.

        Raises:
            WrongValue: it says something that is not possible.
        """
        from dialog_core.modules import parse_manifest

        return parse_manifest((self.folder / "module.toml").read_bytes())


def module_of(path: Path) -> ModuleUnderTest | None:
    """Return the module whose folder a file or folder lies in, None when it lies in none."""
    for folder in (path, *path.parents):
        found = _read(folder)
        if found is not None:
            return found
    return None


@cache
def _read(folder: Path) -> ModuleUnderTest | None:
    try:
        data = tomllib.loads((folder / PYPROJECT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    project = data.get("project", {})
    entries = project.get("entry-points", {}).get(ENTRY_POINTS, {})
    if len(entries) != 1:
        return None
    [(name, entry)] = entries.items()
    sources = folder / "src" if (folder / "src").is_dir() else folder
    return ModuleUnderTest(
        name, folder, sources, str(entry), str(project.get("name", "")), str(project.get("version", "0"))
    )
