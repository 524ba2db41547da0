# SPDX-License-Identifier: Apache-2.0
"""The processes of a node: `dialog up`, `dialog web` (parent of gunicorn), `dialog worker` (jobs and services)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dialog_core.server.checkup import Finding, examine
    from dialog_core.server.logs import set_up_logging
    from dialog_core.server.up import prepare, run_alone, run_up

_WHERE = {
    "Finding": "checkup",
    "examine": "checkup",
    "prepare": "up",
    "run_alone": "up",
    "run_up": "up",
    "set_up_logging": "logs",
}
__all__ = ["Finding", "examine", "prepare", "run_alone", "run_up", "set_up_logging"]


def __getattr__(name: str) -> Any:
    """Import a part when it is asked for: a gunicorn master needs little of this, a job process other parts."""
    if name not in _WHERE:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(f"dialog_core.server.{_WHERE[name]}"), name)
