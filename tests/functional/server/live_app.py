# SPDX-License-Identifier: Apache-2.0
"""An application of nothing but the live stream, to be served by gunicorn with the platform's configuration."""

from __future__ import annotations

import os

from flask import Flask, Response

from dialog_core.app import create_core
from dialog_core.config import Config
from dialog_core.events import live_response
from dialog_core.modules import BootState, Hooks, Running, new_manager


def make() -> Flask:
    """Return the application."""
    hooks = Hooks(new_manager())
    app = create_core(Config.from_environment(), Running("web", None, None, BootState.RUNNING, hooks), threads=16)

    @app.get("/live")
    def live() -> Response:
        return live_response(lambda item: item.event.kind != "secret")

    @app.get("/pid")
    def pid() -> str:
        return str(os.getpid())

    return app
