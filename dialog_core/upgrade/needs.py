# SPDX-License-Identifier: Apache-2.0
"""What another version of the platform needs: from the wheels given, else from the environment that runs."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import dataclass

import importlib_metadata
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.tags import sys_tags
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

from dialog_core.upgrade.wheel import PLATFORM, WheelFile


@dataclass(frozen=True, slots=True)
class Needs:
    """Of what the environment of a version is made.

    Attributes:
        wheels: to be installed, the platform's own among them.
        kept: names of distributions that are taken over from the running environment.
        missing: requirements that neither can meet, with who asks for them.
    """

    wheels: tuple[WheelFile, ...]
    kept: tuple[str, ...]
    missing: tuple[str, ...]


def python_problem(wheel: WheelFile) -> str:
    """Say in words why the Python that runs cannot run this version; empty when it can."""
    here = platform.python_version()
    if not wheel.requires_python or SpecifierSet(wheel.requires_python).contains(here, prereleases=True):
        return ""
    return (
        f"Version {wheel.version} needs Python {wheel.requires_python}, this is Python {here}. Make a new environment "
        f"with such a Python (python3 -m venv), install version {wheel.version} into it, and start “dialog up” from "
        "there; the home and the database stay."
    )


def find_needs(wheel: WheelFile, others: Sequence[WheelFile]) -> Needs:
    """Walk through the requirements: a wheel that fits is taken, the newest first, else what is installed here.

    It decides each name once, by the first who asks; whoever asks for more later is checked against that, and
    `uv pip check` looks at the whole in the end.
    """
    usable = [item for item in others if _fits_here(item)]
    chosen: dict[str, WheelFile] = {wheel.distribution: wheel}
    kept: dict[str, str] = {}
    missing: dict[str, None] = {}
    waiting: list[tuple[str, Requirement, str]] = [(wheel.distribution, item, "") for item in wheel.requires]
    seen: set[tuple[str, str, str]] = set()
    while waiting:
        by, requirement, extra = waiting.pop(0)
        name = canonicalize_name(requirement.name)
        if (by, str(requirement), extra) in seen or not _applies(requirement, extra):
            continue
        seen.add((by, str(requirement), extra))
        version, requires = _choose(name, requirement, usable, chosen, kept)
        if not version or not requirement.specifier.contains(version, prereleases=True):
            has = f"; {version} is what there is" if version else ""
            missing[f"{requirement.name}{requirement.specifier} (for {by}{has})"] = None
            continue
        waiting += [(name, item, wanted) for item in requires for wanted in ("", *requirement.extras)]
    return Needs(tuple(chosen.values()), tuple(sorted(kept)), tuple(missing))


def _choose(
    name: str, requirement: Requirement, usable: Sequence[WheelFile], chosen: dict[str, WheelFile], kept: dict[str, str]
) -> tuple[str, Sequence[Requirement]]:
    if name not in chosen and name not in kept:
        fitting = [
            item
            for item in usable
            if item.distribution == name and requirement.specifier.contains(item.version, prereleases=True)
        ]
        if fitting:
            chosen[name] = max(fitting, key=lambda item: Version(item.version))
    if name in chosen:
        return chosen[name].version, chosen[name].requires
    found = installed(name)
    if found is None or name == PLATFORM:
        return "", ()
    kept[name] = found.version
    return found.version, [Requirement(line) for line in found.requires or ()]


def installed(name: str) -> importlib_metadata.Distribution | None:
    """Return a distribution of the environment that runs."""
    return next(iter(importlib_metadata.Distribution.discover(name=name)), None)


def _applies(requirement: Requirement, extra: str) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


def _fits_here(wheel: WheelFile) -> bool:
    tags = parse_wheel_filename(wheel.path.name)[3]
    return not tags.isdisjoint(sys_tags()) and not python_problem(wheel)
