# SPDX-License-Identifier: Apache-2.0
"""REST v1: tickets, parties and modules for programs, described at `/api/v1/openapi.json`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

    from dialog_core.api.blueprint import ModuleApi
    from dialog_core.api.blueprint import actor as api_actor
    from dialog_core.modules import Running

# Tables of this room are imported without what its resources need; a module's API asks for the rest.
_LATER = {"ModuleApi": "ModuleApi", "api_actor": "actor"}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("dialog_core.api.blueprint"), _LATER[name])


__all__ = ["ModuleApi", "api_actor", "register"]


def register(app: Flask, running: Running) -> None:
    """Add the API to the web application."""
    from dialog_core.api.application import add_api

    add_api(app, running)
