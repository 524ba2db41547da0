# SPDX-License-Identifier: Apache-2.0
"""The job: ask the directory for the numbers that wait, outside of any transaction, and forget what is too old."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from dialog_core.plugin import JobContext, now, read, write
from sqlalchemy import delete, select, update

from dialog_customer_number.directory import LONGEST_PAUSE, Found, NoAnswer, ask
from dialog_customer_number.models import KNOWN, UNKNOWN, WAITING, Verdict

BATCH = 10
"""Questions of one run; each takes ten seconds at most, and a run is interrupted after 120."""
FIRST_PAUSE = 15.0


def verify(context: JobContext) -> bool:
    """Ask for what is due, oldest first; True when more waits. A run can die anywhere and be repeated."""
    _forget(context.at)
    if not context.settings["directory"]:
        return False
    with read() as session:
        due = session.execute(
            select(Verdict.number, Verdict.attempts)
            .where(Verdict.state == WAITING, Verdict.due_at <= context.at)
            .order_by(Verdict.due_at, Verdict.number)
            .limit(BATCH)
        ).all()
    for number, attempts in due:
        answer = ask(context.settings, number)
        if isinstance(answer, NoAnswer):
            _put_off(context.at, number, attempts, answer)
            context.log.warning("%s", answer.problem)
            return False
        _keep(number, answer, context.settings)
    return len(due) == BATCH


def _keep(number: str, answer: Found, settings: Any) -> None:
    at = now()
    lasts = timedelta(days=settings["known_days"]) if answer.exists else timedelta(minutes=settings["unknown_minutes"])
    with write() as session:
        session.execute(
            update(Verdict)
            .where(Verdict.number == number)
            .values(
                state=KNOWN if answer.exists else UNKNOWN, customer=answer.name, checked_at=at, expires_at=at + lasts,
                due_at=None, attempts=0, problem="",
            )
            .execution_options(synchronize_session=False)
        )  # fmt: skip


def _put_off(at: datetime, number: str, attempts: int, answer: NoAnswer) -> None:
    """Let the number wait, longer each time, at most an hour, and never give it up.

    The others wait a little, too: they need not all knock at a door that nobody opens. But none waits for ever because
    of one that the directory stumbles over: each has its turn.
    """
    again = now() + timedelta(seconds=answer.retry_after or FIRST_PAUSE)
    own = now() + timedelta(seconds=answer.retry_after or min(FIRST_PAUSE * 2 ** min(attempts, 20), LONGEST_PAUSE))
    waits = update(Verdict).execution_options(synchronize_session=False)
    with write() as session:
        session.execute(waits.where(Verdict.state == WAITING, Verdict.due_at <= at).values(due_at=again))
        failed = {"due_at": own, "attempts": Verdict.attempts + 1, "problem": answer.problem}
        session.execute(waits.where(Verdict.number == number, Verdict.state == WAITING).values(**failed))


def _forget(at: datetime) -> None:
    """Delete answers that do not count any more, a few at a time: names of customers are not kept for nothing."""
    old = select(Verdict.number).where(Verdict.expires_at <= at).order_by(Verdict.expires_at).limit(100)
    with read() as session:
        numbers = session.scalars(old).all()
    if numbers:
        with write() as session:
            session.execute(delete(Verdict).where(Verdict.number.in_(numbers), Verdict.expires_at <= at))
