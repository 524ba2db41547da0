# SPDX-License-Identifier: Apache-2.0
"""Resources that modules add to the REST API."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint

from dialog_core.hookspecs.markers import HookKind, hookspec


@hookspec(kind=HookKind.COLLECT, since="0.1", budget=0.2)
def api_blueprints() -> Iterable[Blueprint]:
    """Add resources to the API, made with `dialog_core.plugin.ModuleApi`, which mounts them under `/api/v1/<module>/`.

    They have the platform's tokens (`api_actor()` tells who calls; check with `require`), problem documents and limit
    of requests, and stand in `openapi.json`. `module.toml` lists their addresses under `capabilities.pages`.
    Called: once when a web process starts, and at preflight.
    Process: web. Transaction: none.
    Return: the blueprints; one that is no `ModuleApi` of this module is left out and recorded.
    On error: the module has no resources in this process; the failure is recorded.
    """
