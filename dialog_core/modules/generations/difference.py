# SPDX-License-Identifier: Apache-2.0
"""How two sets of modules differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Difference(StrEnum):
    """What became of a module or library from one set to another."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    """Another version, or another wheel of the same version."""
    ENABLED = "enabled"
    DISABLED = "disabled"
    DATA = "data"
    """Its code stays as it is."""


@dataclass(frozen=True, slots=True)
class ModuleDifference:
    """One module; versions are None where it is not in the set."""

    name: str
    old_version: str | None
    new_version: str | None
    was_enabled: bool
    is_enabled: bool

    @property
    def kind(self) -> Difference:
        """Return the one word for it; a module that got another version and was switched is `changed`."""
        if self.old_version is None:
            return Difference.ADDED
        if self.new_version is None:
            return Difference.REMOVED
        if self.old_version == self.new_version and self.was_enabled != self.is_enabled:
            return Difference.ENABLED if self.is_enabled else Difference.DISABLED
        return Difference.CHANGED


@dataclass(frozen=True, slots=True)
class LibraryDifference:
    """One library; versions are None where it is not in the set."""

    distribution: str
    old_version: str | None
    new_version: str | None

    @property
    def kind(self) -> Difference:
        """Return the one word for it."""
        if self.old_version is None:
            return Difference.ADDED
        return Difference.REMOVED if self.new_version is None else Difference.CHANGED


@dataclass(frozen=True, slots=True)
class LockDifference:
    """Everything that differs between two locks, by name."""

    modules: tuple[ModuleDifference, ...]
    libraries: tuple[LibraryDifference, ...]


def difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> LockDifference:
    """Compare two locks, see `Generation`."""
    before = {item["name"]: item for item in old["modules"]}
    after = {item["name"]: item for item in new["modules"]}
    return LockDifference(
        tuple(
            ModuleDifference(
                name=name,
                old_version=before[name]["version"] if name in before else None,
                new_version=after[name]["version"] if name in after else None,
                was_enabled=bool(before.get(name, {}).get("enabled")),
                is_enabled=bool(after.get(name, {}).get("enabled")),
            )
            for name in sorted({*before, *after})
            if before.get(name) != after.get(name)
        ),
        _libraries(old, new),
    )


def _libraries(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[LibraryDifference, ...]:
    before = {item["distribution"]: item for item in old["libraries"]}
    after = {item["distribution"]: item for item in new["libraries"]}
    return tuple(
        LibraryDifference(name, before.get(name, {}).get("version"), after.get(name, {}).get("version"))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    )
