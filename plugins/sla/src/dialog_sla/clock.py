# SPDX-License-Identifier: Apache-2.0
"""The clock of one deadline: it runs, stands while the customer is asked, ends with the answer, goes on after it."""

from __future__ import annotations

from datetime import datetime

from dialog_sla.calendar import NoWorkingTime
from dialog_sla.models import Deadline
from dialog_sla.settings import Policy

RUNS = frozenset({"registered", "in_progress"})
STANDS = frozenset({"waiting_customer"})


def begin(ticket_id: int, kind: str, at: datetime, policy: Policy) -> Deadline | None:
    """Return the deadline of a new ticket, None when its kind has none."""
    goal = policy.goals.get(kind)
    if goal is None:
        return None
    row = Deadline(ticket_id=ticket_id, kind=kind, goal=goal, used=0.0, questions=0, policy=policy.mark, event_id=0)
    row.since = at
    settle(row, policy)
    return row


def move(row: Deadline, state: str, at: datetime, policy: Policy) -> None:
    """Let the clock follow a ticket into a state."""
    if state in RUNS:
        row.ended_at = None
        row.since = row.since or at
        settle(row, policy)
        return
    if row.since is not None:
        row.used += policy.calendar.worked(row.since, at)
        row.since = None
    if state in STANDS:
        row.due_at, row.ended_at = None, None
        row.questions += 1
    elif row.ended_at is None:
        row.ended_at = at
    if row.used > row.goal:
        row.missed_at = row.missed_at or row.due_at or at


def settle(row: Deadline, policy: Policy) -> None:
    """Compute anew when the deadline is; one that lies ahead again is not missed any more."""
    row.policy = policy.mark
    if row.since is None:
        return
    try:
        row.due_at = policy.calendar.due(row.since, max(0.0, row.goal - row.used))
    except NoWorkingTime:
        row.due_at = None


def change_kind(row: Deadline, kind: str, policy: Policy) -> None:
    """Give a ticket of another kind the other goal."""
    row.kind, row.goal = kind, policy.goals.get(kind, row.goal)
    settle(row, policy)


def overdue(row: Deadline, at: datetime) -> bool:
    """Tell whether the deadline has passed."""
    return row.missed_at is not None or (row.ended_at is None and row.due_at is not None and row.due_at <= at)
