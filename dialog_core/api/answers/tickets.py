# SPDX-License-Identifier: Apache-2.0
"""Tickets, entries and deliveries as JSON values."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

from dialog_core.api.answers.ticket_fields import further_of, values_json
from dialog_core.api.blueprint import PREFIX
from dialog_core.fields import TicketValues, Values, asked_at_intake, intake_values
from dialog_core.hookspecs.fields import IntakeView
from dialog_core.runtime import runtime
from dialog_core.staff import Actor
from dialog_core.tickets import AttachmentView, DeliveryView, EntryView, Priority, TicketRow, TicketView, completeness

WORDS = {int(priority): priority.word for priority in Priority}


def ticket_path(number: str) -> str:
    """Return the address of a ticket."""
    return f"{PREFIX}/tickets/{quote(number, safe='')}"


def ticket_links(number: str) -> dict[str, dict[str, str]]:
    """Return where one can go on from a ticket."""
    path = ticket_path(number)
    return {
        "self": {"href": path},
        "entries": {"href": f"{path}/entries"},
        "transitions": {"href": f"{path}/transitions"},
        "attachments": {"href": f"{path}/attachments"},
    }


def ticket_json(actor: Actor, view: TicketView) -> dict[str, Any]:
    """Return a ticket with its further fields and what is still asked for."""
    further = further_of(actor, view)
    return {
        "number": view.number,
        "subject": view.subject,
        "description": view.description,
        "kind": view.kind,
        "state": view.state,
        "outcome": view.outcome,
        "impact": view.impact,
        "urgency": view.urgency,
        "priority": WORDS[view.priority],
        "priority_reason": view.priority_reason,
        "category": view.category.code if view.category else None,
        "organisation": _organisation(view),
        "contact": _contact(view),
        "contract": _contract(view),
        "entitlement": view.entitlement,
        "channel": view.channel,
        "responsible": _named(view.responsible.id, view.responsible.name) if view.responsible else None,
        "executors": [_named(one.staff_id, one.name) for one in view.executors if one.staff_id is not None],
        "teams": [_named(one.team_id, one.name) for one in view.executors if one.team_id is not None],
        "answer_on_its_way": view.answer_on_its_way,
        "opened_at": view.opened_at.isoformat(),
        "activity_at": view.activity_at.isoformat(),
        "closed_at": _time(view.closed_at),
        "version": view.version,
        "missing": missing(view, further),
        "fields": values_json(further.shown),
        "links": [
            {
                "kind": link.kind,
                "direction": "to" if link.is_outgoing else "from",
                "number": link.number,
                "subject": link.subject,
                "state": link.state,
            }
            for link in view.links
        ],
        "_links": ticket_links(view.number),
    }


def missing(view: TicketView, further: TicketValues) -> list[str]:
    """Return the names of what is still asked for: by the regulation, and of the further fields."""
    known = IntakeView(
        kind=view.kind,
        subject=view.subject,
        description=view.description,
        category=view.category.code if view.category else None,
        organisation_name=view.organisation.name if view.organisation else "",
        organisation_address=view.organisation.address if view.organisation else "",
        contact_name=view.contact.full_name if view.contact else "",
        contact_phones=view.contact.phones if view.contact else (),
        contact_emails=view.contact.emails if view.contact else (),
        fields=intake_values(further),
    )
    return [field.name for field in completeness(runtime().hooks, known, asked_at_intake(further)).missing]


def ticket_item(row: TicketRow, values: Values) -> dict[str, Any]:
    """Return a ticket of a list."""
    return {
        "number": row.number,
        "subject": row.subject,
        "kind": row.kind,
        "state": row.state,
        "outcome": row.outcome,
        "priority": WORDS[row.priority],
        "entitlement": row.entitlement,
        "channel": row.channel,
        "answer_on_its_way": row.answer_on_its_way,
        "opened_at": row.opened_at.isoformat(),
        "activity_at": row.activity_at.isoformat(),
        "organisation": _named(row.organisation_id, row.organisation_name),
        "contact": _named(row.contact_id, row.contact_name),
        "responsible": _named(row.responsible_id, row.responsible_name),
        "team": _named(row.team_id, row.team_name),
        "fields": values_json(values),
        "_links": {"self": {"href": ticket_path(row.number)}},
    }


def entry_json(view: EntryView) -> dict[str, Any]:
    """Return an entry with its files and deliveries."""
    return {
        "id": view.id,
        "kind": view.kind,
        "text": view.text,
        "author": {"kind": view.author_kind, "id": view.author_id, "name": view.author_name},
        "channel": view.channel,
        "delivered_by": view.delivered_by,
        "created_at": view.created_at.isoformat(),
        "edited_at": _time(view.edited_at),
        "attachments": [attachment_json(one) for one in view.attachments],
        "deliveries": [delivery_json(one) for one in view.deliveries],
    }


def attachment_json(view: AttachmentView) -> dict[str, Any]:
    """Return a file."""
    return {
        "id": view.id,
        "name": view.name,
        "media_type": view.media_type,
        "size": view.size,
        "state": view.state,
        "problem": view.problem,
        "_links": {"content": {"href": f"{PREFIX}/attachments/{view.id}"}} if view.state == "stored" else {},
    }


def delivery_json(view: DeliveryView) -> dict[str, Any]:
    """Return a delivery."""
    return {
        "id": view.id,
        "channel": view.channel,
        "state": view.state,
        "attempts": view.attempts,
        "problem": view.problem,
        "created_at": view.created_at.isoformat(),
        "settled_at": _time(view.settled_at),
    }


def _organisation(view: TicketView) -> dict[str, Any] | None:
    one = view.organisation
    return None if one is None else {"id": one.id, "name": one.name, "address": one.address}


def _contact(view: TicketView) -> dict[str, Any] | None:
    one = view.contact
    if one is None:
        return None
    return {
        "id": one.id,
        "full_name": one.full_name,
        "phones": list(one.phones),
        "emails": list(one.emails),
        "may_open": one.may_open,
        "may_confirm": one.may_confirm,
        "may_represent": one.may_represent,
    }


def _contract(view: TicketView) -> dict[str, Any] | None:
    one = view.contract
    if one is None:
        return None
    ends_on = one.ends_on.isoformat() if one.ends_on else None
    return {"id": one.id, "number": one.number, "kind": one.kind, "ends_on": ends_on}


def _named(one_id: int | None, name: str) -> dict[str, Any] | None:
    return None if one_id is None else {"id": one_id, "name": name}


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
