# SPDX-License-Identifier: Apache-2.0
"""A ticket's deadline through its life, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from dialog_core import tickets
from dialog_core.clock import now
from dialog_core.database import db, write
from dialog_core.errors import NotAllowedNow, WrongValue
from dialog_core.plugin import JobContext, TicketEvent
from dialog_sla.following import follow
from dialog_sla.models import Deadline
from dialog_sla.work import Adoption, recompute, watch

HOUR = timedelta(hours=1)
Rows = Callable[[], dict[int, dict[str, Any]]]


def context() -> JobContext:
    import logging

    return JobContext({}, logging.getLogger("test"), now())


def age(**columns: timedelta) -> None:
    """Let times of all deadlines lie further back."""
    with write() as session:
        for row in session.scalars(sa.select(Deadline)):
            for name, by in columns.items():
                setattr(row, name, getattr(row, name) - by)


def test_the_clock_stands_for_a_question_and_ends_with_the_answer(desk: Any, rows: Rows) -> None:
    ticket = desk.open()
    row = rows()[ticket]
    assert row["due_at"] - row["since"] == 16 * HOUR
    age(since=5 * HOUR)
    desk.do(ticket, "request_information", text="Which one?", delivered_by="call")
    row = rows()[ticket]
    assert row["since"] is row["due_at"] is None
    assert row["used"] == pytest.approx(5 * 3600, abs=60)
    assert row["questions"] == 1
    desk.do(ticket, "resume", text="I found it.")
    row = rows()[ticket]
    assert (row["due_at"] - row["since"]).total_seconds() == pytest.approx(11 * 3600, abs=60)
    desk.do(ticket, "answer", text="Plug it in.", delivered_by="call")
    row = rows()[ticket]
    assert row["ended_at"] is not None
    assert row["missed_at"] is None
    desk.do(ticket, "dispute", reason="It is plugged in.")
    row = rows()[ticket]
    assert row["ended_at"] is None
    assert (row["due_at"] - row["since"]).total_seconds() == pytest.approx(11 * 3600, abs=60)


def test_what_is_answered_too_late_is_missed_for_good(desk: Any, rows: Rows) -> None:
    ticket = desk.open("outage")
    age(since=5 * HOUR, due_at=5 * HOUR)
    due = rows()[ticket]["due_at"]
    desk.do(ticket, "answer", text="Done.", delivered_by="call")
    desk.do(ticket, "dispute", reason="No.")
    assert rows()[ticket]["missed_at"] == due


def test_an_event_told_twice_counts_once_and_an_unknown_ticket_is_none_of_ours(desk: Any, rows: Rows) -> None:
    ticket = desk.open()
    event = TicketEvent(10**6, "ticket_transitioned", now(), ticket, "1", "staff", 1, "x", "web",
                        {"after": "waiting_customer"})  # fmt: skip
    follow(event)
    follow(event)
    assert rows()[ticket]["questions"] == 1
    follow(TicketEvent(10**6 + 1, "ticket_transitioned", now(), 999, "9", "staff", 1, "x", "web", {"after": "closed"}))
    opened = {"request_kind": "outage"}
    follow(TicketEvent(10**6 + 2, "ticket_opened", now(), ticket, "1", "staff", 1, "x", "web", opened))
    assert list(rows()) == [ticket]
    assert rows()[ticket]["kind"] == "user_failure"


def test_another_kind_has_another_deadline_and_a_kind_without_goal_has_none(desk: Any, rows: Rows) -> None:
    desk.set(consultation=0)
    ticket = desk.open()
    tickets.update_ticket(desk.specialist, ticket, kind="outage")
    desk.platform.tell()
    row = rows()[ticket]
    assert row["due_at"] - row["since"] == 4 * HOUR
    tickets.update_ticket(desk.specialist, ticket, kind="consultation")
    desk.platform.tell()
    assert rows() == {}
    assert desk.open("consultation") not in rows()


def test_watch_marks_what_is_overdue_and_nothing_else(desk: Any, rows: Rows) -> None:
    late, early, answered = desk.open("outage"), desk.open(), desk.open("outage")
    age(due_at=5 * HOUR)
    desk.do(answered, "answer", text="Done.", delivered_by="call")
    assert watch(context()) is False
    found = rows()
    assert found[late]["missed_at"] == found[late]["due_at"]
    assert found[early]["missed_at"] is found[answered]["missed_at"] is None


def test_recompute_follows_changed_settings_in_batches(desk: Any, rows: Rows) -> None:
    made = [desk.open("outage") for _ in range(21)]
    age(since=5 * HOUR, due_at=5 * HOUR)
    while watch(context()):
        pass
    assert all(row["missed_at"] for row in rows().values())
    desk.set(outage=8)
    assert recompute(context()) is True
    assert recompute(context()) is False
    for row in rows().values():
        assert row["missed_at"] is None
        assert row["due_at"] - row["since"] == 8 * HOUR
    assert recompute(context()) is False
    desk.set(outage=0)
    while recompute(context()):
        pass
    assert rows() == {}
    assert len(made) == 21


def test_adopt_takes_in_open_tickets_from_before(desk: Any, rows: Rows) -> None:
    running, waiting = desk.open(), desk.open()
    desk.do(waiting, "request_information", text="Which?", delivered_by="call")
    before = rows()
    with write() as session:
        session.execute(sa.delete(Deadline))
    adopt = Adoption()
    assert adopt(context()) is False
    after = rows()
    assert abs(after[running]["due_at"] - before[running]["due_at"]) < timedelta(seconds=1)
    assert after[waiting]["due_at"] is None
    assert adopt(context()) is False
    assert rows() == after


def test_guards_are_off_by_default_and_refuse_when_set(desk: Any, rows: Rows) -> None:
    ticket = desk.open("outage")
    question = tickets.Act(text="Which?", delivered_by="call")
    desk.do(ticket, "request_information", text="Which?", delivered_by="call")
    desk.set(most_questions=1, keep_kind=True)
    desk.do(ticket, "resume", text="Found.")
    with pytest.raises(NotAllowedNow, match="1 times already"):
        tickets.transition(desk.specialist, ticket, "request_information", question)
    tickets.update_ticket(desk.specialist, ticket, kind="user_failure")
    desk.platform.tell()
    age(since=20 * HOUR, due_at=20 * HOUR)
    with pytest.raises(WrongValue) as caught:
        tickets.update_ticket(desk.specialist, ticket, kind="consultation")
    assert caught.value.field == "kind"
    tickets.update_ticket(desk.specialist, ticket, subject="Printer again")
    desk.set(most_questions=2, keep_kind=False)
    tickets.update_ticket(desk.specialist, ticket, kind="consultation")
    tickets.transition(desk.specialist, ticket, "request_information", question)
    assert db.session.scalar(sa.select(sa.func.count(Deadline.ticket_id))) == 1
