# SPDX-License-Identifier: Apache-2.0
"""Everything that a page of one organisation or one contact shows, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from dialog_core.database import db
from dialog_core.errors import NotFound
from dialog_core.parties.models import Contact, ContactPoint, Identity, Membership
from dialog_core.parties.queries import (
    ContactRow,
    ContractRow,
    OrganisationRow,
    contracts_of,
    get_contact,
    get_organisation,
)
from dialog_core.staff import Actor

MOST_MEMBERS = 500
COUNTED = 1000
"""Open tickets are counted up to here; a page then shows “1000+”."""


@dataclass(frozen=True, slots=True)
class Member:
    """A contact of an organisation with its rights there."""

    contact_id: int
    full_name: str
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    may_open: bool
    may_confirm: bool
    may_represent: bool


@dataclass(frozen=True, slots=True)
class ChatRow:
    """A chat bound to an organisation."""

    id: int
    channel: str
    kind: str
    title: str
    is_reachable: bool


@dataclass(frozen=True, slots=True)
class OrganisationCard:
    """One organisation with all that belongs to it; `open_tickets` is counted up to 1000."""

    organisation: OrganisationRow
    members: tuple[Member, ...]
    contracts: tuple[ContractRow, ...]
    chats: tuple[ChatRow, ...]
    open_tickets: int


@dataclass(frozen=True, slots=True)
class IdentityRow:
    """A contact's account in a channel."""

    id: int
    channel: str
    external_id: str
    name: str


@dataclass(frozen=True, slots=True)
class ContactCard:
    """One contact with its accounts in channels; `open_tickets` is counted up to 1000."""

    contact: ContactRow
    identities: tuple[IdentityRow, ...]
    open_tickets: int


def organisation_card(actor: Actor, organisation_id: int) -> OrganisationCard:
    """Return what the page of an organisation shows; six queries.

    Raises:
        NotPermitted: without `party.read`.
        NotFound: there is no such organisation.
    """
    from dialog_core.conversations.models import Chat  # chats stand on organisations

    organisation = get_organisation(actor, organisation_id)
    chats = db.session.execute(
        select(Chat.id, Chat.channel, Chat.kind, Chat.title, Chat.is_reachable)
        .where(Chat.organisation_id == organisation_id)
        .order_by(Chat.id)
    )
    return OrganisationCard(
        organisation=organisation,
        members=_members(organisation_id),
        contracts=contracts_of(organisation_id),
        chats=tuple(ChatRow(*row) for row in chats),
        open_tickets=_open_tickets(organisation_id=organisation_id),
    )


def contact_card(actor: Actor, contact_id: int) -> ContactCard:
    """Return what the page of a contact shows; five queries.

    Raises:
        NotPermitted: without `party.read`.
        NotFound: there is no such contact.
    """
    contact = get_contact(actor, contact_id)
    identities = db.session.execute(
        select(Identity.id, Identity.channel, Identity.external_id, Identity.name)
        .where(Identity.contact_id == contact_id)
        .order_by(Identity.id)
    )
    return ContactCard(contact, tuple(IdentityRow(*row) for row in identities), _open_tickets(contact_id=contact_id))


def identity_contact(channel: str, external_id: str) -> int:
    """Return the contact of a person in a channel; for callers inside the core.

    Raises:
        NotFound: nobody of that channel is known under this id.
    """
    found = db.session.scalar(
        select(Identity.contact_id).where(Identity.channel == channel, Identity.external_id == external_id)
    )
    if found is None:
        raise NotFound("This person is not known.")
    return found


def _members(organisation_id: int) -> tuple[Member, ...]:
    rows = db.session.execute(
        select(Contact.id, Contact.full_name, Membership.may_open, Membership.may_confirm, Membership.may_represent)
        .join(Membership, Membership.contact_id == Contact.id)
        .where(Membership.organisation_id == organisation_id)
        .order_by(Contact.name_key, Contact.id)
        .limit(MOST_MEMBERS)
    ).all()
    points: dict[tuple[int, str], list[str]] = {}
    if rows:
        for contact_id, kind, value in db.session.execute(
            select(ContactPoint.contact_id, ContactPoint.kind, ContactPoint.value)
            .where(ContactPoint.contact_id.in_([row.id for row in rows]))
            .order_by(ContactPoint.id)
        ):
            points.setdefault((contact_id, kind), []).append(value)
    return tuple(
        Member(
            contact_id=row.id,
            full_name=row.full_name,
            phones=tuple(points.get((row.id, "phone"), ())),
            emails=tuple(points.get((row.id, "email"), ())),
            may_open=row.may_open,
            may_confirm=row.may_confirm,
            may_represent=row.may_represent,
        )
        for row in rows
    )


def _open_tickets(*, organisation_id: int | None = None, contact_id: int | None = None) -> int:
    from dialog_core.tickets.models import Ticket  # tickets stand on parties

    mine = Ticket.contact_id == contact_id if organisation_id is None else Ticket.organisation_id == organisation_id
    first = select(Ticket.id).where(mine, Ticket.is_open.is_(True)).limit(COUNTED).subquery()
    return db.session.scalar(select(func.count()).select_from(first)) or 0
