# SPDX-License-Identifier: Apache-2.0
"""What module authors work with: `dialog module dev` and its like. No process of an installation imports this."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dialog_core.authoring.dev.parent import run_dev

_WHERE = {
    "run_dev": "dev.parent",
}
__all__ = ["run_dev"]


def __getattr__(name: str) -> Any:
    """Import a part when it is asked for: each command needs one of them."""
    if name not in _WHERE:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(f"dialog_core.authoring.{_WHERE[name]}"), name)
