# SPDX-License-Identifier: Apache-2.0
"""The list of staff, invitations and roles."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin_ui.shell import Entries, show_once, take_shown_once
from admin_ui.staff_pages.blueprint import permission_titles, staff_pages
from dialog_core.plugin import DialogError, staff


@staff_pages.get("")
def people() -> ResponseReturnValue:
    """Show everybody, and the invitations that are open."""
    actor = staff.current_actor()
    return render_template(
        "admin_ui/staff/people.html",
        people=staff.list_staff(actor),
        invitations=staff.open_invitations(actor),
        role_titles={role.name: role.title for role in staff.list_roles()},
        new_link=take_shown_once("link"),
    ), {"Cache-Control": "no-store"}


@staff_pages.get("/invite")
def invite() -> ResponseReturnValue:
    """Show the form of an invitation."""
    return _show_invite(Entries.holding({"role": "specialist"}))


@staff_pages.post("/invite")
def send_invitation() -> ResponseReturnValue:
    """Make an invitation and show its link."""
    form = request.form
    try:
        token = staff.invite_staff(
            staff.current_actor(),
            email=form.get("email", ""),
            name=form.get("name", ""),
            role=form.get("role", ""),
            team_ids=form.getlist("team", type=int),
        )
    except DialogError as error:
        return _show_invite(Entries.of_request().refuse(error)), 422
    show_once("link", url_for("sign_in.invitation", token=token, _external=True))
    return redirect(url_for("staff.people"), 303)


@staff_pages.post("/invitations/<reference>/withdraw")
def withdraw(reference: str) -> ResponseReturnValue:
    """Make an invitation unusable."""
    staff.withdraw_invitation(staff.current_actor(), reference=reference)
    flash(gettext("The invitation has been withdrawn."), "success")
    return redirect(url_for("staff.people"), 303)


@staff_pages.get("/roles")
def roles() -> ResponseReturnValue:
    """Show which role may do what."""
    staff.current_actor().require("staff.manage")
    return render_template("admin_ui/staff/roles.html", roles=staff.list_roles(), permissions=permission_titles())


def _show_invite(entries: Entries) -> str:
    actor = staff.current_actor()
    actor.require("staff.manage")
    return render_template(
        "admin_ui/staff/invite.html",
        form=entries,
        roles=staff.list_roles(),
        teams=staff.list_teams(actor),
        chosen_teams=set(request.form.getlist("team", type=int)),
    )
