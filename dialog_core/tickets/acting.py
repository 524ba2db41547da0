# SPDX-License-Identifier: Apache-2.0
"""Do one row of the table on a ticket that the open transaction holds: state, counts, event."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialog_core.clock import now
from dialog_core.errors import NotAllowedNow, NotFound
from dialog_core.events import record
from dialog_core.staff.actor import Actor
from dialog_core.tickets import titles
from dialog_core.tickets.models import Ticket
from dialog_core.tickets.state_counts import move_count
from dialog_core.tickets.vocabulary import State
from dialog_core.tickets.workflow import Transition


def hold(session: Session, ticket_id: int) -> Ticket:
    """Read a ticket for change; other writers of it wait.

    Raises:
        NotFound: there is no such ticket.
    """
    session.flush()  # an operation before this one in the same transaction may have changed it
    ticket = session.scalar(
        select(Ticket).where(Ticket.id == ticket_id).with_for_update().execution_options(populate_existing=True)
    )
    if ticket is None:
        raise NotFound("There is no such ticket.")
    return ticket


def perform(session: Session, actor: Actor, ticket: Ticket, row: Transition, **data: Any) -> None:
    """Move a ticket along a row of the table and record it; `data` is what the row needed.

    Raises:
        NotAllowedNow: the row does not start from the ticket's state.
    """
    before = State(ticket.state)
    if before not in row.sources:
        raise NotAllowedNow(
            "“%(transition)s” is not possible while the ticket is in the state “%(state)s”.",
            transition=titles.TRANSITIONS[row.name], state=titles.STATES[before.value],
        )  # fmt: skip
    if row.through is not None and before is not row.through:
        _move(session, actor, ticket, row, target=row.through, data=data)
    _move(session, actor, ticket, row, target=row.target, data=data)


def _move(
    session: Session, actor: Actor, ticket: Ticket, row: Transition, *, target: State, data: dict[str, Any]
) -> None:
    before = ticket.state
    ticket.state = target.value
    ticket.is_open = target is not State.CLOSED
    ticket.activity_at = now()
    ticket.version += 1
    if target is State.CLOSED:
        ticket.outcome = row.outcome.value if row.outcome else None
        ticket.closed_at = now()
    if target is State.ANSWERED:
        ticket.resolution += 1
    if target is not State.IN_PROGRESS:
        ticket.answer_on_its_way = False
    move_count(before, ticket.state)
    values = {key: value for key, value in data.items() if value is not None}
    record(
        session, actor, "ticket_transitioned", ticket=ticket,
        transition=row.name, before=before, after=ticket.state, outcome=ticket.outcome,
        resolution=ticket.resolution, **values,
    )  # fmt: skip
    session.flush()
