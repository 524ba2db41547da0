# SPDX-License-Identifier: Apache-2.0
"""Tickets: list, register, read, change."""

from __future__ import annotations

from typing import Any

from flask import Response
from sqlalchemy import select

from dialog_core.api.answers.tickets import ticket_item, ticket_json, ticket_path
from dialog_core.api.blueprint import Resource, actor, answer
from dialog_core.api.idempotency import perform
from dialog_core.api.resources.given import based_on, contact_id, etag, known_parties, organisation_id
from dialog_core.api.schemas.tickets import Ticket, TicketChange, TicketNew, TicketPage, TicketQuery
from dialog_core.conversations import Said, clean
from dialog_core.database import db, write
from dialog_core.errors import WrongValue
from dialog_core.fields import catalogue, read_filters, values_of_many
from dialog_core.parties.models import Contact
from dialog_core.tickets import (
    Priority,
    Request,
    Sort,
    State,
    TicketFilters,
    TicketView,
    assign,
    category_choices,
    open_ticket,
    ticket_by_id,
    ticket_by_number,
    ticket_id_of,
    ticket_just_opened,
    ticket_list,
    update_ticket,
)

tickets = Resource("api-tickets", description="Requests of customers and their lifecycle.")
_EXECUTORS = ("responsible", "executors", "teams")


@tickets.get("/tickets")
@tickets.arguments(TicketQuery, location="query")
@tickets.response(200, TicketPage)
def list_tickets(query: dict[str, Any]) -> Response:
    """List tickets."""
    page = ticket_list(actor(), _filters(query), sort=Sort(query["sort"]), cursor=query["cursor"], limit=query["limit"])
    values = values_of_many(actor(), [row.id for row in page.rows])
    return answer({"items": [ticket_item(row, values[row.id]) for row in page.rows], "next": page.next})


@tickets.post("/tickets")
@tickets.arguments(TicketNew)
@tickets.response(201, Ticket)
def post_ticket(body: dict[str, Any]) -> Response:
    """Register a request."""

    def present(ticket_id: int) -> Response:
        view = ticket_just_opened(actor(), ticket_id)
        return answer(ticket_json(actor(), view), 201, {"Location": ticket_path(view.number), **etag(view.version)})

    return perform(lambda: _open(body), present)


@tickets.get("/tickets/<number>")
@tickets.response(200, Ticket)
def get_ticket(number: str) -> Response:
    """Read a ticket."""
    view = ticket_by_number(actor(), number)
    return answer(ticket_json(actor(), view), headers=etag(view.version))


@tickets.patch("/tickets/<number>")
@tickets.arguments(TicketChange)
@tickets.response(200, Ticket)
def patch_ticket(body: dict[str, Any], number: str) -> Response:
    """Change a ticket.

    With `version` (or the ETag in `If-Match`) a change that somebody else made meanwhile is not overwritten: 409.
    """
    version = based_on(body)
    catalogue()  # no module is asked while the database is held
    if "further" in body:
        body["fields"] = body.pop("further")
    executors = {name: body.pop(name) for name in _EXECUTORS if name in body}
    with write() as session:
        ticket_id = ticket_id_of(actor(), number)
        if body or version is not None:
            known = ticket_by_id(actor(), ticket_id)
            if "organisation" in body:
                body["organisation_id"] = organisation_id(session, body.pop("organisation"))
            if "contact" in body:
                organisation = body.get("organisation_id", known.organisation.id if known.organisation else None)
                body["contact_id"] = contact_id(session, body.pop("contact"), organisation)
            update_ticket(actor(), ticket_id, version=version, **body)
        if executors:
            _assign(ticket_id, executors)
        session.flush()
    view = ticket_by_id(actor(), ticket_id)
    return answer(ticket_json(actor(), view), headers=etag(view.version))


def _open(body: dict[str, Any]) -> int:
    catalogue()  # as above
    if not clean(body["description"]):
        raise WrongValue("description", "Say what it is about.")
    known = known_parties(body["organisation"], body["contact"])
    if known is not None:
        return _register(body, *known)
    with write() as session:  # somebody new is made together with the ticket, or not at all
        organisation = organisation_id(session, body["organisation"])
        return _register(body, organisation, contact_id(session, body["contact"], organisation))


def _register(body: dict[str, Any], organisation: int | None, contact: int) -> int:
    name = db.session.scalar(select(Contact.full_name).where(Contact.id == contact))
    return open_ticket(
        actor(),
        Request(
            subject=body["subject"],
            said=Said(text=body["description"], author=None if name is None else (contact, name)),
            kind=body["kind"],
            contact_id=contact,
            organisation_id=organisation,
            category=body["category"],
            impact=body["impact"],
            urgency=body["urgency"],
            fields=body["further"],
        ),
    )


def _assign(ticket_id: int, given: dict[str, Any]) -> None:
    known: TicketView = ticket_by_id(actor(), ticket_id)
    present = {
        "responsible": known.responsible.id if known.responsible else None,
        "executors": [one.staff_id for one in known.executors if one.staff_id is not None],
        "teams": [one.team_id for one in known.executors if one.team_id is not None],
    }
    wanted = {**present, **given}
    assign(
        actor(),
        ticket_id,
        responsible_id=wanted["responsible"],
        executor_ids=wanted["executors"],
        team_ids=wanted["teams"],
    )


def _filters(query: dict[str, Any]) -> TicketFilters:
    return TicketFilters(
        states=tuple(State(word) for word in query["state"]),
        is_open=query["open"],
        priorities=tuple(int(Priority.from_word(word)) for word in query["priority"]),
        responsible=_person("responsible", query["responsible"], "me", "none"),
        executor=_person("executor", query["executor"], "me"),
        team_id=query["team"],
        organisation_id=query["organisation"],
        contact_id=query["contact"],
        kind=query["kind"],
        category_id=_category(query["category"]),
        channel=query["channel"],
        text=query["q"],
        opened_after=query["opened_after"],
        opened_before=query["opened_before"],
        fields=read_filters(catalogue(), query["field"]),
    )


def _person(field: str, given: str | None, *words: str) -> Any:
    if given is None or given in words:
        return given
    if given.isascii() and given.isdigit() and 0 < int(given) <= 2_147_483_647:
        return int(given)
    raise WrongValue(field, "Use an id or one of: %(known)s.", known=", ".join(words))


def _category(code: str | None) -> int | None:
    if code is None:
        return None
    for category in category_choices(actor()):
        if category.code == code:
            return category.id
    raise WrongValue("category", "There is no category “%(code)s”.", code=code)
