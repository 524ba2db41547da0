# SPDX-License-Identifier: Apache-2.0
"""The hooks jobs and health_checks: what is due stands in the database and is done once in the cluster."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from dialog_core.clock import now
from dialog_core.database import db, write
from dialog_core.errors import NotFound
from dialog_core.jobs import acquire, module_work, run_soon, work_reports
from dialog_core.jobs.models import ModuleWork
from dialog_core.jobs.module_work import module_steps, run_due, works
from dialog_core.modules import flush_incidents, keep_incidents, list_incidents
from dialog_core.modules.calls.breaker_rows import read_breakers
from dialog_core.modules.calls.timing_rows import read_timings
from dialog_core.plugin import Health, HealthCheck, HealthContext, Job, JobContext, module_settings, read
from dialog_core.runtime import runtime
from dialog_core.staff import system_actor

TITLE = {"ru": "Работа", "en": "Work"}
ADMIN = system_actor()


def run(module: str = "sample") -> bool:
    return run_due(module, [work for work in works(runtime().hooks) if work.module == module])


def age(seconds: float) -> None:
    with write() as session:
        session.execute(sa.update(ModuleWork).values(due_at=ModuleWork.due_at, ran_at=None))
        for row in session.scalars(sa.select(ModuleWork)):
            row.due_at = row.due_at - timedelta(seconds=seconds)


def test_a_job_runs_when_due_and_says_when_more_waits(host: Any) -> None:
    left = [2]
    contexts: list[JobContext] = []

    def work(context: JobContext) -> bool:
        contexts.append(context)
        left[0] -= 1
        return left[0] > 0

    host(sample={"jobs": lambda: [Job("count", TITLE, 60, work)]})
    [before] = work_reports(ADMIN, "sample")
    assert (before.kind, before.name, before.is_ok, before.due_at) == ("job", "count", None, None)
    assert [run(), run(), run()] == [True, True, False]
    assert contexts[0].settings == module_settings("sample") == {}
    [report] = work_reports(ADMIN, "sample")
    assert (report.is_ok, report.text) == (True, "")
    assert report.due_at is not None
    assert timedelta(seconds=50) < report.due_at - now() <= timedelta(seconds=60)
    run_soon(ADMIN, "sample", "job", "count")
    assert run()
    assert len(contexts) == 3
    with pytest.raises(NotFound):
        run_soon(ADMIN, "sample", "job", "nothing")


def test_a_job_that_fails_is_told_and_comes_due_again_and_keeps_no_other_waiting(host: Any) -> None:
    done: list[str] = []

    def fails(context: JobContext) -> None:
        db.session.execute(sa.text("SELECT 1"))
        raise SystemExit(3)

    host(
        sample={
            "jobs": lambda: [Job("bad", TITLE, 5, fails), Job("good", TITLE, 5, lambda context: done.append("good"))]
        }
    )
    while run():
        pass
    reports = {report.name: report for report in work_reports(ADMIN, "sample")}
    assert (reports["bad"].is_ok, reports["bad"].text) == (False, "SystemExit")
    assert reports["good"].is_ok
    assert done == ["good"]
    age(6)
    assert run()


def test_work_that_another_process_holds_is_left_to_it(host: Any) -> None:
    ran: list[int] = []
    host(sample={"jobs": lambda: [Job("count", TITLE, 5, lambda context: ran.append(1))]})
    acquire(db.engine, name="work:sample", owner="elsewhere|1|1")
    assert not run()
    assert ran == []


def test_jobs_of_a_module_that_is_off_wait(host: Any) -> None:
    ran: list[str] = []
    host(sample={"jobs": lambda: [Job("count", TITLE, 3600, lambda context: ran.append("then"))]})
    assert run()
    age(7200)
    host()
    assert module_steps(runtime().hooks) == []
    host(sample={"jobs": lambda: [Job("count", TITLE, 3600, lambda context: ran.append("now"))]})
    assert [run(), run()] == [True, False]
    assert ran == ["then", "now"]


def test_health_checks_keep_their_newest_result(host: Any) -> None:
    answers: list[Any] = [Health(is_ok=True, text="fine"), Health(False, "Gone: key=sk-0123456789abcdef0123456789"), 7]

    def look(context: HealthContext) -> Health:
        with read() as session:
            assert session.scalar(sa.select(1)) == 1
        answer: Health = answers.pop(0)
        return answer

    host(sample={"health_checks": lambda: [HealthCheck("reachable", TITLE, look, every=30)]})
    found = []
    for _ in range(3):
        assert run()
        [report] = work_reports(ADMIN, "sample")
        found.append((report.kind, report.is_ok, report.text.partition(":")[0]))
        run_soon(ADMIN, "sample", "health", "reachable")
    assert found == [("health", True, "fine"), ("health", False, "Gone"), ("health", False, "TypeError")]


def test_a_job_that_never_ends_is_interrupted_and_rests(host: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module_work, "JOB_LIMIT", 0.2)
    others: list[int] = []

    def spin(context: JobContext) -> None:
        while True:
            pass

    app = host(
        sample={"jobs": lambda: [Job("spin", TITLE, 1, spin), Job("other", TITLE, 1, lambda context: others.append(1))]}
    )
    keep_incidents(runtime().config)
    [step] = module_steps(runtime().hooks)
    while step.run():
        pass
    reports = {report.name: report for report in work_reports(ADMIN, "sample")}
    assert (reports["spin"].is_ok, reports["spin"].text) == (False, "Interrupted")
    flush_incidents()
    with app.app_context():
        rows = list_incidents(ADMIN, module="sample")
    assert [(row.place, row.summary.partition(":")[0]) for row in rows] == [("job spin", "Interrupted")]
    with db.engine.connect() as connection:
        [breaker] = read_breakers(connection, "sample")
        [timing] = [view for view in read_timings(connection, "sample") if view.hook == "job spin"]
    assert (breaker.hook, breaker.is_resting) == ("job spin", True)
    assert (timing.calls, timing.failures) == (1, 1)
    age(60)
    while step.run():
        pass
    assert len(others) == 2, "what hangs rests; what does not goes on"


def test_a_job_that_fails_all_the_time_is_no_reason_to_rest(host: Any) -> None:
    ran: list[int] = []

    def fails(context: JobContext) -> None:
        ran.append(1)
        raise OSError("the server elsewhere is down")

    host(sample={"jobs": lambda: [Job("bad", TITLE, 1, fails)]})
    [step] = module_steps(runtime().hooks)
    for _ in range(8):
        assert step.run()
        age(2)
    assert len(ran) == 8
