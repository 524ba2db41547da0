# SPDX-License-Identifier: Apache-2.0
"""The page of a ticket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from admin_ui.shell import Entries
from admin_ui.tickets_pages.blocks import blocks
from admin_ui.tickets_pages.blueprint import pages
from admin_ui.tickets_pages.further import further_of
from admin_ui.tickets_pages.panels import panels
from dialog_core.plugin import IntakeView, fields, runtime, staff, tickets

ITEMS = 100
IN_COMPOSER = {"answer": "answer", "request_information": "question", "receive_information": "message"}
"""Transitions that are a text: the composer does them."""


@dataclass(frozen=True, slots=True)
class Mode:
    """What the composer can write: an entry's kind, its name, and what must be said about it."""

    name: str
    title: Any
    icon: str
    placeholder: Any
    travels: bool = False


MODES = (
    Mode("answer", _l("Answer"), "send", _l("The solution, as the customer will read it"), travels=True),
    Mode("question", _l("Question"), "help-circle", _l("What do you need to know from the customer?"), travels=True),
    Mode("reply", _l("Reply"), "message", _l("A message to the customer; the state stays as it is"), travels=True),
    Mode("message", _l("Customer said"), "user-question", _l("What the customer told you, for example on the phone")),
    Mode("note", _l("Internal note"), "lock", _l("Only staff will ever see this")),
)


@pages.get("/tickets/<number>")
def show(number: str) -> ResponseReturnValue:
    """Show a ticket with the latest part of its timeline."""
    actor = staff.current_actor()
    view = tickets.ticket_by_number(actor, number)
    return page(actor, view, Entries())


@pages.get("/tickets/<number>/earlier")
def earlier(number: str) -> ResponseReturnValue:
    """Give what precedes a place of the timeline, as a fragment."""
    actor = staff.current_actor()
    ticket_id = tickets.ticket_id_of(actor, number)
    before = max(1, request.args.get("before", 1, type=int))
    found = tickets.timeline(actor, ticket_id, before=before, limit=ITEMS)
    return render_template(
        "admin_ui/tickets/timeline_earlier.html", number=number, timeline=found, blocks=blocks(actor, found.items)
    )


def page(actor: staff.Actor, view: tickets.TicketView, composer: Entries) -> str:
    """Return the whole page; `composer` holds what was typed and could not be sent."""
    found = tickets.timeline(actor, view.id, limit=ITEMS)
    return render_template(
        "admin_ui/tickets/ticket.html",
        timeline=found,
        blocks=blocks(actor, found.items),
        form=composer,
        is_new=request.args.get("new") == "1",
        **around(actor, view),
    )


def around(actor: staff.Actor, view: tickets.TicketView) -> dict[str, Any]:
    """Return what head, composer and sidebar of a ticket show."""
    allowed = tickets.allowed_transitions(actor, view.state, answer_on_its_way=view.answer_on_its_way)
    names = [one.name for one in allowed]
    further = further_of(actor, view)
    return {
        "ticket": view,
        "actions": [name for name in names if name not in IN_COMPOSER],
        "texts": [(name, IN_COMPOSER[name]) for name in names if name in IN_COMPOSER],
        "modes": modes(actor, view, frozenset(names)),
        "may_work": actor.may("ticket.work"),
        "may_assign": actor.may("ticket.assign"),
        "can_unmerge": view.outcome == "merged" and actor.may("ticket.work"),
        "further": further,
        "intake": completeness(view, further),
        "panels": panels(view.id),
        "address": url_for("tickets.show", number=view.number, _external=True),
    }


def modes(actor: staff.Actor, view: tickets.TicketView, allowed: frozenset[str]) -> list[Mode]:
    """Return what may be written into a ticket now, the likeliest first."""
    may_work = actor.may("ticket.work")
    possible = {
        "answer": "answer" in allowed,
        "question": "request_information" in allowed,
        "reply": may_work and view.is_open,
        "message": may_work and view.is_open,
        "note": may_work,
    }
    return [mode for mode in MODES if possible[mode.name]]


def completeness(view: tickets.TicketView, further: fields.TicketValues) -> tickets.Completeness:
    """Judge by the regulation what is known of the request."""
    organisation, contact = view.organisation, view.contact
    return tickets.completeness(
        runtime().hooks,
        IntakeView(
            kind=view.kind,
            subject=view.subject,
            description=view.description,
            category=view.category.code if view.category else None,
            organisation_name=organisation.name if organisation else "",
            organisation_address=organisation.address if organisation else "",
            contact_name=contact.full_name if contact else "",
            contact_phones=contact.phones if contact else (),
            contact_emails=contact.emails if contact else (),
            fields=fields.intake_values(further),
        ),
        fields.asked_at_intake(further),
    )
