# SPDX-License-Identifier: Apache-2.0
"""The permissions that the modules of a process bring, each under its module's name."""

from __future__ import annotations

from dialog_core.hookspecs.permissions import Permission
from dialog_core.modules import Running, report_incident


def permissions_of_modules(running: Running) -> list[Permission]:
    """Return the permissions of all modules; one that bears another's name is left out and recorded."""
    found: list[Permission] = []
    for contribution in running.hooks.collect("permissions"):
        permission: Permission = contribution.value
        if permission.name.startswith(f"{contribution.module}."):
            found.append(permission)
        else:
            error = ValueError(f"the permission {permission.name} does not begin with {contribution.module}.")
            report_incident(contribution.module, "hook permissions", error)
    return found
