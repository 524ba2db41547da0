# SPDX-License-Identifier: Apache-2.0
"""What the module shows, and that it is what its manifest says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import render_template

from dialog_core import staff
from dialog_core.clock import now
from dialog_core.database import db, write
from dialog_core.jobs import work_reports
from dialog_core.jobs.module_work import run_due, works
from dialog_core.list_columns import columns_of_page
from dialog_core.plugin import CustomerNotice, Tone
from dialog_core.runtime import runtime
from dialog_sla.models import Deadline
from dialog_sla.settings import SlaSettings, policy


def put(ticket: int, **values: Any) -> None:
    with write() as session:
        session.execute(sa.update(Deadline).where(Deadline.ticket_id == ticket).values(**values))


def test_the_column_tells_each_row_in_one_statement(desk: Any) -> None:
    runs, soon, late, stands, met, missed = (desk.open("change_request") for _ in range(6))
    at = now()
    put(soon, due_at=at + timedelta(minutes=30))
    put(late, due_at=at - timedelta(hours=1))
    put(stands, due_at=None, since=None)
    put(met, ended_at=at)
    put(missed, ended_at=at, missed_at=at)
    statements: list[str] = []
    sa.event.listen(db.engine, "after_cursor_execute", lambda *args: statements.append(args[2]))
    page = columns_of_page(desk.specialist, [runs, soon, late, stands, met, missed, 999])
    assert len([one for one in statements if "sla_deadline" in one]) == 1
    shown = {ticket: page.values["sla_due", ticket] for ticket in (runs, soon, late, stands, met, missed)}
    assert len(page.values) == 6
    assert [shown[one].tone for one in shown] == [
        Tone.PLAIN, Tone.WARN, Tone.BAD, Tone.PLAIN, Tone.GOOD, Tone.PLAIN,
    ]  # fmt: skip
    assert shown[runs].text is None
    assert shown[runs].moment is not None
    assert shown[late].text == {"ru": "просрочено", "en": "overdue"}
    assert columns_of_page(staff.Actor(staff.ActorKind.CONTACT, "Anna"), [runs]).columns == ()


def test_the_panel_is_shown_with_its_template_to_whom_it_may_concern(desk: Any) -> None:
    ticket = desk.open("outage")
    hooks = runtime().hooks
    with desk.app.test_request_context(headers={"Accept-Language": "ru"}):
        assert hooks.collect("ticket_panels", ticket_id=ticket) == []
    with desk.app.test_request_context():
        person = staff.signed_in(desk.specialist.id, channel="web")
        assert person is not None
        staff.start_session(person)
        [found] = hooks.collect("ticket_panels", ticket_id=ticket)
        html = render_template(found.value.template, **found.value.values)
        assert hooks.collect("ticket_panels", ticket_id=999) == []
    assert found.module == "sla"
    assert found.value.values["state"] == "runs"
    assert "4 h 0 min" in str(found.value.values["goal"])
    assert "The clock runs" in html


def test_the_api_gives_the_deadline(desk: Any) -> None:
    ticket = desk.open("outage")
    client = desk.app.test_client()
    bearer = {"Authorization": f"Bearer {staff.create_token(desk.specialist, name='t')}"}
    number = client.get("/api/v1/tickets?limit=1", headers=bearer).get_json()["items"][0]["number"]
    answer = client.get(f"/api/v1/sla/tickets/{number}", headers=bearer)
    assert answer.status_code == 200, answer.text
    assert answer.get_json()["state"] == "runs"
    assert answer.get_json()["goal_seconds"] == 4 * 3600
    assert client.get("/api/v1/sla/tickets/none", headers=bearer).status_code == 404
    with write() as session:
        session.execute(sa.delete(Deadline).where(Deadline.ticket_id == ticket))
    refused = client.get(f"/api/v1/sla/tickets/{number}", headers=bearer | {"Accept-Language": "ru"})
    assert (refused.status_code, refused.get_json()["detail"]) == (404, "У этой заявки нет срока.")
    assert client.get(f"/api/v1/sla/tickets/{number}").status_code == 401


def test_customer_notice_has_the_deadline_when_that_is_set(desk: Any) -> None:
    opened = datetime(2026, 4, 27, 10, 0, tzinfo=UTC)

    def told(occasion: str = "opened", language: str = "en", kind: str = "outage") -> str:
        notice = CustomerNotice(occasion, 1, "2026-1", kind, opened, language)
        text: str = runtime().hooks.transform("customer_notice", "Registered.", notice=notice)
        return text

    assert told() == "Registered."
    desk.set(tell_customer=True, consultation=0)
    assert told() == "Registered.\nWe intend to solve it by 27.04.2026 14:00."
    assert told(language="ru") == "Registered.\nРешим до 27.04.2026 14:00."
    assert told(occasion="confirm") == told(kind="consultation") == "Registered."


def test_jobs_and_the_health_check_run_in_the_platform(desk: Any) -> None:
    desk.open()
    found = [work for work in works(runtime().hooks) if work.module == "sla"]
    for _ in range(20):
        if not run_due("sla", found):
            break
    reports = {report.name: report for report in work_reports(staff.system_actor(), "sla")}
    assert set(reports) == {"watch", "recompute", "adopt", "calendar"}
    assert all(report.is_ok for report in reports.values())
    assert reports["calendar"].text == "There is working time ahead"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"opens": "18:00"}, "closes"),
        ({"opens": "9:00"}, "opens"),
        ({"closes": "25:00"}, "closes"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"holidays": ["yesterday"]}, "holidays"),
        ({"outage": -1}, "outage"),
        ({"days": "never"}, "days"),
    ],
)
def test_wrong_settings_are_named(values: dict[str, Any], field: str) -> None:
    assert list(SlaSettings().validate(values)) == [field]


def test_without_any_settings_there_is_a_calendar_of_the_installation(desk: Any) -> None:
    made = policy({})
    assert (made.calendar.opens, made.calendar.closes, len(made.calendar.days)) == (540, 1080, 5)
    assert set(made.goals) == {"user_failure", "outage", "consultation", "change_request"}
    assert policy({"holidays": ["2026-05-01"]}).mark != made.mark == policy({}).mark
