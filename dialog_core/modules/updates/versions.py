# SPDX-License-Identifier: Apache-2.0
"""Which newer version a policy allows: a pure question of numbers."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from packaging.version import InvalidVersion, Version


class Policy(StrEnum):
    """How far a module is updated by itself."""

    OFF = "off"
    """Not at all."""
    PATCH = "patch"
    """Within 1.4: corrections only."""
    MINOR = "minor"
    """Within 1: new features, too."""


def choose_version(installed: str, available: Iterable[str], policy: Policy) -> str | None:
    """Return the newest version that a policy allows, None when there is none.

    Preliminary versions (1.5rc1) are never chosen. Below 1.0 the second number stands for what breaks, as semantic
    versioning has it, so that there `minor` allows no more than `patch`.
    """
    current = _parsed(installed)
    if policy is Policy.OFF or current is None:
        return None
    allowed = {
        version: text
        for text in available
        if (version := _parsed(text)) is not None
        and not version.is_prerelease
        and version > current
        and _kept_numbers(version, policy) == _kept_numbers(current, policy)
    }
    return allowed[max(allowed)] if allowed else None


def _kept_numbers(version: Version, policy: Policy) -> tuple[int, ...]:
    is_young = version.major == 0
    depth = 1 if policy is Policy.MINOR and not is_young else 2
    return (version.epoch, *(version.major, version.minor)[:depth])


def _parsed(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None
