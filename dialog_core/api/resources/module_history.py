# SPDX-License-Identifier: Apache-2.0
"""What was: sets of modules and the way back, data of removed modules, revisions of settings."""

from __future__ import annotations

from typing import Any

from flask import Response

from dialog_core.api.blueprint import Resource, actor, answer
from dialog_core.api.bodies import read_json
from dialog_core.api.idempotency import perform
from dialog_core.api.resources.modules import ask_for_change, settings_as_json
from dialog_core.api.schemas.module_history import (
    ConnectionChecked,
    ExportList,
    Generation,
    GenerationList,
    KeptList,
    RevisionList,
    RollbackNew,
)
from dialog_core.api.schemas.modules import ModuleChange, ModuleSettings, Nothing, Reasoned
from dialog_core.modules import (
    Action,
    SettingsRevision,
    Verb,
    check_connection,
    export_as_json,
    generation_as_json,
    get_generation,
    kept_as_json,
    list_exports,
    list_generations,
    list_kept_data,
    list_settings_revisions,
    open_export,
    revert_settings,
    show_settings,
)

module_history = Resource("module-history", description="Sets of modules that have run, kept data, exports.")


@module_history.get("/module-generations")
@module_history.response(200, GenerationList)
def get_generations() -> Response:
    """List the sets of modules that have run, newest first."""
    return answer({"items": [generation_as_json(view) for view in list_generations(actor(), limit=100)], "next": None})


@module_history.get("/module-generations/<int(max=2147483647):number>")
@module_history.response(200, Generation)
def get_one_generation(number: int) -> Response:
    """Read one set of modules and how it differs from what runs now."""
    return answer(generation_as_json(get_generation(actor(), generation=number)))


@module_history.post("/module-generations/<int(max=2147483647):number>/rollback")
@module_history.arguments(RollbackNew)
@module_history.response(202, ModuleChange)
def post_rollback(body: dict[str, Any], number: int) -> Response:
    """Return to an earlier set of modules as a whole; data and settings stay as they are."""
    action = Action(Verb.ROLLBACK, "", generation=number)
    return ask_for_change([action], reason=body["reason"], expected=body["expected_generation"])


@module_history.get("/module-data")
@module_history.response(200, KeptList)
def get_kept_data() -> Response:
    """List what is left of modules that are not installed any more."""
    return answer({"items": [kept_as_json(item) for item in list_kept_data(actor())], "next": None})


@module_history.get("/module-exports")
@module_history.response(200, ExportList)
def get_exports() -> Response:
    """List the exports that can be downloaded."""
    return answer({"items": [export_as_json(item) for item in list_exports(actor())], "next": None})


@module_history.get("/module-exports/<int(max=2147483647):number>/content")
@module_history.response(200, {"type": "string", "format": "binary"}, content_type="application/zip")
def get_export_content(number: int) -> Response:
    """Download an export: a ZIP with a file of JSON lines for each table, its schema, and settings without secrets."""
    view, parts = open_export(actor(), export=number)
    headers = {"Content-Disposition": f'attachment; filename="{view.filename}"', "Content-Length": str(view.size)}
    return Response(parts, content_type="application/zip", headers=headers)


@module_history.post("/modules/<name>/export")
@module_history.arguments(Reasoned)
@module_history.response(202, ModuleChange)
def post_export(body: dict[str, Any], name: str) -> Response:
    """Export the data of a module, installed or removed."""
    return ask_for_change([Action(Verb.EXPORT, name)], reason=body["reason"])


@module_history.get("/modules/<name>/settings/revisions")
@module_history.response(200, RevisionList)
def get_revisions(name: str) -> Response:
    """List the revisions of a module's settings; of a secret only that it was changed."""
    found = list_settings_revisions(actor(), module=name)
    return answer({"items": [_revision(item) for item in found], "next": None})


@module_history.post("/modules/<name>/settings/revisions/<int(max=2147483647):number>/revert")
@module_history.arguments(Nothing)
@module_history.response(200, ModuleSettings)
def post_revert(body: dict[str, Any], name: str, number: int) -> Response:  # noqa: ARG001 - an empty object
    """Bring the settings of a revision back, its secrets too; they are checked again."""
    return perform(
        lambda: revert_settings(actor(), module=name, revision=number),
        lambda _: answer(settings_as_json(show_settings(actor(), module=name))),
    )


@module_history.post("/modules/<name>/settings/test")
@module_history.doc(requestBody={"required": True, "content": {"application/json": {"schema": {"type": "object"}}}})
@module_history.response(200, ConnectionChecked)
def post_test(name: str) -> Response:
    """Let a module test its connection with settings as stored, or as given here; nothing is stored."""
    found = check_connection(actor(), module=name, values=read_json())
    return answer({"is_good": found.is_good, "text": found.text})


def _revision(item: SettingsRevision) -> dict[str, Any]:
    return {
        "revision": item.revision,
        "is_current": item.is_current,
        "changed_by": item.changed_by,
        "changed_at": item.changed_at.isoformat(),
        "changes": [
            {"name": each.name, "old": each.old, "new": each.new, "is_secret": each.is_secret} for each in item.changes
        ],
    }
