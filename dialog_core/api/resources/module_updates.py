# SPDX-License-Identifier: Apache-2.0
"""Updates that modules make by themselves: how far, when, and what came of them."""

from __future__ import annotations

from typing import Any

from flask import Response

from dialog_core.api.blueprint import Resource, actor, answer
from dialog_core.api.idempotency import perform
from dialog_core.api.schemas.module_updates import (
    ModulePolicy,
    ModuleUpdateList,
    PolicyChange,
    UpdateWindow,
    UpdateWindowChange,
)
from dialog_core.api.schemas.modules import Nothing
from dialog_core.installation import profile
from dialog_core.modules import (
    UpdateView,
    list_updates,
    retry_update,
    set_policy,
    set_update_window,
    update_window,
)
from dialog_core.staff.permissions import MODULE_MANAGE

module_updates = Resource("api-module-updates", description="Modules that update themselves.")


@module_updates.get("/module-updates")
@module_updates.response(200, ModuleUpdateList)
def list_module_updates() -> Response:
    """List the latest updates, newest first; those that wait for an administrator are `waiting`."""
    return answer({"items": [_update(view) for view in list_updates(actor(), limit=200)], "next": None})


@module_updates.post("/module-updates/<int(max=2147483647):update_id>/retry")
@module_updates.arguments(Nothing)
@module_updates.response(204)
def post_retry(body: dict[str, Any], update_id: int) -> Response:  # noqa: ARG001 - an empty object
    """Let a version that failed or was taken back be tried again in the next window."""
    return perform(lambda: retry_update(actor(), update=update_id), lambda _: Response(status=204))


@module_updates.patch("/modules/<name>/update-policy")
@module_updates.arguments(PolicyChange)
@module_updates.response(200, ModulePolicy)
def patch_policy(body: dict[str, Any], name: str) -> Response:
    """Set how far a module is updated by itself."""
    policy = set_policy(actor(), module=name, policy=body["policy"])
    return answer({"module": name, "policy": policy.value})


@module_updates.get("/module-update-window")
@module_updates.response(200, UpdateWindow)
def get_window() -> Response:
    """Read when modules are updated by themselves, in the time zone of the installation."""
    actor().require(MODULE_MANAGE)
    return answer(_window())


@module_updates.patch("/module-update-window")
@module_updates.arguments(UpdateWindowChange)
@module_updates.response(200, UpdateWindow)
def patch_window(body: dict[str, Any]) -> Response:
    """Set when modules are updated by themselves; what is absent stays."""
    values = {**update_window(fresh=True).as_json(), **body}
    set_update_window(actor(), days=values["days"], start=values["start"], end=values["end"])
    return answer(_window())


def _window() -> dict[str, Any]:
    return {**update_window(fresh=True).as_json(), "timezone": profile(fresh=True).timezone}


def _update(view: UpdateView) -> dict[str, Any]:
    return {
        "id": view.id,
        "module": view.module,
        "from": view.old_version,
        "to": view.new_version,
        "sha256": view.new_sha256,
        "state": view.state,
        "asks": view.asks,
        "problem": view.problem,
        "change": view.change,
        "started_at": view.started_at.isoformat(),
        "ended_at": view.ended_at.isoformat() if view.ended_at else None,
    }
