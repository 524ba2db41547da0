# SPDX-License-Identifier: Apache-2.0
"""The page of a module shows how it does, and has tried again what rests or was given up."""

from __future__ import annotations

import logging
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select

from dialog_core.app import create_app
from dialog_core.config import Config
from dialog_core.database import db, write
from dialog_core.events.models import Event
from dialog_core.hookspecs import hookimpl
from dialog_core.installation.models import InstallationFact
from dialog_core.jobs import GIVEN_UP, report_service, service_reports, wish_key
from dialog_core.jobs.module_work import module_steps
from dialog_core.modules import BootState, Hooks, LoadedModule, flush_incidents, keep_incidents, new_manager, overview
from dialog_core.modules.activation.boot import assemble
from dialog_core.modules.calls.breaker_rows import BreakerReport, read_breakers
from dialog_core.modules.calls.breakers import Pause
from dialog_core.modules.calls.timing_rows import KeepTimings
from dialog_core.modules.reports.log_lines import keep_log_lines
from dialog_core.plugin import Health, HealthCheck
from dialog_core.staff import system_actor

from .conftest import Visitor


@pytest.fixture
def sqlite_config(sqlite_config: Config, assembled: Callable[..., None]) -> Config:
    """Return a home on which the module `plain` is on, as far as the pages can tell."""
    assembled("install plain", "enable plain", catalog=("plain",))
    return sqlite_config


@pytest.fixture
def page(app: Flask, admin: Visitor, sqlite_config: Config) -> str:
    """Return the address of the module's page."""
    keep_incidents(sqlite_config)
    return "/modules/plain"


def journal(app: Flask) -> list[str]:
    with app.app_context():
        found = list(db.session.scalars(select(Event.kind).order_by(Event.id)))
        db.session.remove()
    return found


def test_a_hook_that_rests_is_shown_and_tried_at_once(
    app: Flask, admin: Visitor, specialist: Visitor, page: str
) -> None:
    with app.app_context(), write() as session:
        BreakerReport("plain", "ticket_panels", Pause(2, 500.0), "ValueError: <i>no</i>").write(session.connection())
    specialist.get("/queue")
    assert specialist.post(f"{page}/hooks/try", {"hook": "ticket_panels"}).status_code == 403
    shown = admin.get(page).text
    assert "is not called for a while" in shown
    assert "&lt;i&gt;no" in shown
    assert admin.post(f"{page}/hooks/try", {"hook": "ticket_panels"}).status_code == 303
    with app.app_context(), db.engine.connect() as connection:
        assert read_breakers(connection)[0].try_at is not None
    shown = admin.get(page).text
    assert "is tried again when it is needed next" in shown
    assert "Try now" not in shown
    assert admin.post(f"{page}/hooks/try", {"hook": "channels"}).status_code == 409
    assert "does not rest" in admin.page
    assert journal(app).count("module_hook_tried") == 1


def test_a_service_that_was_given_up_is_started_again(
    app: Flask, admin: Visitor, specialist: Visitor, page: str
) -> None:
    with app.app_context():
        report_service("plain.poller", False, GIVEN_UP, is_given_up=True)
        db.session.remove()
    assert "Given up after five deaths" in admin.get(page).text
    admin.client.get("/profile")
    specialist.get("/queue")
    assert specialist.post(f"{page}/services/retry", {"service": "poller"}).status_code == 403
    assert admin.post(f"{page}/services/retry", {"service": "poller"}).status_code == 303
    with app.app_context():
        [report] = service_reports("plain")
        assert not report.is_given_up
        assert db.session.get(InstallationFact, wish_key("plain.poller")) is not None
        db.session.remove()
    assert "It is being started again" in admin.get(page).text
    assert admin.post(f"{page}/services/retry", {"service": "poller"}).status_code == 409
    assert "module_service_retried" in journal(app)


def test_calls_of_a_day_are_shown_with_their_durations(app: Flask, admin: Visitor, page: str) -> None:
    manager = new_manager()
    manager.register(SimpleNamespace(intake_fields=hookimpl(lambda kind: 1 / kind and ())), name="plain")
    hooks = Hooks(manager)
    for kind in (1, 1, 1, 0):
        hooks.collect("intake_fields", kind=kind)
    with app.app_context():
        KeepTimings(hooks.all_implementations())(db.engine)
    shown = admin.get(page).text
    line = shown[shown.index("intake_fields</td>") :].partition("</tr>")[0]
    assert ">4<" in line.replace("\n", "").replace(" ", "")
    assert 'text-danger" data-label="Failures">1<' in line
    assert " ms<" in line


def test_the_log_of_a_module_is_shown_without_secrets_and_by_level(app: Flask, admin: Visitor, page: str) -> None:
    keep_log_lines("jobs", ["plain"])
    log = logging.getLogger("dialog.plain")
    log.debug("nobody wants that")
    log.info("took %s", "Bearer abcdefghijklmno")
    logging.getLogger("dialog_plain.work").warning("<b>slow</b>")
    try:
        raise ValueError("gone")
    except ValueError:
        log.exception("it failed")
    flush_incidents()
    shown = admin.get(page).text
    assert "took Bearer [secret]" in shown
    assert "&lt;b&gt;slow" in shown
    assert "ValueError: gone" in shown
    assert "nobody wants that" not in shown
    shown = admin.get(f"{page}/log?level=WARNING").text
    assert "it failed" in shown
    assert "&lt;b&gt;slow" in shown
    assert "took" not in shown.partition("<main")[2]
    assert "slow" not in admin.get(f"{page}/log?level=ERROR").text
    assert admin.get("/modules/nobody/log").status_code == 404


def test_checks_are_shown_and_run_when_asked_for(app: Flask, sqlite_config: Config, page: str) -> None:
    def look(context: object) -> Health:
        return Health(is_ok=False, text="Elsewhere was not reached: timed <out>")

    check = HealthCheck("reachable", {"ru": "Связь", "en": "Connection"}, look)
    with app.app_context():
        manifest = next(row.manifest for row in overview(system_actor()).modules if row.name == "plain")
        db.session.remove()
    loaded = LoadedModule("plain", "dialog-plain", "1.0", "0" * 64, manifest)
    plugin = SimpleNamespace(health_checks=hookimpl(lambda: [check]))
    running = assemble("web", state=BootState.RUNNING, loaded=[(loaded, plugin)])
    with_check = create_app(sqlite_config, running)
    admin = Visitor(with_check)
    admin.sign_in("ada@example.com")
    assert "has not run yet" in admin.get(page).text
    assert "hx-trigger" not in admin.get(f"{page}/work").text
    admin.get(page)
    answer = admin.post(f"{page}/work/run", {"kind": "health", "work": "reachable"})
    assert answer.location.endswith("#work")
    assert 'hx-trigger="load delay:1s"' in admin.get(f"{page}/work").text
    with with_check.app_context():
        [step] = module_steps(running.hooks)
        assert step.run()
        db.session.remove()
    shown = admin.get(f"{page}/work").text
    assert "timed &lt;out&gt;" in shown
    assert "hx-trigger" not in shown
    admin.get(page)
    assert admin.post(f"{page}/work/run", {"kind": "health", "work": "nothing"}).status_code == 404
    with with_check.app_context():
        db.engine.dispose()
