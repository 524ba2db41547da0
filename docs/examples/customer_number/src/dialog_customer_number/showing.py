# SPDX-License-Identifier: Apache-2.0
"""What staff see of an answer: a panel beside the ticket, a column of the list, and a health check of the directory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dialog_core.plugin import ColumnValue, Health, HealthContext, TicketPanel, Tone, fields, mark, now, read, staff
from flask_babel import format_datetime
from sqlalchemy import func, or_, select

from dialog_customer_number import NAME
from dialog_customer_number.asking import FIELD
from dialog_customer_number.models import KNOWN, UNKNOWN, WAITING, Verdict

COLUMN = f"{NAME}_answer"
TITLE = {"ru": "Справочник клиентов", "en": "Customer directory"}
MANY_ATTEMPTS = 3
_WORDS = {
    KNOWN: ({"ru": "есть в справочнике", "en": "known"}, Tone.GOOD),
    UNKNOWN: ({"ru": "нет в справочнике", "en": "not known"}, Tone.BAD),
    WAITING: ({"ru": "ещё не проверен", "en": "not verified yet"}, Tone.PLAIN),
}
_NOT_SET = mark("No directory is set up")
_WELL = mark("The directory answers")
_SILENT = mark("The directory does not answer")


def column_values(ticket_ids: Sequence[int]) -> Iterable[ColumnValue]:
    """Give the answers for all rows: one statement for the numbers, one for what is known of them."""
    numbers = _numbers(ticket_ids)
    found = _answers(numbers.values())
    for ticket_id, number in numbers.items():
        words, tone = _WORDS[found[number].state if number in found else WAITING]
        yield ColumnValue(COLUMN, ticket_id, words, tone=tone)


def panels(ticket_id: int) -> Iterable[TicketPanel]:
    """Return the panel of a ticket, none when it has no number."""
    number = _numbers([ticket_id]).get(ticket_id)
    if number is None:
        return []
    found = _answers([number]).get(number)
    values: dict[str, object] = {
        "number": number,
        "state": found.state if found else WAITING,
        "customer": found.customer if found else "",
        "checked_at": str(format_datetime(found.checked_at, "short")) if found and found.checked_at else "",
        "problem": bool(found and found.problem),
    }
    return [TicketPanel("answer", TITLE, f"{NAME}/answer.html", values)]


def look(context: HealthContext) -> Health:
    """Tell from what is stored whether the directory answers; asking it once more would tell no more."""
    if not context.settings["directory"]:
        return Health(is_ok=True, text=_NOT_SET)
    waiting = select(func.count(), func.sum(Verdict.attempts)).where(Verdict.state == WAITING)
    newest = select(Verdict.problem).where(Verdict.state == WAITING, Verdict.problem != "")
    with read() as session:
        count, attempts = session.execute(waiting).one()
        problem = session.scalar(newest.order_by(Verdict.due_at.desc()).limit(1))
    if (attempts or 0) < MANY_ATTEMPTS or problem is None:
        return Health(is_ok=True, text=_WELL)
    return Health(is_ok=False, text=f"{_SILENT}: {problem} ({count})")


def _numbers(ticket_ids: Sequence[int]) -> dict[int, str]:
    values = fields.values_of_many(staff.current_actor(), ticket_ids, [FIELD])
    return {ticket_id: str(mine[FIELD]) for ticket_id, mine in values.items() if FIELD in mine}


def _answers(numbers: Iterable[str]) -> dict[str, Any]:
    """Return what counts now, by number."""
    counts = or_(Verdict.expires_at.is_(None), Verdict.expires_at > now())
    columns = (Verdict.number, Verdict.state, Verdict.customer, Verdict.checked_at, Verdict.problem)
    with read() as session:
        rows = session.execute(select(*columns).where(Verdict.number.in_(set(numbers)), counts)).all()
    return {row.number: row for row in rows}
