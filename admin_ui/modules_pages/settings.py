# SPDX-License-Identifier: Apache-2.0
"""The settings of a module: a form made from its static description, secrets write-only."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin_ui.modules_pages.blueprint import modules
from admin_ui.modules_pages.words import schema_message
from admin_ui.shell import Entries
from dialog_core import modules as module_platform
from dialog_core.modules import HIDDEN, SettingsRefused, save_settings, show_settings
from dialog_core.plugin import DialogError, staff


@modules.get("/<name>/settings")
def settings(name: str) -> ResponseReturnValue:
    """Show the settings."""
    return _show(name, Entries())


@modules.post("/<name>/settings")
def save(name: str) -> ResponseReturnValue:
    """Check and save the settings; they are live within a second."""
    actor = staff.current_actor()
    form = show_settings(actor, module=name).form
    try:
        save_settings(actor, module=name, values=entered_values(form))
    except SettingsRefused as refused:
        entries = Entries(
            values={field["name"]: request.form.get(field["name"], "") for field in form if not field["secret"]},
            errors={key: " ".join(map(schema_message, said)) for key, said in refused.errors.items()},
        )
        return _show(name, entries), 422
    except DialogError as error:
        return _show(name, Entries().refuse(error)), 409
    flash(gettext("The settings have been saved. They hold at once."), "success")
    return redirect(url_for("modules.module", name=name), 303)


def entered_values(form: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the values of the form that was sent."""
    return {field["name"]: _entered(field) for field in form}


def _entered(field: dict[str, Any]) -> Any:
    """Return the JSON value that was entered; what is not of the field's type is left to the module's schema."""
    name = str(field["name"])
    if field["type"] == "boolean":
        return request.form.get(name) == "on"
    if field["type"] == "list":
        given = request.form.getlist(name) if field["choices"] else request.form.get(name, "").splitlines()
        return [line.strip() for line in given if line.strip()]
    text = request.form.get(name, "").strip()
    if field["secret"]:
        if request.form.get(f"{name}:clear") == "on":
            return None
        return text or HIDDEN
    if not text:
        return None
    if field["type"] == "integer" and text.lstrip("-").isascii() and text.lstrip("-").isdigit():
        return int(text)
    return text


def _show(name: str, entries: Entries) -> str:
    actor = staff.current_actor()
    view = show_settings(actor, module=name)
    row = next(row for row in module_platform.overview(actor).modules if row.name == name)
    values = {
        field["name"]: "\n".join(map(str, view.values.get(field["name"]) or []))
        if field["type"] == "list"
        else view.values.get(field["name"], "")
        for field in view.form
    }
    shown = Entries(values={**values, **entries.values}, errors=entries.errors)
    return render_template(
        "admin_ui/modules/settings.html",
        form=shown,
        view=view,
        row=row,
        hidden=HIDDEN,
        can_test="check_settings" in row.manifest.hooks,
    )
