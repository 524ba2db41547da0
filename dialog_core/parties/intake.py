# SPDX-License-Identifier: Apache-2.0
"""Find out who asks: the contact and the identity behind a request, inside the transaction that registers it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from dialog_core.database import insert_new
from dialog_core.errors import WrongValue
from dialog_core.parties.contacts import EMAIL, PHONE, insert_contact, put_membership, read_points
from dialog_core.parties.models import Contact, ContactPoint, Identity, Membership
from dialog_core.parties.names import clean_line, name_key
from dialog_core.staff import Actor, system_actor

LEAST_WORD = 3


@dataclass(frozen=True, slots=True)
class ResolvedContact:
    """Who asks; `is_new` tells that nobody known was meant for certain."""

    id: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class KnownIdentity:
    """A person in a channel and the contact that it belongs to."""

    id: int
    contact_id: int


@dataclass(frozen=True, slots=True)
class _Candidate:
    id: int
    name_key: str
    kinds: frozenset[str]


def find_contact(
    session: Session,
    *,
    full_name: str,
    phone: str | None = None,
    email: str | None = None,
    organisation_id: int | None = None,
) -> int | None:
    """Return the contact that `resolve_contact` would return as it stands, None when it would write.

    Raises:
        WrongValue: `full_name`, `phone` or `email` cannot be accepted.
    """
    name = clean_line(full_name, "full_name", limit=300, required=True)
    found = _choose(session, _candidates(session, _points(phone, email)), name_key(name), organisation_id)
    if found is None or (organisation_id is not None and not _is_member(session, organisation_id, found)):
        return None
    return found


def resolve_contact(
    session: Session,
    actor: Actor,
    *,
    full_name: str,
    phone: str | None = None,
    email: str | None = None,
    organisation_id: int | None = None,
) -> ResolvedContact:
    """Find the contact that is meant, or create it, inside an open `write()`.

    Phone and e-mail are what finds somebody. One line can be shared by several people, so of several matches the one
    of this name is taken, and somebody is never taken for a person of another name only because of the number.
    The contact becomes a member of the organisation, if one is given, with the right to open.

    Raises:
        WrongValue: `full_name`, `phone` or `email` cannot be accepted.
    """
    name = clean_line(full_name, "full_name", limit=300, required=True)
    points = _points(phone, email)
    found = _choose(session, _candidates(session, points), name_key(name), organisation_id)
    if found is None:
        contact = insert_contact(session, actor, full_name=name, phones=_present(phone), emails=_present(email))
        resolved = ResolvedContact(contact.id, is_new=True)
    else:
        resolved = ResolvedContact(found, is_new=False)
    if organisation_id is not None:
        _join(session, actor, organisation_id, resolved.id)
    return resolved


def ensure_identity(
    session: Session, channel: str, external_id: str, name: str, *, actor: Actor | None = None
) -> KnownIdentity:
    """Return a person of a channel and their contact, inside an open `write()`; make either that is not there yet.

    Of two processes that meet the same stranger at once, one makes the rows and the other finds them.
    """
    shown = clean_line(name, "name", limit=10_000)[:300]
    insert_new(session, Identity, channel=channel, external_id=external_id, name=shown)
    row = session.execute(
        select(Identity.id, Identity.contact_id, Identity.name)
        .where(Identity.channel == channel, Identity.external_id == external_id)
        .with_for_update()
    ).one()
    if shown and row.name != shown:
        session.execute(update(Identity).where(Identity.id == row.id).values(name=shown))
    if row.contact_id is not None:
        return KnownIdentity(row.id, row.contact_id)
    contact = insert_contact(session, actor or system_actor(channel), full_name=shown or external_id)
    session.execute(update(Identity).where(Identity.id == row.id).values(contact_id=contact.id))
    return KnownIdentity(row.id, contact.id)


def _points(phone: str | None, email: str | None) -> list[ContactPoint]:
    found = []
    for kind, value in ((PHONE, phone), (EMAIL, email)):
        try:
            found += read_points(kind, kind, _present(value))
        except WrongValue as error:
            raise WrongValue(kind, error.message, **error.values) from None
    return found


def _present(value: str | None) -> list[str]:
    return [value] if value and value.strip() else []


def _candidates(session: Session, points: list[ContactPoint]) -> list[_Candidate]:
    people: dict[int, _Candidate] = {}
    for point in points:
        rows = session.execute(
            select(Contact.id, Contact.name_key)
            .join(ContactPoint, ContactPoint.contact_id == Contact.id)
            .where(ContactPoint.kind == point.kind, ContactPoint.key == point.key)
            .order_by(Contact.id)
        )
        for contact_id, key in rows:
            kinds = people[contact_id].kinds if contact_id in people else frozenset()
            people[contact_id] = _Candidate(contact_id, key, kinds | {point.kind})
    return list(people.values())


def _choose(session: Session, people: list[_Candidate], key: str, organisation_id: int | None) -> int | None:
    of_this_name = [one for one in people if one.name_key == key]
    if len(of_this_name) > 1 and organisation_id is not None:
        members = set(
            session.scalars(
                select(Membership.contact_id).where(
                    Membership.organisation_id == organisation_id,
                    Membership.contact_id.in_([one.id for one in of_this_name]),
                )
            )
        )
        of_this_name = [one for one in of_this_name if one.id in members] or of_this_name
    if of_this_name:
        return of_this_name[0].id  # the same name at the same number twice is one person twice: the older record
    if len(people) == 1 and _can_be(people[0], key):
        return people[0].id
    return None


def _can_be(person: _Candidate, key: str) -> bool:
    """Tell whether the only match may be the person named: a mailbox is personal, a line is often shared."""
    if EMAIL in person.kinds:
        return True
    theirs, given = _words(person.name_key), _words(key)
    in_another_script = person.name_key.isascii() != key.isascii()
    return in_another_script or theirs <= given or given <= theirs


def _words(key: str) -> set[str]:
    return {word for word in key.replace(".", " ").split() if len(word) >= LEAST_WORD}


def _is_member(session: Session, organisation_id: int, contact_id: int) -> bool:
    member = select(Membership.id).where(
        Membership.organisation_id == organisation_id, Membership.contact_id == contact_id
    )
    return session.scalar(member) is not None


def _join(session: Session, actor: Actor, organisation_id: int, contact_id: int) -> None:
    if not _is_member(session, organisation_id, contact_id):
        rights = {"may_open": True, "may_confirm": False, "may_represent": False}
        put_membership(session, actor, organisation_id, contact_id, rights)
