# SPDX-License-Identifier: Apache-2.0
"""Operations on contacts: their phones and e-mails, and their rights in organisations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialog_core import events
from dialog_core.clock import now
from dialog_core.database import write
from dialog_core.errors import NotFound, WrongValue
from dialog_core.installation import checked_language, profile
from dialog_core.parties.changes import Cleaner, apply_changes, check_version, load_for_change
from dialog_core.parties.emails import email_key
from dialog_core.parties.models import Contact, ContactPoint, Membership, Organisation
from dialog_core.parties.names import clean_line, clean_text, name_key
from dialog_core.parties.phones import PhoneKind, read_phone
from dialog_core.staff import Actor
from dialog_core.staff.permissions import PARTY_EDIT

NOT_FOUND = "There is no contact with the id %(id)s."
MOST_POINTS = 20
PHONE = "phone"
EMAIL = "email"

CLEANERS: dict[str, Cleaner] = {
    "full_name": lambda value: clean_line(value, "full_name", limit=300, required=True),
    "language": checked_language,
    "notes": lambda value: clean_text(value, "notes", limit=10_000),
}
RIGHTS = ("may_open", "may_confirm", "may_represent")


def create_contact(
    actor: Actor,
    *,
    full_name: str,
    phones: Sequence[str] = (),
    emails: Sequence[str] = (),
    language: str | None = None,
    notes: str = "",
    organisation_id: int | None = None,
    may_open: bool = True,
    may_confirm: bool = False,
    may_represent: bool = False,
) -> int:
    """Create a contact, in an organisation with these rights when one is given, and return its id.

    Raises:
        NotPermitted: without `party.edit`.
        NotFound: there is no such organisation.
        WrongValue: a value cannot be accepted; a phone is named as `phones.0`.
    """
    actor.require(PARTY_EDIT)
    with write() as session:
        contact = insert_contact(
            session, actor, full_name=full_name, phones=phones, emails=emails, language=language, notes=notes
        )
        if organisation_id is not None:
            rights = {"may_open": may_open, "may_confirm": may_confirm, "may_represent": may_represent}
            put_membership(session, actor, organisation_id, contact.id, rights)
        return contact.id


def update_contact(
    actor: Actor,
    contact_id: int,
    *,
    version: int | None = None,
    phones: Sequence[str] | None = None,
    emails: Sequence[str] | None = None,
    **changes: Any,
) -> int:
    """Change what is given (`full_name`, `language`, `notes`, whole lists of phones, e-mails) and return the version.

    Raises:
        NotPermitted: without `party.edit`.
        NotFound: there is no such contact.
        NotAllowedNow: it was changed since `version`.
        WrongValue: a value cannot be accepted.
    """
    actor.require(PARTY_EDIT)
    with write() as session:
        contact = load_for_change(session, Contact, contact_id, NOT_FOUND)
        check_version(contact, version)
        seen = contact.version
        before, after = apply_changes(contact, changes, CLEANERS)
        contact.name_key = name_key(contact.full_name)
        for kind, field, values in ((PHONE, "phones", phones), (EMAIL, "emails", emails)):
            if values is not None:
                earlier = [point.value for point in contact.points if point.kind == kind]
                if _replace_points(session, contact, kind, field, values):
                    before[field] = earlier
                    after[field] = [point.value for point in contact.points if point.kind == kind]
        if after:
            contact.version = seen + 1
            events.record(session, actor, "contact_changed", contact_id=contact_id, before=before, after=after)
        return contact.version


def set_membership(
    actor: Actor,
    *,
    organisation_id: int,
    contact_id: int,
    may_open: bool = True,
    may_confirm: bool = False,
    may_represent: bool = False,
) -> None:
    """Put a contact into an organisation with exactly these rights, or change the rights it has there.

    Raises:
        NotPermitted: without `party.edit`.
        NotFound: there is no such organisation or contact.
    """
    actor.require(PARTY_EDIT)
    with write() as session:
        load_for_change(session, Contact, contact_id, NOT_FOUND)
        rights = {"may_open": may_open, "may_confirm": may_confirm, "may_represent": may_represent}
        put_membership(session, actor, organisation_id, contact_id, rights)


def remove_membership(actor: Actor, *, organisation_id: int, contact_id: int) -> None:
    """Take a contact out of an organisation.

    Raises:
        NotPermitted: without `party.edit`.
        NotFound: the contact is not in it.
    """
    actor.require(PARTY_EDIT)
    with write() as session:
        membership = _membership(session, organisation_id, contact_id)
        if membership is None:
            raise NotFound("The contact %(id)s does not belong to this organisation.", id=contact_id)
        before = {name: getattr(membership, name) for name in RIGHTS}
        session.delete(membership)
        data: dict[str, Any] = {"organisation_id": organisation_id, "contact_id": contact_id, "before": before}
        events.record(session, actor, "membership_removed", **data)


def insert_contact(
    session: Session,
    actor: Actor,
    *,
    full_name: str,
    phones: Sequence[str] = (),
    emails: Sequence[str] = (),
    language: str | None = None,
    notes: str = "",
) -> Contact:
    """Insert a contact inside an open `write()`, without asking for a permission."""
    given = {"full_name": full_name, "language": language or profile().language, "notes": notes}
    values = {key: CLEANERS[key](value) for key, value in given.items()}
    contact = Contact(**values, name_key=name_key(values["full_name"]), created_at=now(), version=1)
    session.add(contact)
    contact.points = [*read_points(PHONE, "phones", phones), *read_points(EMAIL, "emails", emails)]
    session.flush()
    after = {
        **values,
        "phones": [point.value for point in contact.points if point.kind == PHONE],
        "emails": [point.value for point in contact.points if point.kind == EMAIL],
    }
    events.record(session, actor, "contact_created", contact_id=contact.id, after=after)
    return contact


def put_membership(
    session: Session, actor: Actor, organisation_id: int, contact_id: int, rights: dict[str, bool]
) -> None:
    """Insert or change a membership inside an open `write()`, without asking for a permission."""
    if session.get(Organisation, organisation_id) is None:
        raise NotFound("There is no organisation with the id %(id)s.", id=organisation_id)
    membership = _membership(session, organisation_id, contact_id)
    before: dict[str, bool] = {}
    if membership is None:
        membership = Membership(organisation_id=organisation_id, contact_id=contact_id, **rights)
        session.add(membership)
    else:
        before = {name: getattr(membership, name) for name in RIGHTS}
        if before == rights:
            return
        for name, value in rights.items():
            setattr(membership, name, value)
    session.flush()
    data: dict[str, Any] = {
        "organisation_id": organisation_id,
        "contact_id": contact_id,
        "before": before,
        "after": rights,
    }
    events.record(session, actor, "membership_changed", **data)


def read_points(kind: str, field: str, values: Sequence[str]) -> list[ContactPoint]:
    """Read phones or e-mails into rows; what is empty or written twice is left out.

    Raises:
        WrongValue: one cannot be read, or there are more than 20.
    """
    if len(values) > MOST_POINTS:
        raise WrongValue(field, "There can be at most %(limit)s.", limit=MOST_POINTS)
    points: dict[str, ContactPoint] = {}
    for index, value in enumerate(values):
        text = clean_line(value, f"{field}.{index}", limit=254)
        if text:
            key = _phone_key(text, f"{field}.{index}") if kind == PHONE else _email_key(text, f"{field}.{index}")
            points.setdefault(key, ContactPoint(kind=kind, value=text, key=key))
    return list(points.values())


def _replace_points(session: Session, contact: Contact, kind: str, field: str, values: Sequence[str]) -> bool:
    wanted = {point.key: point for point in read_points(kind, field, values)}
    present = {point.key: point for point in contact.points if point.kind == kind}
    if [(key, point.value) for key, point in wanted.items()] == [(key, point.value) for key, point in present.items()]:
        return False
    for key, point in present.items():
        if key not in wanted:
            contact.points.remove(point)
        else:
            point.value = wanted[key].value
    session.flush()
    contact.points.extend(point for key, point in wanted.items() if key not in present)
    session.flush()
    return True


def _phone_key(text: str, field: str) -> str:
    phone = read_phone(text, region=profile().phone_region)
    if phone.kind is PhoneKind.INTERNAL:
        raise WrongValue(field, "This is an internal extension: write the whole number.")
    if phone.e164 is None:
        raise WrongValue(field, "This is not a phone number.")
    return phone.e164


def _email_key(text: str, field: str) -> str:
    key = email_key(text)
    if key is None:
        raise WrongValue(field, "This is not an e-mail address.")
    return key


def _membership(session: Session, organisation_id: int, contact_id: int) -> Membership | None:
    return session.scalars(
        select(Membership)
        .where(Membership.organisation_id == organisation_id, Membership.contact_id == contact_id)
        .with_for_update()
    ).one_or_none()
