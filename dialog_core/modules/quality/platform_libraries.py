# SPDX-License-Identifier: Apache-2.0
"""The libraries that the platform runs on: whatever else is installed beside it is left out."""

from __future__ import annotations

from functools import cache

import importlib_metadata
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PLATFORM = "dialog-platform"


@cache
def platform_libraries() -> frozenset[str]:
    """Return the canonical names of everything that the platform requires, directly or not."""
    found: set[str] = set()
    waiting = [PLATFORM]
    while waiting:
        for line in _requires(waiting.pop()):
            requirement = Requirement(line)
            name = canonicalize_name(requirement.name)
            is_needed = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
            if is_needed and name not in found:
                found.add(name)
                waiting.append(name)
    return frozenset(found)


def _requires(name: str) -> list[str]:
    try:
        return importlib_metadata.requires(name) or []
    except importlib_metadata.PackageNotFoundError:
        return []  # a marker that speaks of a library that is not needed here
