# SPDX-License-Identifier: Apache-2.0
"""The history of a module's settings, the way back, and the test of the connection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin_ui.modules_pages.blueprint import modules
from admin_ui.modules_pages.settings import entered_values
from admin_ui.modules_pages.words import schema_message
from admin_ui.shell import explain, title_of
from dialog_core import modules as module_platform
from dialog_core.modules import (
    SettingChange,
    SettingsRefused,
    check_connection,
    list_settings_revisions,
    revert_settings,
    show_settings,
)
from dialog_core.plugin import DialogError, staff


@dataclass(frozen=True, slots=True)
class Line:
    """One setting that differs, in words."""

    title: str
    old: str
    new: str
    is_secret_changed: bool


@modules.get("/<name>/settings/history")
def settings_history(name: str) -> ResponseReturnValue:
    """Show who changed which setting and when."""
    return _show(name, "")


@modules.post("/<name>/settings/history/<int:number>/revert")
def revert(name: str, number: int) -> ResponseReturnValue:
    """Bring the settings of a revision back."""
    try:
        revert_settings(staff.current_actor(), module=name, revision=number)
    except DialogError as error:
        return _show(name, _in_words(error)), 409
    flash(gettext("The settings of revision %(number)s hold again.", number=number), "success")
    return redirect(url_for("modules.settings_history", name=name), 303)


@modules.post("/<name>/settings/test")
def test_connection(name: str) -> ResponseReturnValue:
    """Let the module try what is entered; nothing is saved."""
    actor = staff.current_actor()
    view = show_settings(actor, module=name)
    is_good = False
    try:
        found = check_connection(actor, module=name, values=entered_values(view.form))
        is_good, text = found.is_good, title_of(found.text)
    except DialogError as error:
        text = _in_words(error)
    page = "tested.html" if request.headers.get("HX-Request") else "tested_page.html"
    return render_template(f"admin_ui/modules/{page}", name=name, is_good=is_good, text=text)


def _in_words(error: DialogError) -> str:
    if isinstance(error, SettingsRefused):
        return " ".join(f"{name}: {' '.join(map(schema_message, said))}" for name, said in error.errors.items())
    return explain(error)


def _show(name: str, problem: str) -> str:
    actor = staff.current_actor()
    revisions = list_settings_revisions(actor, module=name)
    row = next(row for row in module_platform.overview(actor).modules if row.name == name)
    form = {field["name"]: field for field in show_settings(actor, module=name).form}
    return render_template(
        "admin_ui/modules/settings_history.html",
        revisions=revisions,
        row=row,
        lines=lambda changes: _lines(changes, form),
        problem=problem,
    )


def _lines(changes: Iterable[SettingChange], form: Mapping[str, Mapping[str, Any]]) -> list[Line]:
    """Return what differs in effect: a value that is the default, too, is no change."""
    found = []
    for each in changes:
        field = form.get(each.name, {})
        title = title_of(field["title"]) if field else each.name
        old, new = (_in_effect(value, field) for value in (each.old, each.new))
        if each.is_secret or old != new:
            is_changed = each.is_secret and bool(each.old and each.new)
            shown = [_value(value, field, is_secret=each.is_secret) for value in (old, new)]
            found.append(Line(title, shown[0], shown[1], is_changed))
    return found


def _in_effect(value: Any, field: Mapping[str, Any]) -> Any:
    return field.get("default") if value is None else value


def _value(value: Any, field: Mapping[str, Any], *, is_secret: bool) -> str:
    """Return a value as the form calls it; empty when there is none."""
    if value in (None, "", []):
        return ""
    if is_secret:
        return str(gettext("a stored value"))
    if isinstance(value, bool):
        return str(gettext("yes") if value else gettext("no"))
    titles = {choice["value"]: title_of(choice["title"]) for choice in field.get("choices") or ()}
    several = value if isinstance(value, list) else [value]
    return ", ".join(str(titles.get(one, one)) for one in several)
