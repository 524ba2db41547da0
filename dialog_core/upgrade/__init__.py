# SPDX-License-Identifier: Apache-2.0
"""Another version of the platform: examined aside, started beside the running one, and taken back when it fails."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dialog_core.upgrade.active import (
        HERE_VARIABLE,
        Active,
        ParentRecord,
        Request,
        become_active,
        keep_record,
        read_request,
        remove_record,
    )
    from dialog_core.upgrade.takeover import Patience
    from dialog_core.upgrade.upgrading import Examination, check_upgrade, upgrade_platform

# The command line looks at the active version before anything else is imported.
_WHERE = {
    "HERE_VARIABLE": "active",
    "Active": "active",
    "Examination": "upgrading",
    "ParentRecord": "active",
    "Patience": "takeover",
    "Request": "active",
    "become_active": "active",
    "check_upgrade": "upgrading",
    "keep_record": "active",
    "read_request": "active",
    "remove_record": "active",
    "upgrade_platform": "upgrading",
}
__all__ = [
    "HERE_VARIABLE",
    "Active",
    "Examination",
    "ParentRecord",
    "Patience",
    "Request",
    "become_active",
    "check_upgrade",
    "keep_record",
    "read_request",
    "remove_record",
    "upgrade_platform",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(name)
    return getattr(import_module(f"dialog_core.upgrade.{_WHERE[name]}"), name)
