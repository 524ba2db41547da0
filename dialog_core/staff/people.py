# SPDX-License-Identifier: Apache-2.0
"""Staff accounts: made, given roles and teams, switched off and on. Never deleted: the journal refers to them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dialog_core import events, installation
from dialog_core.clock import now
from dialog_core.database import db, write
from dialog_core.errors import NotAllowedNow, NotFound, WrongValue
from dialog_core.staff.actor import Actor
from dialog_core.staff.models import Role, Staff, Team, staff_role
from dialog_core.staff.passwords import hash_password
from dialog_core.staff.permissions import STAFF_MANAGE
from dialog_core.staff.tokens import forget_remembered
from dialog_core.staff.values import checked_email, checked_name, checked_password

ADMINISTRATOR = "administrator"


def create_staff(
    actor: Actor,
    *,
    email: str,
    role: str,
    name: str = "",
    password: str | None = None,
    password_hash: str | None = None,
    language: str | None = None,
    timezone: str | None = None,
) -> int:
    """Make an account and return its id.

    Args:
        name: shown to colleagues; the address's first part when empty.
        password_hash: in place of `password`, when it was hashed before (the set-up keeps no passwords).
        language, timezone: the installation's when None.

    Raises:
        NotPermitted: the actor may not manage staff.
        WrongValue: something cannot be accepted; an address that is taken is the field `email`.
    """
    actor.require(STAFF_MANAGE)
    address = checked_email(email)
    shown = checked_name(name or address.split("@")[0])
    if password is not None:
        password_hash = hash_password(checked_password(password, email=address))
    defaults = installation.profile()
    with write() as session:
        if session.scalar(select(Staff.id).where(Staff.email == address)) is not None:
            raise WrongValue("email", "There is an account with this address already.")
        person = Staff(
            email=address,
            name=shown,
            password_hash=password_hash,
            language=installation.checked_language(language or defaults.language),
            timezone=installation.checked_timezone(timezone or defaults.timezone),
            is_active=True,
            session_epoch=0,
            created_at=now(),
            roles=[find_role(session, role)],
        )
        session.add(person)
        session.flush()
        events.record(session, actor, "staff_created", staff_id=person.id, role=role)
        return person.id


def switch_off(actor: Actor, *, staff_id: int) -> None:
    """End somebody's access at once: sessions end, tokens stop working. Doing it again changes nothing.

    Raises:
        NotPermitted, NotFound.
        NotAllowedNow: this is the last active administrator.
    """
    actor.require(STAFF_MANAGE)
    with write() as session:
        _lock_administrators(session)
        person = find_person(session, staff_id)
        if not person.is_active:
            return
        _keep_an_administrator(session, person)
        person.is_active = False
        person.session_epoch += 1
        events.record(session, actor, "staff_switched_off", staff_id=person.id)
    forget_remembered()


def switch_on(actor: Actor, *, staff_id: int) -> None:
    """Give somebody access again, with the password they had.

    Raises:
        NotPermitted, NotFound.
    """
    actor.require(STAFF_MANAGE)
    with write() as session:
        person = find_person(session, staff_id)
        if person.is_active:
            return
        person.is_active = True
        person.session_epoch += 1
        events.record(session, actor, "staff_switched_on", staff_id=person.id)
    forget_remembered()


def set_role(actor: Actor, *, staff_id: int, role: str) -> None:
    """Give somebody one role in place of those they have; it holds from their next request on.

    Raises:
        NotPermitted, NotFound, WrongValue.
        NotAllowedNow: this is the last active administrator.
    """
    actor.require(STAFF_MANAGE)
    with write() as session:
        _lock_administrators(session)
        person = find_person(session, staff_id)
        wanted = find_role(session, role)
        before = [known.name for known in person.roles]
        if before == [role]:
            return
        if role != ADMINISTRATOR:
            _keep_an_administrator(session, person)
        person.roles = [wanted]
        events.record(session, actor, "staff_role_changed", staff_id=person.id, before=before, after=[role])
    forget_remembered()


def set_teams(actor: Actor, *, staff_id: int, team_ids: Sequence[int]) -> None:
    """Put somebody into exactly these teams.

    Raises:
        NotPermitted, NotFound.
    """
    actor.require(STAFF_MANAGE)
    with write() as session:
        person = find_person(session, staff_id)
        wanted = find_teams(session, team_ids)
        before = sorted(team.id for team in person.teams)
        after = sorted(team.id for team in wanted)
        if before != after:
            person.teams = wanted
            events.record(session, actor, "staff_teams_changed", staff_id=person.id, before=before, after=after)


def set_password(actor: Actor, *, staff_id: int, password: str) -> None:
    """Set somebody's password; all their sessions end. In the web UI a one-time link does this instead.

    Raises:
        NotPermitted, NotFound.
        WrongValue: the password cannot be accepted.
    """
    actor.require(STAFF_MANAGE)
    with write() as session:
        email = find_person(session, staff_id).email
    hashed = hash_password(checked_password(password, email=email))
    with write() as session:
        person = find_person(session, staff_id)
        person.password_hash = hashed
        person.session_epoch += 1
        events.record(session, actor, "staff_password_changed", staff_id=person.id, by="administrator")


def has_administrator() -> bool:
    """Tell whether somebody can administer the platform: an active administrator with a password."""
    return _administrators(db.session()) > 0


def find_person(session: Session, staff_id: int) -> Staff:
    """Return an account for change, or raise `NotFound`."""
    person = session.get(Staff, staff_id, populate_existing=True, with_for_update={"of": Staff})
    if person is None:
        raise NotFound("There is no such member of staff.")
    return person


def find_role(session: Session, name: str) -> Role:
    """Return a role by its stable name, or raise `WrongValue`."""
    role = session.scalar(select(Role).where(Role.name == name))
    if role is None:
        raise WrongValue("role", "There is no role “%(name)s”.", name=name[:40])
    return role


def find_teams(session: Session, team_ids: Sequence[int]) -> list[Team]:
    """Return teams by id in the order of their names, or raise `NotFound` when one is missing."""
    wanted = set(team_ids)
    teams = list(session.scalars(select(Team).where(Team.id.in_(wanted)).order_by(Team.name)))
    if len(teams) != len(wanted):
        raise NotFound("There is no such team.")
    return teams


def _lock_administrators(session: Session) -> None:
    """Let two who switch each other off queue, so that one administrator stays."""
    session.execute(select(Role.id).where(Role.name == ADMINISTRATOR).with_for_update()).all()


def _keep_an_administrator(session: Session, person: Staff) -> None:
    others = _administrators(session, Staff.id != person.id)
    if others == 0 and person.is_active and any(role.name == ADMINISTRATOR for role in person.roles):
        raise NotAllowedNow("This is the last active administrator. Make somebody else an administrator first.")


def _administrators(session: Session, *conditions: object) -> int:
    count = session.scalar(
        select(func.count())
        .select_from(Staff)
        .join(staff_role, staff_role.c.staff_id == Staff.id)
        .join(Role, Role.id == staff_role.c.role_id)
        .where(Role.name == ADMINISTRATOR, Staff.is_active.is_(True), Staff.password_hash.is_not(None), *conditions)  # type: ignore[arg-type]
    )
    return count or 0
