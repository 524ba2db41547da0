# SPDX-License-Identifier: Apache-2.0
"""Operations on organisations."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialog_core import events
from dialog_core.clock import now
from dialog_core.database import write
from dialog_core.errors import WrongValue
from dialog_core.installation import checked_language, checked_timezone, profile
from dialog_core.parties.changes import Cleaner, apply_changes, check_version, load_for_change
from dialog_core.parties.models import Organisation
from dialog_core.parties.names import clean_line, clean_text, name_key
from dialog_core.staff import Actor
from dialog_core.staff.permissions import PARTY_EDIT

NOT_FOUND = "There is no organisation with the id %(id)s."
NOTES_LENGTH = 10_000


def checked_inn(value: str) -> str:
    """Return an INN without spaces, or an empty text.

    A wrong checksum is let pass: foreign and misprinted registers exist.

    Raises:
        WrongValue: not 10 or 12 digits, or of a region that cannot be.
    """
    inn = "".join(value.split())
    if inn and (len(inn) not in {10, 12} or not (inn.isascii() and inn.isdigit()) or inn.startswith("00")):
        raise WrongValue("inn", "An INN has 10 or 12 digits.")
    return inn


CLEANERS: dict[str, Cleaner] = {
    "name": lambda value: clean_line(value, "name", limit=300, required=True),
    "address": lambda value: clean_line(value, "address", limit=500),
    "inn": checked_inn,
    "language": checked_language,
    "timezone": checked_timezone,
    "notes": lambda value: clean_text(value, "notes", limit=NOTES_LENGTH),
}


def create_organisation(
    actor: Actor,
    *,
    name: str,
    address: str = "",
    inn: str = "",
    language: str | None = None,
    timezone: str | None = None,
    notes: str = "",
) -> int:
    """Create an organisation and return its id; language and time zone default to the installation's.

    Raises:
        NotPermitted: without `party.edit`.
        WrongValue: a value cannot be accepted.
    """
    actor.require(PARTY_EDIT)
    with write() as session:
        values = {"name": name, "address": address, "inn": inn, "notes": notes}
        return insert_organisation(session, actor, language=language, timezone=timezone, **values).id


def update_organisation(actor: Actor, organisation_id: int, *, version: int | None = None, **changes: Any) -> int:
    """Change the given values of an organisation (those of `create_organisation`) and return its version.

    Raises:
        NotPermitted: without `party.edit`.
        NotFound: there is no such organisation.
        NotAllowedNow: it was changed since `version`.
        WrongValue: a value cannot be accepted.
    """
    actor.require(PARTY_EDIT)
    with write() as session:
        organisation = load_for_change(session, Organisation, organisation_id, NOT_FOUND)
        check_version(organisation, version)
        before, after = apply_changes(organisation, changes, CLEANERS)
        if after:
            organisation.name_key = name_key(organisation.name)
            events.record(
                session, actor, "organisation_changed", organisation_id=organisation_id, before=before, after=after
            )
        return organisation.version


def find_organisation(session: Session, *, name: str, address: str = "") -> int | None:
    """Return the organisation that `find_or_create_organisation` would return as it stands, None when it would write.

    Raises:
        WrongValue: the name is empty or too long; the field is `name`.
    """
    key = name_key(clean_line(name, "name", limit=300, required=True))
    place = clean_line(address, "address", limit=500)
    columns = select(Organisation.id, Organisation.address).where(Organisation.name_key == key)
    found = session.execute(columns.order_by(Organisation.id)).all()
    same_place = [one for one in found if name_key(one.address) == name_key(place)]
    organisation = next(iter(same_place or found), None)
    return None if organisation is None or (place and not organisation.address) else int(organisation.id)


def find_or_create_organisation(session: Session, actor: Actor, *, name: str, address: str = "") -> int:
    """Return the organisation of this name, inside an open `write()`; create it when there is none.

    Of several with one name the one with the same address is meant, else the oldest. An address that was not
    known is filled in.

    Raises:
        WrongValue: the name is empty or too long; the field is `name`.
    """
    key = name_key(clean_line(name, "name", limit=300, required=True))
    place = clean_line(address, "address", limit=500)
    found = session.scalars(select(Organisation).where(Organisation.name_key == key).order_by(Organisation.id)).all()
    if not found:
        return insert_organisation(session, actor, name=name, address=address).id
    same_place = [one for one in found if name_key(one.address) == name_key(place)]
    organisation = (same_place or found)[0]
    if place and not organisation.address:
        _before, after = apply_changes(organisation, {"address": place}, CLEANERS)
        events.record(session, actor, "organisation_changed", organisation_id=organisation.id, before={}, after=after)
    return organisation.id


def insert_organisation(
    session: Session,
    actor: Actor,
    *,
    name: str,
    address: str = "",
    inn: str = "",
    language: str | None = None,
    timezone: str | None = None,
    notes: str = "",
) -> Organisation:
    """Insert an organisation inside an open `write()`, without asking for a permission."""
    defaults = profile()
    given = {
        "name": name,
        "address": address,
        "inn": inn,
        "language": language or defaults.language,
        "timezone": timezone or defaults.timezone,
        "notes": notes,
    }
    values = {key: CLEANERS[key](value) for key, value in given.items()}
    organisation = Organisation(**values, name_key=name_key(values["name"]), created_at=now(), version=1)
    session.add(organisation)
    session.flush()
    events.record(session, actor, "organisation_created", organisation_id=organisation.id, after=values)
    return organisation
