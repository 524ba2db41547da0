# SPDX-License-Identifier: Apache-2.0
"""The list of fields: their order, how much each is used, archive and return."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin_ui.fields_pages.blueprint import fields_pages
from admin_ui.shell import explain
from admin_ui.tickets_pages.field_inputs import type_title
from dialog_core.plugin import FieldType, NotAllowedNow, NotFound, WrongValue, fields, staff

ICONS = {
    "text": "pencil", "number": "hash", "money": "coins", "date": "calendar", "choice": "circle-check",
    "multi_choice": "checkbox", "tree": "sitemap", "person": "user", "file": "file",
}  # fmt: skip


@fields_pages.get("")
def show_fields() -> ResponseReturnValue:
    """Show every field, those of modules too."""
    own, of_modules = fields.list_fields(staff.current_actor())
    return render_template(
        "admin_ui/fields/list.html",
        active=[row for row in own if not row.is_archived],
        archived=[row for row in own if row.is_archived],
        of_modules=of_modules,
        type_title=type_title,
        types=[*FieldType],
        icons=ICONS,
    )


@fields_pages.post("/<key>/move/<way>")
def move(key: str, way: str) -> ResponseReturnValue:
    """Move a field one place."""
    if way not in {"up", "down"}:
        raise NotFound("There is no such page.")
    fields.move_field(staff.current_actor(), key, by=-1 if way == "up" else 1)
    return redirect(url_for("fields.show_fields", _anchor=f"field-{key}"), 303)


@fields_pages.get("/<key>/archive")
def ask_to_archive(key: str) -> ResponseReturnValue:
    """Say what archiving means for the tickets that have a value."""
    return render_template("admin_ui/fields/archive.html", row=fields.get_field(staff.current_actor(), key), problem="")


@fields_pages.post("/<key>/archive")
def archive(key: str) -> ResponseReturnValue:
    """Take a field out of use."""
    actor = staff.current_actor()
    try:
        fields.archive_field(actor, key)
    except NotAllowedNow as error:
        row = fields.get_field(actor, key)
        return render_template("admin_ui/fields/archive.html", row=row, problem=explain(error)), 409
    flash(gettext("The field is in the archive now."), "success")
    return redirect(url_for("fields.show_fields"), 303)


@fields_pages.post("/<key>/restore")
def restore(key: str) -> ResponseReturnValue:
    """Bring an archived field back."""
    try:
        fields.restore_field(staff.current_actor(), key)
    except (NotAllowedNow, WrongValue) as error:
        flash(explain(error), "error")
        return redirect(url_for("fields.show_fields"), 303)
    flash(gettext("The field is in use again, with its values."), "success")
    return redirect(url_for("fields.show_fields"), 303)
