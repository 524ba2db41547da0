# SPDX-License-Identifier: Apache-2.0
"""One-time links for staff: an invitation makes the account, an access link sets a new password."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from dialog_core import events, installation
from dialog_core.database import db, write
from dialog_core.errors import NotAllowedNow, NotFound, WrongValue
from dialog_core.staff.actor import Actor, ActorKind, system_actor
from dialog_core.staff.models import Staff, Team
from dialog_core.staff.passwords import hash_password
from dialog_core.staff.people import create_staff, find_person, find_role, find_teams
from dialog_core.staff.permissions import STAFF_MANAGE
from dialog_core.staff.values import checked_email, checked_name, checked_password

INVITATION = "invitation"
LIFETIME = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class InvitationView:
    """What a link offers.

    Attributes:
        reference: names the link to administrators without opening it.
        is_new: makes an account; otherwise it sets a new password of an account that exists.
    """

    reference: str
    email: str
    name: str
    role: str
    is_new: bool
    invited_by: str
    created_at: datetime
    expires_at: datetime


def invite_staff(actor: Actor, *, email: str, role: str, name: str = "", team_ids: Sequence[int] = ()) -> str:
    """Invite somebody; returns the token of a link that makes the account once, within 72 hours.

    An earlier invitation of the same address is withdrawn.

    Raises:
        NotPermitted: the actor may not manage staff.
        WrongValue: the address is taken, or a value cannot be accepted.
        NotFound: there is no such team.
    """
    actor.require(STAFF_MANAGE)
    address = checked_email(email)
    shown = checked_name(name) if name.strip() else ""
    with write() as session:
        if session.scalar(select(Staff.id).where(Staff.email == address)) is not None:
            raise WrongValue("email", "There is an account with this address already.")
        find_role(session, role)
        find_teams(session, team_ids)
        for earlier in installation.open_links(purpose=INVITATION):
            if earlier.data.get("email") == address:
                installation.withdraw_link(session, earlier.reference, purpose=INVITATION)
        data = {"email": address, "name": shown, "role": role, "teams": sorted(set(team_ids)), "by": actor.name}
        token = installation.create_link(purpose=INVITATION, lifetime=LIFETIME, data=data)
        events.record(session, actor, "staff_invited", email=address, role=role)
    return token


def create_access_link(actor: Actor, *, staff_id: int) -> str:
    """Return the token of a link by which a member of staff sets a new password, within 72 hours.

    Raises:
        NotPermitted, NotFound.
        NotAllowedNow: the account is switched off.
    """
    actor.require(STAFF_MANAGE)
    with write() as session:
        person = find_person(session, staff_id)
        if not person.is_active:
            raise NotAllowedNow("This account is switched off. Switch it on first.")
        data = {"staff_id": person.id, "email": person.email, "name": person.name, "role": "", "by": actor.name}
        token = installation.create_link(purpose=INVITATION, lifetime=LIFETIME, data=data)
        events.record(session, actor, "staff_access_link_made", staff_id=person.id)
    return token


def invitation(token: str) -> InvitationView:
    """Return what a link offers, without using it.

    Raises:
        LinkGone: unknown, expired, used or withdrawn.
    """
    return _view(installation.check_link(token, purpose=INVITATION))


def accept_invitation(token: str, *, name: str, password: str) -> int:
    """Use a link: make the account or set the new password; returns the account's id.

    Raises:
        LinkGone: unknown, expired, used or withdrawn; of two at once only one succeeds.
        WrongValue: name or password cannot be accepted; the link stays usable.
    """
    offered = invitation(token)
    db.session.rollback()
    shown = checked_name(name) if offered.is_new else offered.name
    hashed = hash_password(checked_password(password, email=offered.email))
    with write() as session:
        link = installation.use_link(session, token, purpose=INVITATION)
        if offered.is_new:
            staff_id = create_staff(
                system_actor("web"), email=offered.email, name=shown, role=offered.role, password_hash=hashed
            )
            person = find_person(session, staff_id)
            # A team may have been removed since the invitation was written.
            person.teams = list(session.scalars(select(Team).where(Team.id.in_(link.data.get("teams", [])))))
            events.record(session, _themselves(person), "staff_joined", staff_id=staff_id)
            return staff_id
        person = find_person(session, int(link.data["staff_id"]))
        person.password_hash = hashed
        person.session_epoch += 1
        events.record(session, _themselves(person), "staff_password_changed", staff_id=person.id, by="access_link")
        return person.id


def withdraw_invitation(actor: Actor, *, reference: str) -> None:
    """Make an open link unusable.

    Raises:
        NotPermitted: the actor may not manage staff.
        NotFound: there is no such open link.
    """
    actor.require(STAFF_MANAGE)
    with write() as session:
        link = installation.withdraw_link(session, reference, purpose=INVITATION)
        if link is None:
            raise NotFound("There is no such invitation.")
        events.record(session, actor, "staff_invitation_withdrawn", email=str(link.data.get("email", "")))


def open_invitations(actor: Actor) -> list[InvitationView]:
    """Return the links that still work, the newest first.

    Raises:
        NotPermitted: the actor may not manage staff.
    """
    actor.require(STAFF_MANAGE)
    return [_view(link) for link in installation.open_links(purpose=INVITATION)]


def _view(link: installation.LinkView) -> InvitationView:
    return InvitationView(
        reference=link.reference,
        email=str(link.data.get("email", "")),
        name=str(link.data.get("name", "")),
        role=str(link.data.get("role", "")),
        is_new="staff_id" not in link.data,
        invited_by=str(link.data.get("by", "")),
        created_at=link.created_at,
        expires_at=link.expires_at,
    )


def _themselves(person: Staff) -> Actor:
    return Actor(kind=ActorKind.STAFF, name=person.name, id=person.id, channel="web")
