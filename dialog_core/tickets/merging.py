# SPDX-License-Identifier: Apache-2.0
"""Merge a ticket into another, and the only way back."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from dialog_core.clock import now
from dialog_core.database import write
from dialog_core.errors import NotAllowedNow, WrongValue
from dialog_core.events import record
from dialog_core.events.models import Event
from dialog_core.staff.actor import Actor
from dialog_core.staff.permissions import TICKET_WORK
from dialog_core.tickets.acting import hold
from dialog_core.tickets.models import Ticket, TicketLink
from dialog_core.tickets.state_counts import move_count
from dialog_core.tickets.vocabulary import Outcome

UNMERGE_DAYS = 7


def merge_into(session: Session, actor: Actor, ticket: Ticket, number: str) -> None:
    """Link a ticket that was just closed by `merge` to its target, in the open transaction.

    Raises:
        WrongValue: the target does not exist or is the ticket itself.
        NotAllowedNow: the target is closed.
    """
    target = session.scalar(select(Ticket).where(Ticket.number == number).with_for_update())
    if target is None or target.id == ticket.id:
        raise WrongValue("target", "Name another ticket by its number; there is no ticket “%(number)s”.", number=number)
    if not target.is_open:
        raise NotAllowedNow("Ticket %(number)s is closed; merge into an open one.", number=number)
    session.add(TicketLink(source_id=ticket.id, target_id=target.id, kind="merged_into"))
    record(session, actor, "ticket_received_merge", ticket=target, source=ticket.number)


def unmerge(actor: Actor, ticket_id: int) -> None:
    """Bring a merged ticket back to the state that it had, within 7 days.

    Raises:
        NotPermitted: `ticket.work` is missing.
        NotAllowedNow: the ticket was not merged, or too long ago.
    """
    actor.require(TICKET_WORK)
    with write() as session:
        ticket = hold(session, ticket_id)
        if ticket.outcome != Outcome.MERGED.value or ticket.closed_at is None:
            raise NotAllowedNow("The ticket was not merged into another one.")
        if now() - ticket.closed_at > timedelta(days=UNMERGE_DAYS):
            raise NotAllowedNow("A merge can be undone within %(days)s days.", days=UNMERGE_DAYS)
        data = session.scalars(
            select(Event.data)
            .where(Event.ticket_id == ticket.id, Event.kind == "ticket_transitioned")
            .order_by(Event.position.desc())
            .limit(1)
        ).one()
        move_count(ticket.state, str(data["before"]))
        ticket.state = str(data["before"])
        ticket.is_open, ticket.outcome, ticket.closed_at = True, None, None
        ticket.version += 1
        session.execute(delete(TicketLink).where(TicketLink.source_id == ticket.id, TicketLink.kind == "merged_into"))
        record(session, actor, "ticket_unmerged", ticket=ticket, after=ticket.state)
