# SPDX-License-Identifier: Apache-2.0
"""Teams: people who share work."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dialog_core import events
from dialog_core.database import write
from dialog_core.errors import NotAllowedNow, NotFound, WrongValue
from dialog_core.staff.actor import Actor
from dialog_core.staff.models import Staff, Team
from dialog_core.staff.permissions import STAFF_MANAGE
from dialog_core.staff.values import checked_title


def create_team(actor: Actor, *, name: str, member_ids: Sequence[int] = ()) -> int:
    """Make a team and return its id.

    Raises:
        NotPermitted, NotFound.
        WrongValue: the name is empty, too long or taken.
    """
    actor.require(STAFF_MANAGE)
    title = checked_title(name)
    with write() as session:
        _refuse_taken(session, title)
        team = Team(name=title, members=_members(session, member_ids))
        session.add(team)
        session.flush()
        events.record(session, actor, "team_created", team_id=team.id, name=title)
        return team.id


def change_team(actor: Actor, *, team_id: int, name: str, member_ids: Sequence[int]) -> None:
    """Give a team this name and exactly these members.

    Raises:
        NotPermitted, NotFound.
        WrongValue: the name is empty, too long or taken.
    """
    actor.require(STAFF_MANAGE)
    title = checked_title(name)
    with write() as session:
        team = _find(session, team_id)
        _refuse_taken(session, title, besides=team_id)
        team.name = title
        team.members = _members(session, member_ids)
        events.record(session, actor, "team_changed", team_id=team_id, name=title, members=sorted(set(member_ids)))


def remove_team(actor: Actor, *, team_id: int) -> None:
    """Remove a team that no ticket refers to.

    Raises:
        NotPermitted, NotFound.
        NotAllowedNow: tickets refer to the team.
    """
    actor.require(STAFF_MANAGE)
    try:
        with write() as session:
            team = _find(session, team_id)
            name = team.name
            session.delete(team)
            session.flush()
            events.record(session, actor, "team_removed", team_id=team_id, name=name)
    except IntegrityError as error:
        raise NotAllowedNow("Tickets refer to this team, so it has to stay.") from error


def _find(session: Session, team_id: int) -> Team:
    team = session.get(Team, team_id, populate_existing=True)
    if team is None:
        raise NotFound("There is no such team.")
    return team


def _members(session: Session, member_ids: Sequence[int]) -> list[Staff]:
    wanted = set(member_ids)
    members = list(session.scalars(select(Staff).where(Staff.id.in_(wanted)).order_by(Staff.name)))
    if len(members) != len(wanted):
        raise NotFound("There is no such member of staff.")
    return members


def _refuse_taken(session: Session, name: str, *, besides: int | None = None) -> None:
    taken = session.scalar(select(Team.id).where(Team.name == name))
    if taken is not None and taken != besides:
        raise WrongValue("name", "There is a team of this name already.")
