# SPDX-License-Identifier: Apache-2.0
"""The catalog built with the platform: wheels of modules and of the libraries they need, trusted by a hash list."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from packaging.version import Version

from dialog_core.errors import SetupProblem
from dialog_core.modules.wheels.wheel import WheelInfo, inspect_wheel

BUNDLED = Path(__file__).resolve().parents[2] / "catalog"
SOURCE = "catalog"
CATALOG_LIST = "catalog.json"


@dataclass(frozen=True, slots=True)
class CatalogWheel:
    """One line of the hash list."""

    path: Path
    filename: str
    name: str
    version: str
    sha256: str
    size: int

    def read(self) -> bytes:
        """Return the wheel's content.

        Raises:
            SetupProblem: it is not the file that the catalog was made with.
        """
        try:
            content = self.path.read_bytes()
        except OSError:
            content = b""
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise SetupProblem(
                "The catalog is damaged: %(name)s is missing or was changed. Install the platform again.",
                name=self.filename,
            )
        return content

    def describe(self) -> WheelInfo:
        """Return what the wheel says about itself."""
        return _describe(self)


@lru_cache(maxsize=256)
def _describe(wheel: CatalogWheel) -> WheelInfo:
    return inspect_wheel(wheel.filename, wheel.read())


def catalog_folder() -> Path:
    """Return the folder of the catalog (`DIALOG_CATALOG` puts another in its place)."""
    return Path(os.environ.get("DIALOG_CATALOG") or BUNDLED)


def catalog_wheels() -> tuple[CatalogWheel, ...]:
    """Return every wheel of the catalog; none when there is no catalog."""
    folder = catalog_folder()
    try:
        state = (folder / CATALOG_LIST).stat()
    except FileNotFoundError:
        return ()
    return _listed(folder, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=4)
def _listed(folder: Path, _changed: int, _size: int) -> tuple[CatalogWheel, ...]:
    """Read the hash list again only when the file is another: it is asked for each name that is shown."""
    listing = json.loads((folder / CATALOG_LIST).read_text())
    return tuple(
        CatalogWheel(
            folder / Path(item["filename"]).name,
            item["filename"],
            item["name"],
            item["version"],
            item["sha256"],
            item["size"],
        )
        for item in listing["wheels"]
    )


def catalog_modules() -> tuple[WheelInfo, ...]:
    """Return the newest wheel of each module in the catalog, by name."""
    newest: dict[str, CatalogWheel] = {}
    for wheel in catalog_wheels():
        if wheel.name.startswith("dialog-"):
            known = newest.get(wheel.name)
            if known is None or Version(known.version) < Version(wheel.version):
                newest[wheel.name] = wheel
    return tuple(info for _, wheel in sorted(newest.items()) if (info := wheel.describe()).is_module)


def catalog_libraries() -> tuple[CatalogWheel, ...]:
    """Return the wheels that are no modules."""
    return tuple(wheel for wheel in catalog_wheels() if not wheel.name.startswith("dialog-"))
