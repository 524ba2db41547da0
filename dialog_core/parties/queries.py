# SPDX-License-Identifier: Apache-2.0
"""Reads: lists and cards of organisations, contacts and contracts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, exists, or_, select

from dialog_core.database import db
from dialog_core.errors import NotFound
from dialog_core.installation import profile
from dialog_core.parties.emails import email_key
from dialog_core.parties.models import Contact, ContactPoint, Contract, Membership, Organisation
from dialog_core.parties.names import name_key
from dialog_core.parties.pages import Order, Page, Position, page_of, paged
from dialog_core.parties.phones import phone_key
from dialog_core.staff import Actor
from dialog_core.staff.permissions import PARTY_READ


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """An organisation in a list."""

    id: int
    name: str
    address: str
    inn: str
    language: str
    timezone: str
    notes: str
    created_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class Point:
    """A phone (`phone`) or an e-mail (`email`): as written, and as matched."""

    kind: str
    value: str
    key: str


@dataclass(frozen=True, slots=True)
class MembershipRow:
    """A contact's rights in one organisation; `name` is the organisation's."""

    organisation_id: int
    name: str
    may_open: bool
    may_confirm: bool
    may_represent: bool


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A contact with its phones, e-mails and memberships."""

    id: int
    full_name: str
    language: str
    notes: str
    created_at: datetime
    version: int
    points: tuple[Point, ...] = ()
    memberships: tuple[MembershipRow, ...] = ()

    @property
    def phones(self) -> tuple[str, ...]:
        """Phones as they were written."""
        return tuple(point.value for point in self.points if point.kind == "phone")

    @property
    def emails(self) -> tuple[str, ...]:
        """E-mails as they were written."""
        return tuple(point.value for point in self.points if point.kind == "email")


@dataclass(frozen=True, slots=True)
class ContractRow:
    """A contract; `kinds` empty means every kind of request."""

    id: int
    organisation_id: int
    number: str
    kind: str
    starts_on: date
    ends_on: date | None
    kinds: tuple[str, ...]
    silence_days: int | None
    notes: str
    version: int


_ORGANISATION = (
    Organisation.id,
    Organisation.name,
    Organisation.address,
    Organisation.inn,
    Organisation.language,
    Organisation.timezone,
    Organisation.notes,
    Organisation.created_at,
    Organisation.version,
)
_CONTACT = (Contact.id, Contact.full_name, Contact.language, Contact.notes, Contact.created_at, Contact.version)
_CONTACT_NAMES = tuple(column.key for column in _CONTACT)
_CONTRACT = (
    Contract.id,
    Contract.organisation_id,
    Contract.number,
    Contract.kind,
    Contract.starts_on,
    Contract.ends_on,
    Contract.kinds,
    Contract.silence_days,
    Contract.notes,
    Contract.version,
)
ORGANISATION_SORTS = ("name", "-name", "id", "-id")
CONTACT_SORTS = ("name", "-name", "id", "-id")
CONTRACT_SORTS = ("id", "-id")


def list_organisations(
    actor: Actor,
    *,
    search: str = "",
    inn: str = "",
    sort: str = "name",
    after: Position | None = None,
    limit: int = 50,
) -> Page[OrganisationRow]:
    """List organisations; `search` is a part of the name or address, or the beginning of an INN."""
    actor.require(PARTY_READ)
    statement = select(*_ORGANISATION, Organisation.name_key)
    key = name_key(search)
    if key:
        found = Organisation.name_key.contains(key, autoescape=True)
        statement = statement.where(or_(found, Organisation.inn.startswith(key)) if key.isdigit() else found)
    if inn:
        statement = statement.where(Organisation.inn == inn)
    order = _order(Organisation, sort)
    rows = db.session.execute(paged(statement, order, after=after, limit=limit)).all()
    return page_of(rows, limit=limit, make=lambda row: OrganisationRow(*row[:-1]), position=_position(sort))


def get_organisation(actor: Actor, organisation_id: int) -> OrganisationRow:
    """Return one organisation.

    Raises:
        NotFound: there is none with this id.
    """
    actor.require(PARTY_READ)
    row = db.session.execute(select(*_ORGANISATION).where(Organisation.id == organisation_id)).one_or_none()
    if row is None:
        raise NotFound("There is no organisation with the id %(id)s.", id=organisation_id)
    return OrganisationRow(*row)


def list_contacts(
    actor: Actor,
    *,
    search: str = "",
    phone: str = "",
    email: str = "",
    organisation_id: int | None = None,
    sort: str = "name",
    after: Position | None = None,
    limit: int = 50,
) -> Page[ContactRow]:
    """List contacts; `search` is a part of the name, a whole phone number or an e-mail; the rest narrows it down."""
    actor.require(PARTY_READ)
    statement = select(*_CONTACT, Contact.name_key)
    if name_key(search):
        statement = statement.where(_matches(search))
    if phone:
        statement = statement.where(_has_point("phone", phone_key(phone, region=profile().phone_region) or ""))
    if email:
        statement = statement.where(_has_point("email", email_key(email) or ""))
    if organisation_id is not None:
        member = and_(Membership.contact_id == Contact.id, Membership.organisation_id == organisation_id)
        statement = statement.where(exists().where(member))
    rows = db.session.execute(paged(statement, _order(Contact, sort), after=after, limit=limit)).all()
    page = page_of(rows, limit=limit, make=lambda row: row[:-1], position=_position(sort))
    return Page(_with_details(page.items), page.next)


def get_contact(actor: Actor, contact_id: int) -> ContactRow:
    """Return one contact with its phones, e-mails and memberships.

    Raises:
        NotFound: there is none with this id.
    """
    actor.require(PARTY_READ)
    row = db.session.execute(select(*_CONTACT).where(Contact.id == contact_id)).one_or_none()
    if row is None:
        raise NotFound("There is no contact with the id %(id)s.", id=contact_id)
    return _with_details((row,))[0]


def list_contracts(
    actor: Actor,
    *,
    organisation_id: int | None = None,
    in_force_on: date | None = None,
    sort: str = "id",
    after: Position | None = None,
    limit: int = 50,
) -> Page[ContractRow]:
    """List contracts, of one organisation and in force on a day if these are given."""
    actor.require(PARTY_READ)
    statement = select(*_CONTRACT)
    if organisation_id is not None:
        statement = statement.where(Contract.organisation_id == organisation_id)
    if in_force_on is not None:
        ends = or_(Contract.ends_on.is_(None), Contract.ends_on >= in_force_on)
        statement = statement.where(Contract.starts_on <= in_force_on, ends)
    order = Order((Contract.id,), descending=sort == "-id")
    rows = db.session.execute(paged(statement, order, after=after, limit=limit)).all()
    return page_of(rows, limit=limit, make=contract_row, position=lambda row: (row.id,))


def get_contract(actor: Actor, contract_id: int) -> ContractRow:
    """Return one contract.

    Raises:
        NotFound: there is none with this id.
    """
    actor.require(PARTY_READ)
    row = db.session.execute(select(*_CONTRACT).where(Contract.id == contract_id)).one_or_none()
    if row is None:
        raise NotFound("There is no contract with the id %(id)s.", id=contract_id)
    return contract_row(row)


def contacts_by_phone(actor: Actor, phone: str) -> tuple[ContactRow, ...]:
    """Return all contacts that have this number, for a person to choose from: a line can be shared."""
    actor.require(PARTY_READ)
    key = phone_key(phone, region=profile().phone_region)
    if key is None:
        return ()
    statement = select(*_CONTACT).where(_has_point("phone", key)).order_by(Contact.name_key, Contact.id).limit(50)
    return _with_details(tuple(db.session.execute(statement).all()))


def contract_row(row: Any) -> ContractRow:
    """Make a contract of the columns `_CONTRACT`."""
    values = row._asdict()
    return ContractRow(**{**values, "kinds": tuple(values["kinds"])})


def contracts_of(organisation_id: int) -> tuple[ContractRow, ...]:
    """Return all contracts of an organisation, the newest first; the caller has checked the permission."""
    statement = select(*_CONTRACT).where(Contract.organisation_id == organisation_id)
    ordered = statement.order_by(Contract.starts_on.desc(), Contract.id.desc())
    return tuple(contract_row(row) for row in db.session.execute(ordered))


def _matches(search: str) -> Any:
    found = [Contact.name_key.contains(name_key(search), autoescape=True)]
    email = email_key(search)
    phone = phone_key(search, region=profile().phone_region) if any(sign.isdigit() for sign in search) else None
    if email:
        found.append(_has_point("email", email))
    if phone:
        found.append(_has_point("phone", phone))
    return or_(*found)


def _has_point(kind: str, key: str) -> Any:
    return Contact.id.in_(select(ContactPoint.contact_id).where(ContactPoint.kind == kind, ContactPoint.key == key))


def _with_details(rows: tuple[Any, ...]) -> tuple[ContactRow, ...]:
    """Add phones, e-mails and memberships: two queries for any number of contacts."""
    ids = [row[0] for row in rows]
    if not ids:
        return ()
    points: dict[int, list[Point]] = {}
    for contact_id, kind, value, key in db.session.execute(
        select(ContactPoint.contact_id, ContactPoint.kind, ContactPoint.value, ContactPoint.key)
        .where(ContactPoint.contact_id.in_(ids))
        .order_by(ContactPoint.id)
    ):
        points.setdefault(contact_id, []).append(Point(kind, value, key))
    memberships: dict[int, list[MembershipRow]] = {}
    for row in db.session.execute(
        select(
            Membership.contact_id,
            Membership.organisation_id,
            Organisation.name,
            Membership.may_open,
            Membership.may_confirm,
            Membership.may_represent,
        )
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.contact_id.in_(ids))
        .order_by(Organisation.name_key, Organisation.id)
    ):
        memberships.setdefault(row.contact_id, []).append(MembershipRow(*row[1:]))
    return tuple(
        ContactRow(
            **dict(zip(_CONTACT_NAMES, contact, strict=True)),
            points=tuple(points.get(contact[0], ())),
            memberships=tuple(memberships.get(contact[0], ())),
        )
        for contact in rows
    )


def _order(model: type[Organisation | Contact], sort: str) -> Order:
    columns: tuple[Any, ...] = (model.id,) if sort.lstrip("-") == "id" else (model.name_key, model.id)
    return Order(columns, descending=sort.startswith("-"))


def _position(sort: str) -> Any:
    if sort.lstrip("-") == "id":
        return lambda row: (row.id,)
    return lambda row: (row.name_key, row.id)
