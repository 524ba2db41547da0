# SPDX-License-Identifier: Apache-2.0
"""What staff see of a deadline: the column of the list, the panel of a ticket, the answer of the API."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import format_datetime, gettext
from sqlalchemy import select

from dialog_core.plugin import ColumnValue, TicketPanel, Tone, now, read
from dialog_sla import clock
from dialog_sla.models import Deadline
from dialog_sla.settings import policy

COLUMN = "sla_due"
SOON = timedelta(hours=1)
TITLE = {"ru": "Срок решения", "en": "Deadline"}
_OVERDUE = {"ru": "просрочено", "en": "overdue"}
_SOON = {"ru": "скоро", "en": "soon"}
_STANDS = {"ru": "часы стоят", "en": "on hold"}
_MET = {"ru": "в срок", "en": "in time"}
_MISSED = {"ru": "с опозданием", "en": "late"}


def column_values(ticket_ids: Sequence[int]) -> Iterable[ColumnValue]:
    """Give the deadlines of all rows, with one statement."""
    columns = (Deadline.ticket_id, Deadline.due_at, Deadline.ended_at, Deadline.missed_at)
    with read() as session:
        rows = session.execute(select(*columns).where(Deadline.ticket_id.in_(ticket_ids))).all()
    at = now()
    for ticket_id, due_at, ended_at, missed_at in rows:
        if ended_at is not None:
            text, tone = (_MET, Tone.GOOD) if missed_at is None else (_MISSED, Tone.PLAIN)
            yield ColumnValue(COLUMN, ticket_id, text, tone=tone)
        elif due_at is None:
            text, tone = (_STANDS, Tone.PLAIN) if missed_at is None else (_OVERDUE, Tone.BAD)
            yield ColumnValue(COLUMN, ticket_id, text, tone=tone)
        elif missed_at is not None or due_at <= at:
            yield ColumnValue(COLUMN, ticket_id, _OVERDUE, moment=missed_at or due_at, tone=Tone.BAD)
        else:
            is_soon = due_at - at <= SOON
            yield ColumnValue(
                COLUMN, ticket_id, _SOON if is_soon else None, moment=due_at, tone=Tone.WARN if is_soon else Tone.PLAIN
            )


def panel(ticket_id: int) -> TicketPanel | None:
    """Return the panel of a ticket, None when it has no deadline."""
    row = _row(ticket_id)
    if row is None:
        return None
    at = now()
    used = _used(row, at)
    values: dict[str, object] = {
        "state": _state(row, at),
        "due_at": _shown(row.missed_at if row.due_at is None else row.due_at),
        "ended_at": _shown(row.ended_at),
        "used": _span(used),
        "goal": _span(row.goal),
        "percent": min(100, round(100 * used / row.goal)) if row.goal else 100,
        "questions": row.questions,
    }
    return TicketPanel("deadline", TITLE, "sla/panel.html", values, order=20)


def as_json(ticket_id: int) -> dict[str, Any] | None:
    """Return the deadline of a ticket for programs, None when it has none."""
    row = _row(ticket_id)
    if row is None:
        return None
    at = now()
    return {
        "state": _state(row, at),
        "due_at": row.due_at,
        "ended_at": row.ended_at,
        "missed_at": row.missed_at,
        "goal_seconds": round(row.goal),
        "used_seconds": round(_used(row, at)),
    }


def _row(ticket_id: int) -> Deadline | None:
    with read() as session:
        row = session.get(Deadline, ticket_id, populate_existing=True)
        if row is not None:
            session.expunge(row)
        return row


def _state(row: Deadline, at: datetime) -> str:
    if row.ended_at is not None:
        return "met" if row.missed_at is None else "missed"
    if clock.overdue(row, at):
        return "overdue"
    return "stands" if row.since is None else "runs"


def _used(row: Deadline, at: datetime) -> float:
    running = policy().calendar.worked(row.since, at) if row.since is not None else 0.0
    return float(row.used + running)


def _shown(at: datetime | None) -> str:
    return str(format_datetime(at, "short")) if at is not None else ""


def _span(seconds: float) -> str:
    hours, minutes = divmod(round(seconds / 60), 60)
    return str(gettext("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes))
