# SPDX-License-Identifier: Apache-2.0
"""Why a set of modules cannot be, in words of an administrator, and what to do about it."""

from __future__ import annotations

import platform
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from packaging.requirements import Requirement
from packaging.specifiers import Specifier, SpecifierSet
from packaging.tags import sys_tags
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

from dialog_core.errors import NotAllowedNow
from dialog_core.modules.environment import platform_versions
from dialog_core.modules.wheels.requirements import active_requirements
from dialog_core.modules.wheels.store import StoredFile
from dialog_core.modules.wheels.wheel import WheelInfo, inspect_wheel

PLATFORM = "dialog-platform"
UPWARDS = {">=", ">", "~=", "==", "==="}


@dataclass(frozen=True, slots=True)
class Wish:
    """A requirement and who has it."""

    by: WheelInfo
    requirement: Requirement

    @property
    def name(self) -> str:
        """Canonical name of what is needed."""
        return canonicalize_name(self.requirement.name)

    @property
    def text(self) -> str:
        """What is needed, as the metadata says it."""
        return f"{self.requirement.name}{self.requirement.specifier}"

    def fits(self, version: str) -> bool:
        """Tell whether a version would do."""
        return bool(self.requirement.specifier.contains(version, prereleases=True))


def explain(modules: Sequence[StoredFile], candidates: Sequence[StoredFile], text: str) -> NotAllowedNow:
    """Return why the resolver found no set.

    Args:
        text: what the resolver said, for a reason that none of ours is.
    """
    wheels = [inspect_wheel(item.path.name, item.path.read_bytes()) for item in [*modules, *candidates]]
    chosen = {item.path.name for item in modules}
    wishes: list[Wish] = []
    waiting = [info for info in wheels if info.filename in chosen]
    seen: set[str] = set()
    while waiting:
        info = waiting.pop(0)
        seen.add(info.filename)
        problem = _unfit_here(info) if info.filename in chosen else None
        if problem is not None:
            return problem
        for requirement in active_requirements(info):
            wish = Wish(info, requirement)
            problem = _problem(wish, wheels)
            if problem is not None:
                return problem
            wishes.append(wish)
            waiting += [
                item
                for item in wheels
                if item.distribution == wish.name and wish.fits(item.version) and item.filename not in seen
            ]
    return _disagreement(wishes, wheels) or _unknown(text)


def _unfit_here(info: WheelInfo) -> NotAllowedNow | None:
    """Return why a module cannot be on this machine at all."""
    if not _python_fits(info):
        return NotAllowedNow(
            "“%(module)s” needs Python %(needs)s, the platform runs on %(version)s. Take an older version of the "
            "module, or run the platform on a newer Python.",
            module=info.distribution,
            needs=info.requires_python,
            version=platform.python_version(),
        )
    if not _system_fits(info):
        return NotAllowedNow(
            "“%(module)s” is made for another system: %(file)s. Get its wheel for Python %(version)s on %(system)s.",
            module=info.distribution,
            file=info.filename,
            version=_python_short(),
            system=sysconfig.get_platform(),
        )
    return None


def _problem(wish: Wish, wheels: Sequence[WheelInfo]) -> NotAllowedNow | None:
    values: dict[str, Any] = {"module": wish.by.distribution, "needs": wish.text}
    installed = platform_versions().get(wish.name)
    if installed is not None:
        return None if wish.fits(installed) else _unlike_platform(wish, installed)
    there = [info for info in wheels if info.distribution == wish.name]
    if not there:
        return NotAllowedNow("“%(module)s” needs %(needs)s, which is neither in the catalog nor uploaded.", **values)
    right = [info for info in there if wish.fits(info.version)]
    if not right:
        versions = ", ".join(sorted({info.version for info in there}, key=Version))
        return _other_version(there[0], versions, values)
    return _unusable(right, values)


def _unlike_platform(wish: Wish, installed: str) -> NotAllowedNow:
    values: dict[str, Any] = {"module": wish.by.distribution, "needs": wish.text, "version": installed}
    if wish.name != PLATFORM:
        return NotAllowedNow(
            "“%(module)s” needs %(needs)s, but the platform itself runs on %(name)s %(version)s, and a module may not "
            "change that. Look for another version of the module.",
            name=wish.name,
            **values,
        )
    if any(_asks_for_newer(item, Version(installed)) for item in wish.requirement.specifier):
        return NotAllowedNow(
            "“%(module)s” is made for another version of the platform: it needs %(needs)s, this is %(version)s. "
            "Upgrade the platform first, or take an older version of the module.",
            **values,
        )
    return NotAllowedNow(
        "“%(module)s” is made for another version of the platform: it needs %(needs)s, this is %(version)s, which is "
        "newer. Take a newer version of the module.",
        **values,
    )


def _asks_for_newer(specifier: Specifier, installed: Version) -> bool:
    return specifier.operator in UPWARDS and Version(specifier.version.removesuffix(".*")) > installed


def _other_version(there: WheelInfo, versions: str, values: dict[str, Any]) -> NotAllowedNow:
    if there.is_module:
        return NotAllowedNow(
            "“%(module)s” needs %(needs)s; version %(versions)s would be there. Install versions of both modules that "
            "belong together, in one change.",
            versions=versions,
            **values,
        )
    return NotAllowedNow(
        "“%(module)s” needs %(needs)s; only %(versions)s can be had. Upload the library in a version that fits.",
        versions=versions,
        **values,
    )


def _unusable(right: Sequence[WheelInfo], values: dict[str, Any]) -> NotAllowedNow | None:
    """Return why none of the wheels with the right version can be used."""
    here = [info for info in right if _system_fits(info)]
    if not here:
        return NotAllowedNow(
            "“%(module)s” needs %(needs)s, which is there only for other systems: %(files)s. Upload its wheel for "
            "Python %(version)s on %(system)s.",
            files=", ".join(info.filename for info in right[:5]),
            version=_python_short(),
            system=sysconfig.get_platform(),
            **values,
        )
    with_python = [info for info in here if _python_fits(info)]
    if not with_python:
        return NotAllowedNow(
            "“%(module)s” needs %(needs)s, which needs Python %(python)s; the platform runs on %(version)s. Upload a "
            "version of the library for this Python.",
            python=here[0].requires_python,
            version=platform.python_version(),
            **values,
        )
    return None


def _disagreement(wishes: Sequence[Wish], wheels: Sequence[WheelInfo]) -> NotAllowedNow | None:
    """Return which two want versions of one library that cannot be the same."""
    for first, second in combinations(wishes, 2):
        if first.name != second.name or first.by.distribution == second.by.distribution:
            continue
        there = [info.version for info in wheels if info.distribution == first.name]
        if there and not any(first.fits(version) and second.fits(version) for version in there):
            return NotAllowedNow(
                "“%(first)s” needs %(one)s, and “%(second)s” needs %(other)s; only one version of “%(name)s” can be "
                "there, and none of %(versions)s fits both. Take versions of the two that agree, or only one of them.",
                first=first.by.distribution,
                one=first.text,
                second=second.by.distribution,
                other=second.text,
                name=first.name,
                versions=", ".join(sorted(set(there), key=Version)),
            )
    return None


def _unknown(text: str) -> NotAllowedNow:
    lines = [line.strip().removeprefix("cause: ") for line in text.splitlines() if "cause:" in line or "And " in line]
    return NotAllowedNow("The modules cannot run together: %(reason)s", reason=" ".join(lines)[:500] or text[-500:])


def _python_fits(info: WheelInfo) -> bool:
    return SpecifierSet(info.requires_python).contains(platform.python_version(), prereleases=True)


def _system_fits(info: WheelInfo) -> bool:
    return not parse_wheel_filename(info.filename)[3].isdisjoint(sys_tags())


def _python_short() -> str:
    return ".".join(platform.python_version_tuple()[:2])
