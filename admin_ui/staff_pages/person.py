# SPDX-License-Identifier: Apache-2.0
"""One member of staff: role, teams, access."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin_ui.shell import Entries, show_once, take_shown_once
from admin_ui.staff_pages.blueprint import staff_pages
from dialog_core.plugin import DialogError, NotAllowedNow, WrongValue, staff


@staff_pages.get("/<int:staff_id>")
def person(staff_id: int) -> ResponseReturnValue:
    """Show one member of staff."""
    return _show(staff_id, Entries()), {"Cache-Control": "no-store"}


@staff_pages.post("/<int:staff_id>")
def change(staff_id: int) -> ResponseReturnValue:
    """Change role and teams."""
    actor = staff.current_actor()
    try:
        staff.set_role(actor, staff_id=staff_id, role=request.form.get("role", ""))
        staff.set_teams(actor, staff_id=staff_id, team_ids=request.form.getlist("team", type=int))
    except (WrongValue, NotAllowedNow) as error:
        return _show(staff_id, Entries.of_request().refuse(error)), 409
    flash(gettext("Saved. It holds from the next page they open."), "success")
    return redirect(url_for("staff.person", staff_id=staff_id), 303)


@staff_pages.post("/<int:staff_id>/off")
def switch_off(staff_id: int) -> ResponseReturnValue:
    """End somebody's access."""
    try:
        staff.switch_off(staff.current_actor(), staff_id=staff_id)
    except NotAllowedNow as error:
        return _show(staff_id, Entries().refuse(error)), 409
    flash(gettext("The account has been switched off; sessions and tokens have ended."), "success")
    return redirect(url_for("staff.person", staff_id=staff_id), 303)


@staff_pages.post("/<int:staff_id>/on")
def switch_on(staff_id: int) -> ResponseReturnValue:
    """Give somebody access again."""
    staff.switch_on(staff.current_actor(), staff_id=staff_id)
    flash(gettext("The account has been switched on."), "success")
    return redirect(url_for("staff.person", staff_id=staff_id), 303)


@staff_pages.post("/<int:staff_id>/access-link")
def access_link(staff_id: int) -> ResponseReturnValue:
    """Make a link by which they set a new password."""
    try:
        token = staff.create_access_link(staff.current_actor(), staff_id=staff_id)
    except DialogError as error:
        return _show(staff_id, Entries().refuse(error)), 409
    show_once("link", url_for("sign_in.invitation", token=token, _external=True))
    return redirect(url_for("staff.person", staff_id=staff_id), 303)


def _show(staff_id: int, entries: Entries) -> str:
    actor = staff.current_actor()
    actor.require("staff.manage")
    account = staff.get_staff(actor, staff_id=staff_id)
    return render_template(
        "admin_ui/staff/person.html",
        form=entries,
        account=account,
        roles=staff.list_roles(),
        teams=staff.list_teams(actor),
        chosen_teams={team[0] for team in account.teams},
        tokens=[token for token in staff.list_tokens(actor, staff_id=staff_id) if token.revoked_at is None],
        new_link=take_shown_once("link"),
    )
