# SPDX-License-Identifier: Apache-2.0
"""Permissions that modules bring, beside those of the core."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dialog_core.hookspecs.markers import HookKind, hookspec


@dataclass(frozen=True, slots=True)
class Permission:
    """A right that a module checks with `actor.require(name)`.

    Attributes:
        name: prefixed with the module's name and a dot, as `module.toml` lists it (`sla.read`).
        title: `{"ru": …, "en": …}`, beginning with a verb: what one may do.
        roles: names of the roles that have it (`supervisor`, `specialist`, `engineer`, `tester`); the role
            `administrator` has every permission.
    """

    name: str
    title: dict[str, str]
    roles: tuple[str, ...] = ()


@hookspec(kind=HookKind.COLLECT, since="0.1", budget=0.05)
def permissions() -> Iterable[Permission]:
    """Declare permissions; `module.toml` names them under `capabilities.permissions`.

    Called: once when a process starts, and at preflight.
    Process: every one. Transaction: none.
    Return: the permissions; a name without the module's prefix is left out and recorded.
    On error: nobody has the module's permissions in this process: a deny is the default; the failure is recorded.
    """
