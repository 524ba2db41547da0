# SPDX-License-Identifier: Apache-2.0
"""Make actors of staff: what somebody may do comes from the roles they have now."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from dialog_core.database import db
from dialog_core.errors import NotFound
from dialog_core.staff.actor import Actor, ActorKind
from dialog_core.staff.declared import granted_to
from dialog_core.staff.models import Role, Staff, staff_role


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A member of staff as a request knows them.

    Attributes:
        epoch: grows whenever all sessions of this person end; a session is valid for one epoch.
    """

    actor: Actor
    staff_id: int
    email: str
    name: str
    language: str
    timezone: str
    epoch: int


def signed_in(staff_id: int, *, channel: str) -> SignedIn | None:
    """Return an active member of staff with the permissions of now, or None; one query."""
    rows = db.session.execute(
        select(
            Staff.id,
            Staff.email,
            Staff.name,
            Staff.language,
            Staff.timezone,
            Staff.session_epoch,
            Role.permissions,
            Role.name.label("role"),
        )
        .outerjoin(staff_role, staff_role.c.staff_id == Staff.id)
        .outerjoin(Role, Role.id == staff_role.c.role_id)
        .where(Staff.id == staff_id, Staff.is_active.is_(True))
    ).all()
    if not rows:
        return None
    first = rows[0]
    permissions = frozenset(name for row in rows for name in row.permissions or ())
    permissions |= granted_to(row.role for row in rows)
    actor = Actor(kind=ActorKind.STAFF, name=first.name, id=first.id, permissions=permissions, channel=channel)
    return SignedIn(
        actor=actor,
        staff_id=first.id,
        email=first.email,
        name=first.name,
        language=first.language,
        timezone=first.timezone,
        epoch=first.session_epoch,
    )


def actor_for_staff(staff_id: int, channel: str) -> Actor:
    """Return an active member of staff as an actor.

    Raises:
        NotFound: there is no such active member of staff.
    """
    found = signed_in(staff_id, channel=channel)
    if found is None:
        raise NotFound("There is no such member of staff.")
    return found.actor
