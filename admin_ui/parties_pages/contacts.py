# SPDX-License-Identifier: Apache-2.0
"""People of customers: the list, one person, and the form."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin_ui.parties_pages.blueprint import people
from admin_ui.parties_pages.forms import lines, read_position, refused, ticked, write_position
from admin_ui.shell import Entries
from admin_ui.tickets_pages.once import once
from dialog_core.plugin import DialogError, NotPermitted, installation, parties, staff, tickets

ROWS = 40
TICKETS_SHOWN = 10
RIGHTS = ("may_open", "may_confirm", "may_represent")


@people.get("/contacts")
def contacts() -> ResponseReturnValue:
    """List people."""
    asked = request.args.get("q", "").strip()[:200]
    page = parties.list_contacts(staff.current_actor(), search=asked, after=read_position(), limit=ROWS)
    return render_template(
        "admin_ui/parties/contacts.html", rows=page.items, q=asked, following=write_position(page.next)
    )


@people.get("/contacts/<int:contact_id>")
def contact(contact_id: int) -> ResponseReturnValue:
    """Show a person with rights, accounts in channels and open tickets."""
    actor = staff.current_actor()
    card = parties.contact_card(actor, contact_id)
    filters = tickets.TicketFilters(contact_id=contact_id, is_open=True)
    rows = tickets.ticket_list(actor, filters, limit=TICKETS_SHOWN).rows if actor.may("ticket.read") else ()
    return render_template("admin_ui/parties/contact.html", card=card, row=card.contact, rows=rows)


@people.get("/contacts/new")
def new_contact() -> ResponseReturnValue:
    """Show an empty form, for a person of the organisation that the address names."""
    actor = staff.current_actor()
    actor.require("party.edit")
    values: dict[str, Any] = {"language": installation.profile().language, "may_open": "on"}
    organisation_id = request.args.get("organisation", type=int)
    if organisation_id is not None:
        found = parties.get_organisation(actor, organisation_id)
        values |= {"organisation_id": found.id, "organisation_text": found.name, "language": found.language}
    return _show(Entries.holding(values), None)


@people.post("/contacts/new")
def create_contact() -> ResponseReturnValue:
    """Create a person, in an organisation with rights when one was chosen."""
    actor = staff.current_actor()
    organisation = request.form.get("organisation_id", "")
    organisation_id = (
        int(organisation) if organisation.isascii() and organisation.isdigit() and len(organisation) < 10 else None
    )
    rights: dict[str, Any] = {name: ticked(name) for name in RIGHTS}
    try:
        made = once(lambda: parties.create_contact(actor, **_values(), organisation_id=organisation_id, **rights))
    except NotPermitted:
        raise
    except DialogError as error:
        return _show(refused(error, 0, phones=lines("phones"), emails=lines("emails")), None), 422
    flash(gettext("The person has been added."), "success")
    if organisation_id is not None:
        return redirect(url_for("parties.organisation", organisation_id=organisation_id), 303)
    return redirect(url_for("people.contact", contact_id=int(made.result)), 303)


@people.get("/contacts/<int:contact_id>/edit")
def edit_contact(contact_id: int) -> ResponseReturnValue:
    """Show the form with what is stored."""
    actor = staff.current_actor()
    actor.require("party.edit")
    row = parties.get_contact(actor, contact_id)
    names = ("full_name", "language", "notes", "version")
    values = {name: getattr(row, name) for name in names}
    return _show(Entries.holding({**values, "phones": list(row.phones), "emails": list(row.emails)}), row)


@people.post("/contacts/<int:contact_id>/edit")
def save_contact(contact_id: int) -> ResponseReturnValue:
    """Change a person."""
    actor = staff.current_actor()
    version = request.form.get("version", 0, type=int)
    try:
        parties.update_contact(actor, contact_id, version=version, **_values())
    except NotPermitted:
        raise
    except DialogError as error:
        row = parties.get_contact(actor, contact_id)
        return _show(refused(error, row.version, phones=lines("phones"), emails=lines("emails")), row), 422
    flash(gettext("The person has been saved."), "success")
    return redirect(url_for("people.contact", contact_id=contact_id), 303)


def _values() -> dict[str, Any]:
    form = request.form
    plain = {name: form.get(name, "") for name in ("full_name", "language", "notes")}
    return {**plain, "phones": lines("phones"), "emails": lines("emails")}


def _show(entries: Entries, row: parties.ContactRow | None) -> str:
    return render_template("admin_ui/parties/contact_form.html", form=entries, row=row)
