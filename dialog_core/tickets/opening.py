# SPDX-License-Identifier: Apache-2.0
"""Open a ticket: one request, one ticket, one number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialog_core.clock import now
from dialog_core.conversations import MAX_SUBJECT, EntryKind, Said, clean, first_line, write_entry
from dialog_core.database import db, write
from dialog_core.errors import WrongValue
from dialog_core.events import record
from dialog_core.fields import Change, Facts, catalogue, prepare
from dialog_core.installation import numbering, profile
from dialog_core.parties import Entitlement, coverage
from dialog_core.parties.models import Contact, Membership
from dialog_core.staff.actor import Actor, ActorKind
from dialog_core.staff.permissions import TICKET_OPEN
from dialog_core.tickets.further import set_fields
from dialog_core.tickets.models import Category, Ticket, TicketLink
from dialog_core.tickets.numbers import NumberFormat, assign_number_last
from dialog_core.tickets.priority import priority_of
from dialog_core.tickets.state_counts import move_count
from dialog_core.tickets.vetoes import check_ticket
from dialog_core.tickets.vocabulary import Kind, Level, State

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came in.

    Attributes:
        contact_id: who asks; None when the channel cannot tell (an anonymous administrator of a group).
        organisation_id: None lets the contact's only organisation stand.
        category: code of a category, or None.
        follow_up_of: id of a closed ticket that this one goes on from.
        fields: values of further fields by key, as the API writes them, or `NewFile`.
    """

    subject: str
    said: Said
    kind: str = Kind.USER_FAILURE.value
    contact_id: int | None = None
    organisation_id: int | None = None
    category: str | None = None
    impact: str = Level.MEDIUM.value
    urgency: str = Level.MEDIUM.value
    chat_id: int | None = None
    thread: str | None = None
    follow_up_of: int | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)


def open_ticket(actor: Actor, request: Request) -> int:
    """Register a request and return the ticket's id; its number is there once the transaction is committed.

    Raises:
        NotPermitted: staff without `ticket.open`.
        WrongValue: a value is not known or too long, or a module refuses it; the field is named.
        NotAllowedNow: a module refuses the whole.
    """
    if actor.kind is ActorKind.STAFF:
        actor.require(TICKET_OPEN)
    subject = clean(request.subject).replace("\n", " ")
    if not subject:
        raise WrongValue("subject", "Say in a few words what it is about.")
    if len(subject) > MAX_SUBJECT:
        raise WrongValue("subject", "Use at most %(limit)s characters.", limit=MAX_SUBJECT)
    kind = choice(Kind, request.kind, "kind")
    impact, urgency = choice(Level, request.impact, "impact"), choice(Level, request.urgency, "urgency")
    chosen = numbering()
    number_format = NumberFormat(prefix=chosen.prefix, with_year=chosen.with_year, digits=chosen.digits)
    local_time = now().astimezone(ZoneInfo(profile().timezone))
    # What only reads comes first: writers queue for the database, and this one shall hold it for its rows alone.
    reader = db.session()
    organisation_id = _organisation(reader, request)
    covered = coverage(reader, organisation_id=organisation_id, kind=kind.value)
    if organisation_id is not None and covered.state is Entitlement.NO_ORGANISATION:
        raise WrongValue("organisation", "There is no organisation %(id)s.", id=organisation_id)
    category = category_id(reader, request.category)
    priority = priority_of(kind, impact, urgency)
    facts = Facts(kind.value, priority.word, organisation_id)
    change = _further(reader, actor, request, facts)
    ticket = Ticket(
        subject=subject,
        kind=kind.value,
        state=State.REGISTERED.value,
        is_open=True,
        impact=impact.value,
        urgency=urgency.value,
        priority=int(priority),
        category_id=category,
        organisation_id=organisation_id,
        contact_id=request.contact_id,
        contract_id=covered.contract_id,
        entitlement=covered.state.value,
        channel=actor.channel,
        chat_id=request.chat_id,
        thread=request.thread,
        opened_by_id=actor.id if actor.kind is ActorKind.STAFF else None,
        resolution=0,
        answer_on_its_way=False,
        version=1,
        event_count=0,
        event_digest="",
    )
    check_ticket(actor, ticket, change)
    with write() as session:
        ticket.opened_at = ticket.activity_at = now()
        session.add(ticket)
        session.flush()
        _tell(session, actor, ticket, request, change)
        move_count(None, State.REGISTERED.value)
        assign_number_last(ticket, number_format, local_time)
        return ticket.id


def subject_of(text: str) -> str:
    """Return a subject for a text of a channel that has none: its first line."""
    return first_line(clean(text), 120)


def _further(session: Session, actor: Actor, request: Request, facts: Facts) -> Change:
    """Read what is given of further fields; who registers is held to what is required, a channel never is."""
    known = catalogue()
    if not known and not request.fields:
        return Change()
    is_bound = actor.kind is ActorKind.STAFF
    return prepare(session, known, request.fields, facts=facts, stored={}, ticket_id=None, is_bound=is_bound)


def _tell(session: Session, actor: Actor, ticket: Ticket, request: Request, change: Change) -> None:
    record(session, actor, "ticket_opened", ticket=ticket, subject=ticket.subject, request_kind=ticket.kind,
           entitlement=ticket.entitlement, priority=ticket.priority)  # fmt: skip
    write_entry(session, actor, ticket, EntryKind.REQUEST, request.said)
    if change:
        set_fields(session, actor, ticket, change, is_new=True)
    if request.follow_up_of is not None:
        session.add(TicketLink(source_id=ticket.id, target_id=request.follow_up_of, kind="follow_up"))


def _organisation(session: Session, request: Request) -> int | None:
    # Whose name the caller has read already, to say who speaks, is known to be there.
    is_named = request.said.author is not None and request.said.author[0] == request.contact_id
    if (
        request.contact_id is not None
        and not is_named
        and session.scalar(select(Contact.id).where(Contact.id == request.contact_id)) is None
    ):
        raise WrongValue("contact", "There is no contact %(id)s.", id=request.contact_id)
    if request.organisation_id is not None:
        return request.organisation_id
    if request.contact_id is None:
        return None
    found = session.scalars(
        select(Membership.organisation_id).where(Membership.contact_id == request.contact_id).limit(2)
    ).all()
    return found[0] if len(found) == 1 else None


def category_id(session: Session, code: str | None) -> int | None:
    """Return the id of a category code.

    Raises:
        WrongValue: there is no such category.
    """
    if not code:
        return None
    found = session.scalar(select(Category.id).where(Category.code == code))
    if found is None:
        raise WrongValue("category", "There is no category “%(code)s”.", code=code)
    return found


def choice(values: type[E], word: str, field: str) -> E:
    """Return the member of a vocabulary.

    Raises:
        WrongValue: the word is none of it; the known words are named.
    """
    try:
        return values(word)
    except ValueError:
        known = ", ".join(values)
        raise WrongValue(field, "“%(word)s” is not known; use one of: %(known)s.", word=word, known=known) from None
