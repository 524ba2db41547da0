# SPDX-License-Identifier: Apache-2.0
"""Teams."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin_ui.shell import Entries
from admin_ui.staff_pages.blueprint import staff_pages
from dialog_core.plugin import DialogError, NotAllowedNow, staff


@staff_pages.get("/teams")
def teams() -> ResponseReturnValue:
    """Show the teams."""
    actor = staff.current_actor()
    actor.require("staff.manage")
    return render_template("admin_ui/staff/teams.html", teams=staff.list_teams(actor))


@staff_pages.route("/teams/new", methods=["GET", "POST"])
def new_team() -> ResponseReturnValue:
    """Make a team."""
    if request.method == "GET":
        return _show(None, Entries())
    try:
        staff.create_team(
            staff.current_actor(),
            name=request.form.get("name", ""),
            member_ids=request.form.getlist("member", type=int),
        )
    except DialogError as error:
        return _show(None, Entries.of_request().refuse(error)), 422
    flash(gettext("The team has been created."), "success")
    return redirect(url_for("staff.teams"), 303)


@staff_pages.route("/teams/<int:team_id>", methods=["GET", "POST"])
def team(team_id: int) -> ResponseReturnValue:
    """Change a team."""
    actor = staff.current_actor()
    actor.require("staff.manage")
    found = next((each for each in staff.list_teams(actor) if each.id == team_id), None)
    if found is None:
        abort(404)
    if request.method == "GET":
        return _show(found, Entries.holding({"name": found.name}))
    try:
        staff.change_team(
            actor,
            team_id=team_id,
            name=request.form.get("name", ""),
            member_ids=request.form.getlist("member", type=int),
        )
    except DialogError as error:
        return _show(found, Entries.of_request().refuse(error)), 422
    flash(gettext("The team has been saved."), "success")
    return redirect(url_for("staff.teams"), 303)


@staff_pages.post("/teams/<int:team_id>/remove")
def remove_team(team_id: int) -> ResponseReturnValue:
    """Remove a team that no ticket refers to."""
    try:
        staff.remove_team(staff.current_actor(), team_id=team_id)
    except NotAllowedNow as error:
        found = next((each for each in staff.list_teams(staff.current_actor()) if each.id == team_id), None)
        entries = Entries.holding({"name": found.name if found else ""})
        return _show(found, entries.refuse(error)), 409
    flash(gettext("The team has been removed."), "success")
    return redirect(url_for("staff.teams"), 303)


def _show(team_view: staff.TeamView | None, entries: Entries) -> str:
    actor = staff.current_actor()
    actor.require("staff.manage")
    posted = set(request.form.getlist("member", type=int))
    members = posted or {member[0] for member in (team_view.members if team_view else ())}
    return render_template(
        "admin_ui/staff/team.html", form=entries, team=team_view, people=staff.colleagues(actor), members=members
    )
