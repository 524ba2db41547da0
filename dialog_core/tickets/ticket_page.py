# SPDX-License-Identifier: Apache-2.0
"""Read one ticket with everything around it: four statements, whatever it has."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, case, literal, select, union_all
from sqlalchemy.orm import aliased

from dialog_core.conversations import EntryKind
from dialog_core.conversations.models import Chat, Entry
from dialog_core.database import db
from dialog_core.errors import NotFound
from dialog_core.parties.models import Contact, ContactPoint, Contract, Membership, Organisation
from dialog_core.staff import Actor
from dialog_core.staff.models import Staff, Team
from dialog_core.staff.permissions import TICKET_READ
from dialog_core.tickets.models import Category, Ticket, TicketExecutor, TicketLink
from dialog_core.tickets.views import (
    CategoryView,
    ChatView,
    ContactView,
    ContractView,
    ExecutorView,
    LinkView,
    Named,
    OrganisationView,
    TicketView,
)

LINKS_SHOWN = 100

_OpenedBy = aliased(Staff)
_OWN = (
    "id", "number", "subject", "kind", "state", "is_open", "outcome", "impact", "urgency", "priority",
    "priority_reason", "entitlement", "channel", "thread", "resolution", "answer_on_its_way", "opened_at",
    "activity_at", "closed_at", "version", "event_count",
)  # fmt: skip
_PARTS: tuple[tuple[str, Any, tuple[Any, ...]], ...] = (
    ("organisation", OrganisationView, (
        Organisation.id, Organisation.name, Organisation.address, Organisation.inn, Organisation.language,
        Organisation.timezone,
    )),
    ("contract", ContractView, (
        Contract.id, Contract.number, Contract.kind, Contract.starts_on, Contract.ends_on, Contract.kinds,
        Contract.silence_days,
    )),
    ("category", CategoryView, (Category.id, Category.code, Category.title_ru, Category.title_en)),
    ("chat", ChatView, (Chat.id, Chat.channel, Chat.kind, Chat.title, Chat.is_reachable, Chat.unreachable_reason)),
    ("responsible", Named, (Staff.id, Staff.name)),
    ("team", Named, (Team.id, Team.name)),
    ("opened_by", Named, (_OpenedBy.id, _OpenedBy.name)),
)  # fmt: skip
_CONTACT: tuple[Any, ...] = (
    Contact.id, Contact.full_name, Contact.language, Membership.may_open, Membership.may_confirm,
    Membership.may_represent,
)  # fmt: skip
_LINKED = (Ticket.id, Ticket.number, Ticket.subject, Ticket.state, TicketLink.id.label("link_id"))


@cache
def _head(by: str) -> Select[Any]:
    """Return the main statement, made once: making it takes longer than running it."""
    first = (
        select(Entry.text)
        .where(Entry.ticket_id == Ticket.id, Entry.kind == EntryKind.REQUEST.value)
        .order_by(Entry.id)
        .limit(1)
        .scalar_subquery()
    )
    columns: list[Any] = [getattr(Ticket, name) for name in _OWN]
    columns.append(first.label("description"))
    for name, _, part in (*_PARTS, ("contact", None, _CONTACT)):
        columns += [column.label(f"{name}__{column.key}") for column in part]
    return (
        select(*columns)
        .select_from(Ticket)
        .outerjoin(Organisation, Organisation.id == Ticket.organisation_id)
        .outerjoin(Contact, Contact.id == Ticket.contact_id)
        .outerjoin(
            Membership,
            and_(Membership.organisation_id == Ticket.organisation_id, Membership.contact_id == Ticket.contact_id),
        )
        .outerjoin(Contract, Contract.id == Ticket.contract_id)
        .outerjoin(Category, Category.id == Ticket.category_id)
        .outerjoin(Chat, Chat.id == Ticket.chat_id)
        .outerjoin(Staff, Staff.id == Ticket.responsible_id)
        .outerjoin(Team, Team.id == Ticket.team_id)
        .outerjoin(_OpenedBy, _OpenedBy.id == Ticket.opened_by_id)
        .where(getattr(Ticket, by) == bindparam("wanted"))
    )


def ticket_by_number(actor: Actor, number: str) -> TicketView:
    """Return the ticket with a registration number.

    Raises:
        NotPermitted: the actor may not read tickets.
        NotFound: there is no such ticket.
    """
    actor.require(TICKET_READ)
    return _ticket("number", number)


def ticket_by_id(actor: Actor, ticket_id: int) -> TicketView:
    """Return a ticket; errors as of `ticket_by_number`."""
    actor.require(TICKET_READ)
    return _ticket("id", ticket_id)


def ticket_just_opened(actor: Actor, ticket_id: int) -> TicketView:
    """Return a ticket as it was registered just now: nobody is at it, nothing is linked with it, and none is asked.

    Raises:
        NotPermitted: the actor may not read tickets.
    """
    actor.require(TICKET_READ)
    return _ticket("id", ticket_id, is_new=True)


def ticket_id_of(actor: Actor, number: str) -> int:
    """Return the id behind a registration number; errors as of `ticket_by_number`."""
    actor.require(TICKET_READ)
    found = db.session.scalar(select(Ticket.id).where(Ticket.number == number))
    if found is None:
        raise NotFound("There is no such ticket.")
    return found


def _ticket(by: str, wanted: int | str, *, is_new: bool = False) -> TicketView:
    row = db.session.execute(_head(by), {"wanted": wanted}).first()
    if row is None:
        raise NotFound("There is no such ticket.")
    values = row._mapping
    parts: dict[str, Any] = {}
    for name, view, columns in _PARTS:
        found = {column.key: values[f"{name}__{column.key}"] for column in columns}
        parts[name] = None if found["id"] is None else view(**found)
    if parts["contract"] is not None:
        kinds = tuple(values["contract__kinds"] or ())
        parts["contract"] = ContractView(**{**_contract(values), "kinds": kinds})
    own = {name: values[name] for name in _OWN}
    return TicketView(
        **{**own, "number": own["number"] or ""},
        description=values["description"] or "",
        contact=_contact(values, has_organisation=parts["organisation"] is not None),
        executors=() if is_new else _executors(values["id"]),
        links=() if is_new else _links(values["id"]),
        **parts,
    )


def _contract(values: Any) -> dict[str, Any]:
    return {name: values[f"contract__{name}"] for name in ContractView.__slots__}


def _contact(values: Any, *, has_organisation: bool) -> ContactView | None:
    contact_id = values["contact__id"]
    if contact_id is None:
        return None
    points = db.session.execute(_points(), {"contact_id": contact_id}).all()
    rights = ("may_open", "may_confirm", "may_represent")
    return ContactView(
        id=contact_id,
        full_name=values["contact__full_name"],
        language=values["contact__language"],
        phones=tuple(point.value for point in points if point.kind == "phone"),
        emails=tuple(point.value for point in points if point.kind == "email"),
        **{name: bool(values[f"contact__{name}"]) or not has_organisation for name in rights},
    )


@cache
def _points() -> Select[Any]:
    columns: tuple[Any, ...] = (ContactPoint.kind, ContactPoint.value)
    return select(*columns).where(ContactPoint.contact_id == bindparam("contact_id")).order_by(ContactPoint.id)


def _executors(ticket_id: int) -> tuple[ExecutorView, ...]:
    rows = db.session.execute(_executors_of(), {"ticket_id": ticket_id})
    return tuple(ExecutorView(row.staff_id, row.team_id, row.name or "") for row in rows)


@cache
def _executors_of() -> Select[Any]:
    name = case((TicketExecutor.staff_id.is_not(None), Staff.name), else_=Team.name).label("name")
    columns: tuple[Any, ...] = (TicketExecutor.staff_id, TicketExecutor.team_id, name)
    return (
        select(*columns)
        .outerjoin(Staff, Staff.id == TicketExecutor.staff_id)
        .outerjoin(Team, Team.id == TicketExecutor.team_id)
        .where(TicketExecutor.ticket_id == bindparam("ticket_id"))
        .order_by(TicketExecutor.id)
    )


def _links(ticket_id: int) -> tuple[LinkView, ...]:
    rows = db.session.execute(_links_of(), {"ticket_id": ticket_id})
    return tuple(
        LinkView(row.kind, bool(row.is_outgoing), row.id, row.number or "", row.subject, row.state) for row in rows
    )


@cache
def _links_of() -> Select[Any]:
    both = union_all(
        _side(TicketLink.source_id, TicketLink.target_id, is_outgoing=True),
        _side(TicketLink.target_id, TicketLink.source_id, is_outgoing=False),
    ).subquery()
    return select(both).order_by(both.c.link_id).limit(LINKS_SHOWN)


def _side(this: Any, other: Any, *, is_outgoing: bool) -> Select[Any]:
    columns: tuple[Any, ...] = (TicketLink.kind, literal(is_outgoing).label("is_outgoing"), *_LINKED)
    linked = select(*columns).select_from(TicketLink).join(Ticket, Ticket.id == other)
    return linked.where(this == bindparam("ticket_id"))
