# SPDX-License-Identifier: Apache-2.0
"""Rights of a person in an organisation: open, confirm, represent."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin_ui.parties_pages.blueprint import pages
from admin_ui.parties_pages.contacts import RIGHTS
from admin_ui.parties_pages.forms import ticked
from admin_ui.shell import Entries, explain
from dialog_core.plugin import DialogError, NotPermitted, parties, staff


@pages.get("/organisations/<int:organisation_id>/people")
def membership(organisation_id: int) -> ResponseReturnValue:
    """Show the form: for a new member, or for the one that the address names."""
    actor = staff.current_actor()
    actor.require("party.edit")
    values: dict[str, object] = {"may_open": "on"}
    contact_id = request.args.get("contact", type=int)
    if contact_id is not None:
        person = parties.get_contact(actor, contact_id)
        values = {"contact_id": person.id, "contact_text": person.full_name, "may_open": "on"}
        for one in person.memberships:
            if one.organisation_id == organisation_id:
                values |= {name: "on" if getattr(one, name) else "" for name in RIGHTS} | {"is_member": True}
    return _show(actor, organisation_id, Entries.holding(values))


@pages.post("/organisations/<int:organisation_id>/people")
def save_membership(organisation_id: int) -> ResponseReturnValue:
    """Give a person exactly these rights in the organisation."""
    actor = staff.current_actor()
    contact_id = request.form.get("contact_id", 0, type=int)
    rights = {name: ticked(name) for name in RIGHTS}
    try:
        parties.set_membership(actor, organisation_id=organisation_id, contact_id=contact_id, **rights)
    except NotPermitted:
        raise
    except DialogError as error:
        entries = Entries.of_request()
        text = explain(error) if contact_id else gettext("Choose a person from the list, or add a new one.")
        entries.errors["contact"] = text
        return _show(actor, organisation_id, entries), 422
    flash(gettext("The rights have been saved."), "success")
    return redirect(url_for("parties.organisation", organisation_id=organisation_id), 303)


@pages.post("/organisations/<int:organisation_id>/people/<int:contact_id>/remove")
def remove_membership(organisation_id: int, contact_id: int) -> ResponseReturnValue:
    """Take a person out of the organisation."""
    actor = staff.current_actor()
    parties.remove_membership(actor, organisation_id=organisation_id, contact_id=contact_id)
    flash(gettext("The person does not belong to this organisation any more."), "success")
    return redirect(url_for("parties.organisation", organisation_id=organisation_id), 303)


def _show(actor: staff.Actor, organisation_id: int, entries: Entries) -> str:
    row = parties.get_organisation(actor, organisation_id)
    return render_template("admin_ui/parties/membership_form.html", form=entries, row=row)
