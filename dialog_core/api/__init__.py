# SPDX-License-Identifier: Apache-2.0
"""REST v1: tickets, parties and modules for programs, described at `/api/v1/openapi.json`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["register"]


def register(app: Flask) -> None:
    """Add the API to the web application."""
    from dialog_core.api.application import add_api  # tables of this room are imported without it

    add_api(app)
