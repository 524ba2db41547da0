# SPDX-License-Identifier: Apache-2.0
"""What the platform itself consists of: its distributions and import packages, without those of any generation."""

from __future__ import annotations

import importlib
import sys
from functools import cache
from pathlib import Path

import importlib_metadata
from packaging.utils import canonicalize_name

_generation_paths: set[str] = set()


def append_generation_path(path: Path) -> None:
    """Make a generation's packages importable, after everything of the platform (it never shadows anything)."""
    text = str(path)
    if text not in sys.path:
        _generation_paths.add(text)
        sys.path.append(text)


def drop_generation_path(path: Path) -> None:
    """Take a generation back that would not start, with all that was imported from it."""
    if str(path) in _generation_paths:
        _generation_paths.discard(str(path))
        sys.path.remove(str(path))
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file is not None and Path(file).is_relative_to(path):
            del sys.modules[name]
    importlib.invalidate_caches()


def platform_path() -> list[str]:
    """Return the import path of the platform alone."""
    return [entry for entry in sys.path if entry not in _generation_paths]


def remember_platform() -> None:
    """Read now what the platform consists of, for children that are forked from this process."""
    platform_versions()
    platform_packages()


@cache
def platform_versions() -> dict[str, str]:
    """Return canonical name and version of each installed distribution of the platform's environment."""
    found: dict[str, str] = {}
    for distribution in importlib_metadata.distributions(path=platform_path()):
        name = distribution.metadata["Name"]
        if name:
            found.setdefault(canonicalize_name(name), distribution.version)
    return found


@cache
def platform_packages() -> frozenset[str]:
    """Return the top-level packages that belong to the platform's environment or to Python."""
    names = set(sys.stdlib_module_names) | {"dialog_core", "admin_ui"}
    for distribution in importlib_metadata.distributions(path=platform_path()):
        for file in distribution.files or ():
            first = file.parts[0]
            if not first.endswith((".dist-info", ".pth", "..", "__pycache__")):
                names.add(first.split(".", 1)[0])
    return frozenset(names)
