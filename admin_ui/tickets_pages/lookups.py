# SPDX-License-Identifier: Apache-2.0
"""Choices that a form looks up while somebody types: people and organisations of customers."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue

from admin_ui.tickets_pages.blueprint import pages
from dialog_core.plugin import parties, staff, tickets

FOUND = 8


@dataclass(frozen=True, slots=True)
class Option:
    """One choice; `more` stands under its title, `data` fills other fields of the form."""

    id: str
    title: str
    more: str
    data: dict[str, str]


@pages.get("/lookup/contacts")
def contacts() -> ResponseReturnValue:
    """Find people by a part of the name, a phone or an e-mail."""
    found = parties.list_contacts(staff.current_actor(), search=_asked(), limit=FOUND).items if _asked() else ()
    options = []
    for contact in found:
        places = [one.name for one in contact.memberships]
        known = [*contact.phones[:1], *contact.emails[:1], *places[:2]]
        only = contact.memberships[0] if len(contact.memberships) == 1 else None
        data = {"organisation": str(only.organisation_id), "organisation-name": only.name} if only else {}
        options.append(Option(str(contact.id), contact.full_name, " · ".join(known), data))
    return _answer(options)


@pages.get("/lookup/organisations")
def organisations() -> ResponseReturnValue:
    """Find organisations by a part of the name or by the INN."""
    found = parties.list_organisations(staff.current_actor(), search=_asked(), limit=FOUND).items if _asked() else ()
    return _answer(
        [Option(str(one.id), one.name, " · ".join(filter(None, (one.address, one.inn))), {}) for one in found]
    )


@pages.get("/lookup/tickets")
def open_tickets() -> ResponseReturnValue:
    """Find open tickets by number or words."""
    if not _asked():
        return _answer([])
    filters = tickets.TicketFilters(is_open=True, text=_asked())
    rows = tickets.ticket_list(staff.current_actor(), filters, limit=FOUND).rows
    return _answer([Option(row.number, f"{row.number} · {row.subject}", row.organisation_name, {}) for row in rows])


def _asked() -> str:
    return request.args.get("q", "").strip()[:200]


def _answer(options: list[Option]) -> str:
    return render_template("admin_ui/tickets/lookup.html", options=options, asked=_asked())
