# SPDX-License-Identifier: Apache-2.0
"""Modules: what there is, changes of what runs, settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from flask import Response, request

from dialog_core.api.blueprint import PREFIX, Resource, actor, answer
from dialog_core.api.bodies import read_body, read_json
from dialog_core.api.idempotency import perform
from dialog_core.api.problems import Problem, Text
from dialog_core.api.schemas.modules import (
    ChangeNew,
    InstallNew,
    Module,
    ModuleChange,
    ModuleList,
    ModuleSettings,
    Reasoned,
    RemoveNew,
    Wheel,
    WheelList,
)
from dialog_core.database import db
from dialog_core.errors import NotFound, WrongValue
from dialog_core.modules import (
    Action,
    ChangeView,
    DataFate,
    GivenFile,
    ModuleRow,
    QualityMark,
    SettingsView,
    Uploaded,
    Verb,
    WheelInfo,
    confirm,
    get_change,
    overview,
    request_change,
    save_settings,
    show_settings,
    upload_wheel,
    upload_wheels,
)
from dialog_core.modules.models import ModuleChange as ChangeTable

MAX_WHEEL = 25 * 1024 * 1024
MAX_UPLOAD = 120 * 1024 * 1024

modules = Resource(
    "api-modules",
    description="What the platform is assembled from.",
    accepts_files={"post_wheel": MAX_WHEEL, "post_uploads": MAX_UPLOAD},
)


@modules.get("/modules")
@modules.response(200, ModuleList)
def list_modules() -> Response:
    """List all modules of catalog and installation."""
    seen = overview(actor())
    return answer({"items": [_module(row) for row in seen.modules], "next": None, "generation": seen.generation})


@modules.get("/modules/<name>")
@modules.response(200, Module)
def get_module(name: str) -> Response:
    """Read one module."""
    for row in overview(actor()).modules:
        if row.name == name:
            return answer(_module(row))
    raise NotFound("There is no module “%(name)s”.", name=name[:60])


@modules.post("/modules/<name>/install")
@modules.arguments(InstallNew)
@modules.response(202, ModuleChange)
def post_install(body: dict[str, Any], name: str) -> Response:
    """Install a module, or another version of it; calling is the consent to what it asks for.

    What nobody vouches for (an upload that no trusted publisher has signed) needs the caller's `password` too.
    """
    action = Action(Verb.INSTALL, name, body["sha256"])
    return ask_for_change([action], reason=body["reason"], password=body["password"])


@modules.post("/modules/<name>/enable")
@modules.arguments(Reasoned)
@modules.response(202, ModuleChange)
def post_enable(body: dict[str, Any], name: str) -> Response:
    """Enable an installed module."""
    return ask_for_change([Action(Verb.ENABLE, name)], reason=body["reason"])


@modules.post("/modules/<name>/disable")
@modules.arguments(Reasoned)
@modules.response(202, ModuleChange)
def post_disable(body: dict[str, Any], name: str) -> Response:
    """Disable a module; its data and settings stay."""
    return ask_for_change([Action(Verb.DISABLE, name)], reason=body["reason"])


@modules.post("/modules/<name>/remove")
@modules.arguments(RemoveNew)
@modules.response(202, ModuleChange)
def post_remove(body: dict[str, Any], name: str) -> Response:
    """Remove a module; `data` says what becomes of its tables, settings and secrets."""
    return ask_for_change([Action(Verb.REMOVE, name, data=DataFate(body["data"]))], reason=body["reason"])


@modules.post("/module-changes")
@modules.arguments(ChangeNew)
@modules.response(202, ModuleChange)
def post_module_change(body: dict[str, Any]) -> Response:
    """Ask for several actions that happen together or not at all; calling is the consent to what they mean."""
    actions = [
        Action(Verb(item["action"]), item["name"], item["sha256"], DataFate(item["data"])) for item in body["actions"]
    ]
    return ask_for_change(
        actions, reason=body["reason"], expected=body["expected_generation"], password=body["password"]
    )


@modules.get("/module-changes/<int(max=2147483647):change_id>")
@modules.response(200, ModuleChange)
def get_module_change(change_id: int) -> Response:
    """Read how far a change has come."""
    return answer(_change(get_change(actor(), change=change_id)))


@modules.get("/modules/<name>/settings")
@modules.response(200, ModuleSettings)
def get_settings(name: str) -> Response:
    """Read a module's settings, without its secrets."""
    return answer(settings_as_json(show_settings(actor(), module=name)))


@modules.patch("/modules/<name>/settings")
@modules.doc(requestBody={"required": True, "content": {"application/json": {"schema": {"type": "object"}}}})
@modules.response(200, ModuleSettings)
def patch_settings(name: str) -> Response:
    """Change some settings; null takes a value away, what is absent stays."""
    save_settings(actor(), module=name, values=read_json())
    return answer(settings_as_json(show_settings(actor(), module=name)))


@modules.post("/modules/wheels")
@modules.doc(
    requestBody={
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    },
    parameters=[{"in": "query", "name": "filename", "required": True, "schema": {"type": "string"}}],
)
@modules.response(201, Wheel)
def post_wheel() -> Response:
    """Upload a wheel as the body, its file name in `?filename=`; nothing of it runs before it is installed."""
    filename = request.args.get("filename", "").strip()
    if not filename:
        raise WrongValue("filename", "This is required.")
    content = read_body()
    return perform(lambda: upload_wheel(actor(), filename=filename, content=content), _wheel)


@modules.post("/modules/uploads")
@modules.doc(
    requestBody={
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"wheel": {"type": "array", "items": {"type": "string", "format": "binary"}}},
                }
            }
        },
    }
)
@modules.response(201, WheelList)
def post_uploads() -> Response:
    """Upload wheels and their signatures (`….whl.sig`) together; all of them are kept, or none."""
    if request.mimetype != "multipart/form-data":
        raise Problem(415, Text("Send multipart/form-data with files named “wheel”."))
    if request.content_length is None:
        raise Problem(411, Text("Send a form with its Content-Length."))
    files = []
    for part in request.files.getlist("wheel"):
        files.append(GivenFile(part.filename or "", part.stream.read()))
        part.stream.seek(0)  # the fingerprint of an Idempotency-Key reads them again
    return perform(lambda: upload_wheels(actor(), files=files), _uploaded)


def ask_for_change(
    actions: Sequence[Action], *, reason: str = "", expected: int | None = None, password: str = ""
) -> Response:
    confirmation = confirm(actor(), password=password, address=request.remote_addr or "unknown")

    def change() -> int:
        return request_change(actor(), actions=actions, reason=reason, expected=expected, confirmation=confirmation)

    def present(change_id: int) -> Response:
        view = _just_asked(change_id)
        return answer(_change(view), 202, {"Location": f"{PREFIX}/module-changes/{change_id}"})

    return perform(change, present)


def _just_asked(change_id: int) -> ChangeView:
    """Read a change in the open transaction; `get_change` looks at what is committed."""
    row = db.session.get_one(ChangeTable, change_id)
    return ChangeView(
        id=row.id,
        actions=cast("list[dict[str, Any]]", row.request["actions"]),
        state=row.state,
        steps=[],
        problem="",
        generation=None,
        requested_by=row.requested_by,
        requested_at=row.requested_at,
        finished_at=None,
    )


def _module(row: ModuleRow) -> dict[str, Any]:
    path = f"{PREFIX}/modules/{row.name}"
    return {
        "name": row.name,
        "title": row.manifest.title,
        "description": row.manifest.description,
        "category": row.manifest.category,
        "state": row.state,
        "version": row.version,
        "available": row.available,
        "source": row.source,
        "publisher": row.publisher,
        "signature": row.signature.value,
        "has_settings": row.has_settings,
        "missing": list(row.missing),
        "incidents": row.incidents,
        "quality": _quality(row.quality),
        "_links": {"self": {"href": path}, "settings": {"href": f"{path}/settings"}},
    }


def _quality(mark: QualityMark | None) -> dict[str, Any] | None:
    if mark is None:
        return None
    promises = [{"name": each.promise.name, "kept": each.is_kept} for each in mark.promises]
    return {"level": mark.level.value, "promises": promises}


def _change(view: ChangeView) -> dict[str, Any]:
    return {
        "id": view.id,
        "actions": view.actions,
        "state": view.state,
        "steps": view.steps,
        "problem": view.problem,
        "generation": view.generation,
        "reason": view.reason,
        "requested_by": view.requested_by,
        "requested_at": view.requested_at.isoformat(),
        "finished_at": view.finished_at.isoformat() if view.finished_at else None,
        "_links": {"self": {"href": f"{PREFIX}/module-changes/{view.id}"}},
    }


def settings_as_json(view: SettingsView) -> dict[str, Any]:
    return {
        "module": view.module,
        "revision": view.revision,
        "form": view.form,
        "values": view.values,
        "missing": list(view.missing),
    }


def _uploaded(stored: Uploaded) -> Response:
    missing = [{"distribution": name, "requirement": requirement} for name, requirement in stored.missing]
    return answer({"items": [_wheel_values(info) for info in stored.wheels], "missing": missing}, 201)


def _wheel(info: WheelInfo) -> Response:
    return answer(_wheel_values(info), 201)


def _wheel_values(info: WheelInfo) -> dict[str, Any]:
    named = info.manifest.name if info.manifest else None
    return {"distribution": info.distribution, "version": info.version, "sha256": info.sha256, "module": named}
