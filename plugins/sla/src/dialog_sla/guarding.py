# SPDX-License-Identifier: Apache-2.0
"""Keep deadlines from being stretched: both guards are off until an administrator sets them."""

from __future__ import annotations

from sqlalchemy import select

from dialog_core.plugin import Refusal, TicketDraft, TransitionAsked, now, read
from dialog_sla import clock
from dialog_sla.models import Deadline
from dialog_sla.settings import policy


def check_kind(draft: TicketDraft) -> Refusal | None:
    """Refuse another kind for a ticket whose deadline has passed."""
    if draft.ticket_id is None or "kind" not in draft.changed or not policy().keep_kind:
        return None
    with read() as session:
        row = session.get(Deadline, draft.ticket_id, populate_existing=True)
        is_late = row is not None and clock.overdue(row, now())
    return (
        Refusal("The deadline of this ticket has passed: its kind stays as it is.", field="kind") if is_late else None
    )


def check_question(asked: TransitionAsked) -> Refusal | None:
    """Refuse to stop the clock once more when it was stopped often enough."""
    most = policy().most_questions if asked.transition == "request_information" else 0
    if not most:
        return None
    with read() as session:
        questions = session.scalar(select(Deadline.questions).where(Deadline.ticket_id == asked.ticket_id)) or 0
    if questions < most:
        return None
    return Refusal(
        "Questions have stopped the clock of this ticket %(count)s times already; answer it, or ask by telephone.",
        {"count": questions},
    )
