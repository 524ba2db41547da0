# SPDX-License-Identifier: Apache-2.0
"""Permissions that modules of this process bring: who has them follows from the roles, as the module proposes.

They are not stored with the roles: a module that is off leaves nothing behind, and one that comes back has them again.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, current_app, has_app_context

from dialog_core.hookspecs.permissions import Permission

ADMINISTRATOR = "administrator"
_EXTENSION = "dialog_permissions"


def declare_permissions(app: Flask, found: Iterable[Permission]) -> None:
    """Let the application know the permissions of its modules."""
    app.extensions[_EXTENSION] = {permission.name: permission for permission in found}


def declared_permissions() -> tuple[Permission, ...]:
    """Return the permissions of modules, by name."""
    known: dict[str, Permission] = current_app.extensions.get(_EXTENSION, {}) if has_app_context() else {}
    return tuple(known[name] for name in sorted(known))


def granted_to(roles: Iterable[str | None]) -> frozenset[str]:
    """Return the permissions of modules that these roles have."""
    wanted = set(roles)
    return frozenset(
        permission.name
        for permission in declared_permissions()
        if ADMINISTRATOR in wanted or wanted.intersection(permission.roles)
    )
