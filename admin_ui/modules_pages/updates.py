# SPDX-License-Identifier: Apache-2.0
"""Updates that modules make by themselves: how far, when, what waits for the administrator, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from admin_ui.modules_pages.blueprint import modules
from admin_ui.modules_pages.update_words import asks_title, policy_titles, problem_text, state_kind, state_title
from admin_ui.shell import Entries
from dialog_core import modules as module_platform
from dialog_core.modules import (
    list_policies,
    list_updates,
    retry_update,
    set_policy,
    set_update_window,
    update_window,
)
from dialog_core.plugin import DialogError, staff

SHOWN = 30


@modules.get("/updates")
def updates() -> ResponseReturnValue:
    """Show policies, window, what waits and what was."""
    return _show(Entries())


@modules.post("/updates/policies")
def save_policies() -> ResponseReturnValue:
    """Set the policy of every module at once."""
    actor = staff.current_actor()
    known = list_policies(actor)
    try:
        for name, policy in known.items():
            wanted = request.form.get(f"policy-{name}", policy.value)
            if wanted != policy:
                set_policy(actor, module=name, policy=wanted)
    except DialogError as error:
        return _show(Entries().refuse(error)), 422
    flash(gettext("Saved."), "success")
    return redirect(url_for("modules.updates"), 303)


@modules.post("/updates/window")
def save_window() -> ResponseReturnValue:
    """Set when modules may be updated by themselves."""
    form = Entries.of_request()
    days = [int(day) for day in request.form.getlist("days") if day.isascii() and day.isdigit()]
    try:
        set_update_window(
            staff.current_actor(), days=days, start=request.form.get("start", ""), end=request.form.get("end", "")
        )
    except DialogError as error:
        return _show(form.refuse(error), days), 422
    flash(gettext("Saved."), "success")
    return redirect(url_for("modules.updates"), 303)


@modules.post("/updates/<int:number>/retry")
def retry(number: int) -> ResponseReturnValue:
    """Let a version be tried again."""
    retry_update(staff.current_actor(), update=number)
    flash(gettext("It will be tried again in the next window."), "success")
    return redirect(url_for("modules.updates"), 303)


def _show(form: Entries, days: Sequence[int] | None = None) -> str:
    actor = staff.current_actor()
    found = list_updates(actor, limit=200)
    window = update_window(fresh=True)
    values = {"start": window.start, "end": window.end}
    return render_template(
        "admin_ui/modules/updates.html",
        form=Entries(values={**values, **form.values}, errors=form.errors),
        chosen_days=window.days if days is None else days,
        days=[(day, get_locale().days["stand-alone"]["abbreviated"][day]) for day in range(7)],
        timezone=module_platform.update_timezone(),
        policies=list_policies(actor),
        titles={row.name: row.manifest.title for row in module_platform.overview(actor).modules},
        waiting=[view for view in found if view.state == "waiting"],
        past=[view for view in found if view.state != "waiting"][:SHOWN],
        policy_titles=policy_titles(),
        asks_title=asks_title,
        state_title=state_title,
        state_kind=state_kind,
        problem_text=problem_text,
    )
