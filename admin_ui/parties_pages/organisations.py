# SPDX-License-Identifier: Apache-2.0
"""Organisations: the list, the page with everything that belongs to one, and the form."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin_ui.parties_pages.blueprint import pages
from admin_ui.parties_pages.forms import read_position, refused, write_position
from admin_ui.shell import Entries
from admin_ui.tickets_pages.once import once
from dialog_core.plugin import DialogError, NotPermitted, installation, now, parties, staff, tickets

ROWS = 40
TICKETS_SHOWN = 10
_FIELDS = ("name", "address", "inn", "language", "timezone", "notes")


@pages.get("/organisations")
def organisations() -> ResponseReturnValue:
    """List organisations."""
    asked = request.args.get("q", "").strip()[:200]
    page = parties.list_organisations(staff.current_actor(), search=asked, after=read_position(), limit=ROWS)
    return render_template(
        "admin_ui/parties/organisations.html", rows=page.items, q=asked, following=write_position(page.next)
    )


@pages.get("/organisations/<int:organisation_id>")
def organisation(organisation_id: int) -> ResponseReturnValue:
    """Show an organisation with its people, contracts, chats and open tickets."""
    actor = staff.current_actor()
    card = parties.organisation_card(actor, organisation_id)
    filters = tickets.TicketFilters(organisation_id=organisation_id, is_open=True)
    rows = tickets.ticket_list(actor, filters, limit=TICKETS_SHOWN).rows if actor.may("ticket.read") else ()
    today = now().date()
    return render_template(
        "admin_ui/parties/organisation.html",
        card=card,
        organisation_row=card.organisation,
        rows=rows,
        today=today,
        has_contract=any(
            one.starts_on <= today and (one.ends_on is None or one.ends_on >= today) for one in card.contracts
        ),
    )


@pages.get("/organisations/new")
def new_organisation() -> ResponseReturnValue:
    """Show an empty form."""
    staff.current_actor().require("party.edit")
    profile = installation.profile()
    return _show(Entries.holding({"language": profile.language, "timezone": profile.timezone}), None)


@pages.post("/organisations/new")
def create_organisation() -> ResponseReturnValue:
    """Create an organisation."""
    actor = staff.current_actor()
    try:
        made = once(lambda: parties.create_organisation(actor, **_values()))
    except NotPermitted:
        raise
    except DialogError as error:
        return _show(refused(error, 0), None), 422
    flash(gettext("The organisation has been created."), "success")
    return redirect(url_for("parties.organisation", organisation_id=int(made.result)), 303)


@pages.get("/organisations/<int:organisation_id>/edit")
def edit_organisation(organisation_id: int) -> ResponseReturnValue:
    """Show the form with what is stored."""
    actor = staff.current_actor()
    actor.require("party.edit")
    row = parties.get_organisation(actor, organisation_id)
    return _show(Entries.holding({name: getattr(row, name) for name in (*_FIELDS, "version")}), row)


@pages.post("/organisations/<int:organisation_id>/edit")
def save_organisation(organisation_id: int) -> ResponseReturnValue:
    """Change an organisation."""
    actor = staff.current_actor()
    version = request.form.get("version", 0, type=int)
    try:
        parties.update_organisation(actor, organisation_id, version=version, **_values())
    except NotPermitted:
        raise
    except DialogError as error:
        row = parties.get_organisation(actor, organisation_id)
        return _show(refused(error, row.version), row), 422
    flash(gettext("The organisation has been saved."), "success")
    return redirect(url_for("parties.organisation", organisation_id=organisation_id), 303)


def _values() -> dict[str, Any]:
    return {name: request.form.get(name, "") for name in _FIELDS}


def _show(entries: Entries, row: parties.OrganisationRow | None) -> str:
    return render_template(
        "admin_ui/parties/organisation_form.html",
        form=entries,
        row=row,
        timezones=[(zone, zone.replace("_", " ")) for zone in sorted(installation.timezones())],
    )
