# SPDX-License-Identifier: Apache-2.0
"""Modules that need other modules: one that is needed is neither removed nor switched off alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from sqlalchemy.orm import Session

from dialog_core.errors import NotAllowedNow
from dialog_core.modules.generations.wanted import Current
from dialog_core.modules.wheels.store import describe_stored

PLATFORM = "dialog-platform"
MODULE_PREFIX = "dialog-"


def require_companions(session: Session, current: Current, entries: Sequence[dict[str, Any]]) -> None:
    """Refuse a set of modules in which one lacks another that it needs.

    Args:
        current: what runs now, which tells what the change takes away.
        entries: the module lines of the wanted lock; their wheels are in the store.

    Raises:
        NotAllowedNow: it says who needs what, and the way out.
    """
    wanted: dict[str, dict[str, Any]] = {canonicalize_name(item["distribution"]): item for item in entries}
    missing: dict[str, list[str]] = {}
    off: dict[str, list[str]] = {}
    for item in entries:
        for needed in needed_modules(session, item["sha256"]):
            other = wanted.get(needed)
            if other is None:
                missing.setdefault(needed, []).append(item["name"])
            elif item["enabled"] and not other["enabled"]:
                off.setdefault(other["name"], []).append(item["name"])
    for needed, users in missing.items():
        raise _is_missing(current, needed, users)
    for name, users in off.items():
        raise _is_off(current, name, users)


def dependents_of(session: Session, current: Current, name: str) -> tuple[str, ...]:
    """Return the enabled modules that need a module, directly or through another one, in the order of their names."""
    users: dict[str, set[str]] = {}
    names: dict[str, str] = {canonicalize_name(item["distribution"]): item["name"] for item in current.lock["modules"]}
    for item in current.lock["modules"]:
        for needed in needed_modules(session, item["sha256"]) if item["enabled"] else ():
            users.setdefault(names.get(needed, needed), set()).add(item["name"])
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for user in users.get(waiting.pop(), set()) - found - {name}:
            found.add(user)
            waiting.append(user)
    return tuple(sorted(found))


def needed_modules(session: Session, sha256: str) -> tuple[str, ...]:
    """Return the distributions of the modules that a stored wheel needs, as its metadata says."""
    known = _known.get(sha256)
    if known is None:
        known = _known[sha256] = _modules_among(describe_stored(session, sha256).requires)
    return known


_known: dict[str, tuple[str, ...]] = {}
"""By the hash of a wheel, which never changes its content."""


def _modules_among(requires: Iterable[str]) -> tuple[str, ...]:
    found = []
    for requirement in map(Requirement, requires):
        name = canonicalize_name(requirement.name)
        applies = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if applies and name.startswith(MODULE_PREFIX) and name != PLATFORM:
            found.append(str(name))
    return tuple(dict.fromkeys(found))


def _is_missing(current: Current, needed: str, users: list[str]) -> NotAllowedNow:
    name = next(
        (item["name"] for item in current.lock["modules"] if canonicalize_name(item["distribution"]) == needed), None
    )
    if name is not None:
        return NotAllowedNow(
            "“%(name)s” cannot be removed alone, it is needed by “%(others)s”. Remove that in the same change, "
            "or first.",
            name=name,
            others="”, “".join(users),
        )
    return NotAllowedNow(
        "The module “%(name)s” is needed by “%(others)s” and is not installed. Choose both and install them in one "
        "change.",
        name=needed.removeprefix(MODULE_PREFIX),
        others="”, “".join(users),
    )


def _is_off(current: Current, name: str, users: list[str]) -> NotAllowedNow:
    entry = current.entry(name)
    if entry is not None and entry["enabled"]:
        return NotAllowedNow(
            "“%(name)s” cannot be switched off alone, it is needed by “%(others)s”. Switch that off in the "
            "same change, or first.",
            name=name,
            others="”, “".join(users),
        )
    return NotAllowedNow(
        "The module “%(name)s” is needed by “%(others)s” and is switched off. Switch it on in the same change, or "
        "first.",
        name=name,
        others="”, “".join(users),
    )
