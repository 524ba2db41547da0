# SPDX-License-Identifier: Apache-2.0
"""Reads about staff: lists for the pages of administrators, names for choosing executors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from dialog_core.database import db
from dialog_core.errors import NotFound
from dialog_core.staff.actor import Actor
from dialog_core.staff.declared import granted_to
from dialog_core.staff.models import Role, Staff, Team, staff_role, team_member
from dialog_core.staff.permissions import STAFF_MANAGE, TICKET_READ


@dataclass(frozen=True, slots=True)
class RoleView:
    """A role with its titles in the languages of the platform and how many active people have it."""

    name: str
    title: dict[str, str]
    permissions: frozenset[str]
    people: int


@dataclass(frozen=True, slots=True)
class TeamView:
    """A team; `members` are ids and names of those who are active."""

    id: int
    name: str
    members: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class StaffView:
    """An account as administrators see it; `roles` are stable names, `teams` ids and names."""

    id: int
    email: str
    name: str
    is_active: bool
    has_password: bool
    language: str
    timezone: str
    created_at: datetime
    roles: tuple[str, ...]
    teams: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class StaffName:
    """Enough to choose a colleague from a list."""

    id: int
    name: str
    email: str


def list_staff(actor: Actor) -> list[StaffView]:
    """Return all accounts, the active ones first, by name; three queries whatever their number.

    Raises:
        NotPermitted: the actor may not manage staff.
    """
    actor.require(STAFF_MANAGE)
    people = db.session.scalars(
        select(Staff)
        .options(selectinload(Staff.roles), selectinload(Staff.teams))
        .order_by(Staff.is_active.desc(), func.lower(Staff.name), Staff.id)
        .execution_options(populate_existing=True)
    )
    return [_view(person) for person in people]


def get_staff(actor: Actor, *, staff_id: int) -> StaffView:
    """Return one account; everybody may see their own.

    Raises:
        NotPermitted, NotFound.
    """
    if staff_id != actor.id:
        actor.require(STAFF_MANAGE)
    person = db.session.get(
        Staff, staff_id, options=[selectinload(Staff.roles), selectinload(Staff.teams)], populate_existing=True
    )
    if person is None:
        raise NotFound("There is no such member of staff.")
    return _view(person)


def staff_id_by_email(email: str) -> int:
    """Return the id of the account with this address.

    Raises:
        NotFound: there is none.
    """
    found = db.session.scalar(select(Staff.id).where(Staff.email == email.strip().lower()))
    if found is None:
        raise NotFound("There is no account with the address %(email)s.", email=email)
    return found


def colleagues(actor: Actor) -> list[StaffName]:
    """Return all active staff by name, for choosing executors.

    Raises:
        NotPermitted: the actor may not read tickets.
    """
    actor.require(TICKET_READ)
    rows = db.session.execute(
        select(Staff.id, Staff.name, Staff.email).where(Staff.is_active.is_(True)).order_by(func.lower(Staff.name))
    )
    return [StaffName(*row) for row in rows]


def list_teams(actor: Actor) -> list[TeamView]:
    """Return all teams by name with their active members.

    Raises:
        NotPermitted: the actor may not read tickets.
    """
    actor.require(TICKET_READ)
    teams = db.session.execute(select(Team.id, Team.name).order_by(func.lower(Team.name))).all()
    members = db.session.execute(
        select(team_member.c.team_id, Staff.id, Staff.name)
        .join(Staff, Staff.id == team_member.c.staff_id)
        .where(Staff.is_active.is_(True))
        .order_by(func.lower(Staff.name))
    ).all()
    return [
        TeamView(id=team.id, name=team.name, members=tuple((m.id, m.name) for m in members if m.team_id == team.id))
        for team in teams
    ]


def list_roles() -> list[RoleView]:
    """Return all roles in the order in which they were made."""
    rows = db.session.execute(
        select(Role.name, Role.title_ru, Role.title_en, Role.permissions, func.count(Staff.id).label("people"))
        .outerjoin(staff_role, staff_role.c.role_id == Role.id)
        .outerjoin(Staff, (Staff.id == staff_role.c.staff_id) & Staff.is_active.is_(True))
        .group_by(Role.id)
        .order_by(Role.id)
    )
    return [
        RoleView(
            name=row.name,
            title={"ru": row.title_ru, "en": row.title_en},
            permissions=frozenset(row.permissions) | granted_to([row.name]),
            people=row.people,
        )
        for row in rows
    ]


def _view(person: Staff) -> StaffView:
    return StaffView(
        id=person.id,
        email=person.email,
        name=person.name,
        is_active=person.is_active,
        has_password=person.password_hash is not None,
        language=person.language,
        timezone=person.timezone,
        created_at=person.created_at,
        roles=tuple(role.name for role in person.roles),
        teams=tuple((team.id, team.name) for team in person.teams),
    )
