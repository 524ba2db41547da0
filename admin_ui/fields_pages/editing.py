# SPDX-License-Identifier: Apache-2.0
"""Make and change a field: one form with rows that buttons add and move, and a preview that follows what is entered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin_ui.fields_pages.blueprint import fields_pages
from admin_ui.fields_pages.drafts import ClauseRow, Draft, as_field, draft_of, entered_draft, new_key
from admin_ui.fields_pages.option_rows import OptionRow, acted
from admin_ui.fields_pages.subjects import subject_choices, value_choices
from admin_ui.shell import Entries, is_partial
from admin_ui.shell.context import language
from admin_ui.tickets_pages import words
from admin_ui.tickets_pages.field_inputs import default_entries, input_choices, type_title
from dialog_core.plugin import DialogError, FieldType, NotAllowedNow, NotFound, TicketField, WrongValue, fields, staff

_ERRORS = {"options": "options", "visible_when": "visible", "required_when": "required"}


@fields_pages.get("/new")
def new() -> ResponseReturnValue:
    """Show the form of a new field of the type that the address names."""
    draft = Draft(_type(request.args.get("type", "")), {"currencies": "RUB"})
    if draft.has_options:
        draft.options = [OptionRow("~1"), OptionRow("~2")]
    return _show(draft, None, Entries())


@fields_pages.post("/new")
def create() -> ResponseReturnValue:
    """Add a field; a button of its form only changes the form."""
    draft = entered_draft(_type(request.form.get("type", "")))
    if _press(draft):
        return _show(draft, None, Entries())
    try:
        fields.create_field(staff.current_actor(), as_field(draft, new_key(draft)))
    except (WrongValue, NotAllowedNow) as error:
        return _show(draft, None, Entries().refuse(error)), 422
    flash(gettext("The field is there: the next form shows it."), "success")
    return redirect(url_for("fields.show_fields"), 303)


@fields_pages.get("/<key>")
def edit(key: str) -> ResponseReturnValue:
    """Show the form of a field."""
    row = fields.get_field(staff.current_actor(), key)
    return _show(draft_of(row.field), row, Entries.holding({"version": row.version}))


@fields_pages.post("/<key>")
def save(key: str) -> ResponseReturnValue:
    """Change a field; a button of its form only changes the form."""
    actor = staff.current_actor()
    row = fields.get_field(actor, key)
    draft = entered_draft(row.field.type)
    draft.people, draft.values["key"] = row.field.people, key
    version = request.form.get("version", 0, type=int)
    if _press(draft):
        return _show(draft, row, Entries.holding({"version": version}))
    try:
        wanted = as_field(draft, key)
        kept = {"key", "type", "people", "order"}
        changes = {name: getattr(wanted, name) for name in TicketField.__slots__ if name not in kept}
        fields.change_field(actor, key, version=version, **changes)
    except (WrongValue, NotAllowedNow) as error:
        entries = Entries.holding({"version": version}).refuse(error)
        return _show(draft, row, entries), 422
    flash(gettext("The field has been saved."), "success")
    return redirect(url_for("fields.show_fields"), 303)


@fields_pages.post("/preview")
def preview() -> ResponseReturnValue:
    """Show how the field that is being entered will look."""
    staff.current_actor().require("field.manage")
    draft = entered_draft(_type(request.form.get("type", "")))
    return render_template("admin_ui/fields/preview.html", **_preview(draft))


def _type(word: str) -> FieldType:
    try:
        return FieldType(word)
    except ValueError:
        raise NotFound("There is no such type of field.") from None


def _press(draft: Draft) -> bool:
    """Do what a button of the form asks for; tell whether one was pressed."""
    act, _, code = request.form.get("press", "").partition(":")
    what, _, act = act.partition("-")
    if what == "option":
        draft.options = acted(draft.options, act, code)
    elif what in {"visible", "required"}:
        name = f"{what}_when"
        rows: list[ClauseRow] = list(getattr(draft, name))
        if act == "add":
            rows.append(ClauseRow())
        elif act == "remove" and code.isascii() and code.isdigit() and int(code) < len(rows):
            rows.pop(int(code))
        setattr(draft, name, rows)
    if draft.required == "when" and not draft.required_when:
        draft.required_when = [ClauseRow()]
    return bool(what)


def _preview(draft: Draft) -> dict[str, Any]:
    try:
        one = as_field(draft, "custom_preview")
    except DialogError:
        one = as_field(
            replace(draft, required="never", values={**draft.values, "low": "", "high": ""}), "custom_preview"
        )
    title = one.title if any(one.title.values()) else {"ru": "Название поля", "en": "Title of the field"}
    one = replace(one, title=title, currencies=one.currencies or ("RUB",) if one.type is FieldType.MONEY else ())
    entries = Entries.holding(default_entries([one]))
    choices = input_choices(staff.current_actor(), [one], entries)
    return {"one": one, "form": entries, "field_choices": choices, "is_required": one.required_when is not None}


def _show(draft: Draft, row: fields.FieldRow | None, entries: Entries) -> str:
    actor = staff.current_actor()
    actor.require("field.manage")
    entries.values = {**draft.values, **entries.values, "default": draft.default}
    entries.values["required"], entries.values["in_list"] = draft.required, draft.in_list
    entries.values["people"] = draft.people.value
    for attribute, part in _ERRORS.items():
        if attribute in entries.errors:
            entries.errors[part] = entries.errors.pop(attribute)
    known = {one.key: one for one in fields.ticket_fields(actor) if row is None or one.key != row.field.key}
    template = "form.html" if is_partial() else "page.html"
    return render_template(
        f"admin_ui/fields/{template}",
        draft=draft,
        row=row,
        form=entries,
        type_title=type_title(draft.type),
        kinds=words.KINDS.items(),
        uses=fields.option_uses(actor, row.field.key) if row and draft.has_options else {},
        subjects=subject_choices(known),
        default_choices=[
            (one.code, one.title_ru if language() == "ru" else one.title_en)
            for one in draft.options
            if not one.is_archived and one.title_ru and one.title_en
        ],
        value_choices=lambda clause: value_choices(known, clause),
        preview=_preview(draft),
        prefix=fields.PREFIX,
    )
