# SPDX-License-Identifier: Apache-2.0
"""Executors: one responsible person, any number more, people or teams."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from dialog_core.database import write
from dialog_core.errors import NotAllowedNow, WrongValue
from dialog_core.events import record
from dialog_core.staff.actor import Actor, ActorKind
from dialog_core.staff.models import Staff, Team
from dialog_core.staff.permissions import TICKET_ASSIGN
from dialog_core.tickets.acting import hold
from dialog_core.tickets.models import Ticket, TicketExecutor


def assign(
    actor: Actor,
    ticket_id: int,
    *,
    responsible_id: int | None,
    executor_ids: Sequence[int] = (),
    team_ids: Sequence[int] = (),
) -> None:
    """Set who works on a ticket: the one responsible, further people, and teams (the first team owns the ticket).

    Raises:
        NotPermitted: `ticket.assign` is missing.
        WrongValue: a person or team does not exist or is switched off.
        NotAllowedNow: the ticket is closed.
    """
    actor.require(TICKET_ASSIGN)
    with write() as session:
        ticket = hold(session, ticket_id)
        if not ticket.is_open:
            raise NotAllowedNow("The ticket is closed; executors stay as they are.")
        people = [*dict.fromkeys(executor_ids)]
        teams = [*dict.fromkeys(team_ids)]
        _check(session, responsible_id, people, teams)
        before = _as_json(session, ticket)
        session.execute(delete(TicketExecutor).where(TicketExecutor.ticket_id == ticket.id))
        session.add_all(
            TicketExecutor(ticket_id=ticket.id, staff_id=person) for person in people if person != responsible_id
        )
        session.add_all(TicketExecutor(ticket_id=ticket.id, team_id=team) for team in teams)
        ticket.responsible_id = responsible_id
        ticket.team_id = teams[0] if teams else None
        session.flush()
        after = _as_json(session, ticket)
        if after != before:
            ticket.version += 1
            record(session, actor, "ticket_assigned", ticket=ticket, before=before, after=after)


def make_responsible(session: Session, actor: Actor, ticket: Ticket, staff_id: int | None) -> None:
    """Make sure that a ticket which work starts on has a responsible person: the named one, its own, or who acts.

    Raises:
        NotAllowedNow: nobody is named and the actor is no staff.
        WrongValue: the named person does not exist or is switched off.
    """
    chosen = staff_id or ticket.responsible_id or (actor.id if actor.kind is ActorKind.STAFF else None)
    if chosen is None:
        raise NotAllowedNow("Name an executor.", missing=("executor",))
    if chosen == ticket.responsible_id:
        return
    _check(session, chosen, [], [])
    before = _as_json(session, ticket)
    ticket.responsible_id = chosen
    session.execute(
        delete(TicketExecutor).where(TicketExecutor.ticket_id == ticket.id, TicketExecutor.staff_id == chosen)
    )
    session.flush()
    record(session, actor, "ticket_assigned", ticket=ticket, before=before, after=_as_json(session, ticket))


def _check(session: Session, responsible_id: int | None, people: list[int], teams: list[int]) -> None:
    wanted = {*people, *([] if responsible_id is None else [responsible_id])}
    known = set(session.scalars(select(Staff.id).where(Staff.id.in_(wanted), Staff.is_active)))
    if wanted - known:
        field = "responsible" if responsible_id in wanted - known else "executors"
        raise WrongValue(field, "There is no active colleague %(id)s.", id=min(wanted - known))
    found = set(session.scalars(select(Team.id).where(Team.id.in_(teams))))
    if set(teams) - found:
        raise WrongValue("teams", "There is no team %(id)s.", id=min(set(teams) - found))


def _as_json(session: Session, ticket: Ticket) -> dict[str, object]:
    rows = session.execute(
        select(TicketExecutor.staff_id, TicketExecutor.team_id).where(TicketExecutor.ticket_id == ticket.id)
    ).all()
    return {
        "responsible": ticket.responsible_id,
        "executors": sorted(row.staff_id for row in rows if row.staff_id is not None),
        "teams": sorted(row.team_id for row in rows if row.team_id is not None),
    }
