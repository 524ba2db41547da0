# SPDX-License-Identifier: Apache-2.0
"""The jobs: mark what is overdue, compute anew what the settings changed, take in tickets from before the module."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from dialog_core.plugin import JobContext, read, staff, tickets, write
from dialog_sla import clock
from dialog_sla.models import Deadline
from dialog_sla.settings import Policy, policy

BATCH = 20


def watch(context: JobContext) -> bool:
    """Mark deadlines that have passed; True when there may be more."""
    late = select(Deadline.ticket_id).where(
        Deadline.due_at <= context.at, Deadline.missed_at.is_(None), Deadline.ended_at.is_(None)
    )
    with read() as session:
        found = session.scalars(late.limit(BATCH)).all()
    if not found:
        return False
    with write() as session:
        session.execute(
            update(Deadline)
            .where(Deadline.ticket_id.in_(found), Deadline.due_at <= context.at, Deadline.missed_at.is_(None))
            .values(missed_at=Deadline.due_at)
            .execution_options(synchronize_session=False)
        )
    return len(found) == BATCH


def recompute(context: JobContext) -> bool:
    """Compute deadlines that still run anew when the settings have changed; True when there may be more."""
    now_policy = policy()
    old = select(Deadline.ticket_id).where(Deadline.policy != now_policy.mark, Deadline.ended_at.is_(None))
    with read() as session:
        found = session.scalars(old.order_by(Deadline.ticket_id).limit(BATCH)).all()
    if not found:
        return False
    with write() as session:
        rows = select(Deadline).where(Deadline.ticket_id.in_(found)).with_for_update()
        for row in session.scalars(rows.execution_options(populate_existing=True)):
            if row.kind not in now_policy.goals:
                session.delete(row)
                continue
            clock.change_kind(row, row.kind, now_policy)
            if row.due_at is None or row.due_at > context.at:
                row.missed_at = None
    return len(found) == BATCH


class Adoption:
    """Takes in open tickets that have no deadline: those from before the module was on. A page of them per run."""

    def __init__(self) -> None:
        self._cursor: str | None = None

    def __call__(self, context: JobContext) -> bool:
        """Take in the next page; True when there is another."""
        page = tickets.ticket_list(
            staff.system_actor("sla"), tickets.TicketFilters(is_open=True), cursor=self._cursor, limit=BATCH
        )
        self._cursor = page.next
        with read() as session:
            known = select(Deadline.ticket_id).where(Deadline.ticket_id.in_([row.id for row in page.rows]))
            there = set(session.scalars(known))
        _adopt([row for row in page.rows if row.id not in there], policy(), context.at)
        return page.next is not None


def _adopt(rows: list[tickets.TicketRow], now_policy: Policy, at: datetime) -> None:
    """Begin deadlines; events of these tickets that are told later only repeat what is counted here."""
    begun = [row for row in (_begun(ticket, now_policy, at) for ticket in rows) if row is not None]
    if not begun:
        return
    with write() as session:
        known = select(Deadline.ticket_id).where(Deadline.ticket_id.in_([row.ticket_id for row in begun]))
        there = set(session.scalars(known))
        session.add_all(row for row in begun if row.ticket_id not in there)


def _begun(ticket: tickets.TicketRow, now_policy: Policy, at: datetime) -> Deadline | None:
    row = clock.begin(ticket.id, ticket.kind, ticket.opened_at, now_policy)
    if row is None:
        return None
    if ticket.state not in clock.RUNS:  # when it came to stand is not known any more: at its last activity
        clock.move(row, ticket.state, ticket.activity_at, now_policy)
        row.questions = 0
    elif row.due_at is not None and row.due_at <= at:
        row.missed_at = row.due_at
    return row
