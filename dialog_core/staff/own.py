# SPDX-License-Identifier: Apache-2.0
"""What staff change about themselves."""

from __future__ import annotations

from dialog_core import events, installation
from dialog_core.database import write
from dialog_core.errors import NotFound
from dialog_core.staff.actor import Actor, ActorKind
from dialog_core.staff.passwords import hash_password
from dialog_core.staff.people import find_person
from dialog_core.staff.sign_in import check_own_password
from dialog_core.staff.values import checked_name, checked_password


def change_own_profile(actor: Actor, *, name: str, language: str, timezone: str) -> None:
    """Change one's own name, language and time zone.

    Raises:
        NotFound: the actor is no member of staff.
        WrongValue: a value cannot be accepted.
    """
    shown = checked_name(name)
    installation.checked_language(language)
    installation.checked_timezone(timezone)
    with write() as session:
        person = find_person(session, _own_id(actor))
        changed = (person.name, person.language, person.timezone) != (shown, language, timezone)
        person.name, person.language, person.timezone = shown, language, timezone
        if changed:
            events.record(session, actor, "staff_profile_changed", staff_id=person.id)


def change_own_password(actor: Actor, *, current: str, password: str, address: str) -> int:
    """Change one's own password; all sessions end, and the new epoch is returned for the one that stays.

    Raises:
        NotFound: the actor is no member of staff.
        WrongValue: the current password is wrong (field `current`), or the new one cannot be accepted.
        TooManyAttempts: too many wrong passwords.
    """
    staff_id = _own_id(actor)
    check_own_password(actor, password=current, address=address, field="current")
    with write() as session:
        email = find_person(session, staff_id).email
    hashed = hash_password(checked_password(password, email=email))
    with write() as session:
        person = find_person(session, staff_id)
        person.password_hash = hashed
        person.session_epoch += 1
        events.record(session, actor, "staff_password_changed", staff_id=person.id, by="self")
        return person.session_epoch


def _own_id(actor: Actor) -> int:
    if actor.kind is not ActorKind.STAFF or actor.id is None:
        raise NotFound("There is no such member of staff.")
    return actor.id
