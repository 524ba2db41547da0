# SPDX-License-Identifier: Apache-2.0
"""Close tickets whose contract lets silence count, when its term is over (REGULATION.md: not by default)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from dialog_core.clock import now
from dialog_core.database import read_committed
from dialog_core.errors import NotAllowedNow
from dialog_core.parties.models import Contract
from dialog_core.staff.actor import system_actor
from dialog_core.tickets.models import Ticket
from dialog_core.tickets.transitions import transition
from dialog_core.tickets.vocabulary import State

BATCH = 20


def close_silent() -> bool:
    """Close the next tickets on which nothing has happened for their contract's term; tell whether there were any."""
    with read_committed() as session:
        terms = session.scalars(
            select(Contract.silence_days).where(Contract.silence_days.is_not(None)).distinct()
        ).all()
        due: list[int] = []
        for days in terms:
            due += session.scalars(
                select(Ticket.id)
                .join(Contract, Contract.id == Ticket.contract_id)
                .where(
                    Ticket.state.in_([State.ANSWERED.value, State.COMPLETED.value]),
                    Contract.silence_days == days,
                    Ticket.activity_at <= now() - timedelta(days=days or 0),
                )
                .limit(BATCH)
            ).all()
    for ticket_id in due:
        try:
            transition(system_actor(), ticket_id, "silence")
        except NotAllowedNow:
            continue  # somebody spoke in the meantime
    return bool(due)
