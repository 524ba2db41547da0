# SPDX-License-Identifier: Apache-2.0
"""The platform judges modules by strikes: it switches off what goes on doing harm, and takes young changes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from dialog_core.clock import now
from dialog_core.config import Config
from dialog_core.database import db, write
from dialog_core.events.models import Event
from dialog_core.modules import apply_when_free, close_notice, open_notices, overview, plain_app
from dialog_core.modules.calls.breaker_rows import BreakerReport, read_breakers
from dialog_core.modules.calls.breakers import Pause
from dialog_core.modules.models import DataStep, Generation, ModuleChange, NodeProcess
from dialog_core.modules.recovery.quarantine import TOLERANCES, quarantine_modules
from dialog_core.modules.recovery.watching import WATCH, watch_change
from dialog_core.modules.reports.strikes import Kind, StrikeReport, count_strikes
from dialog_core.staff import system_actor
from tests.functional.modules.conftest import Dialog

Catalog = Callable[..., Path]


@pytest.fixture
def platform(sqlite_config: Config, assembled: Callable[..., None]) -> Iterator[Flask]:
    """Return an application on a database where the module plain is on, since just now."""
    assembled("install plain", "enable plain", catalog=("plain",))
    app = plain_app(sqlite_config)
    with app.app_context():
        with write() as session:
            session.execute(update(Generation).where(Generation.activated_at.is_not(None)).values(activated_at=now()))
        yield app
        db.session.remove()
        db.engine.dispose()


def strike(kind: Kind, times: int, module: str = "plain") -> None:
    with write() as session:
        for _ in range(times):
            StrikeReport(module, kind, "hook channels", "no").write(session.connection())


def grow_old() -> None:
    with write() as session:
        session.execute(update(Generation).values(activated_at=now() - WATCH - timedelta(seconds=1)))


def state(name: str = "plain") -> str:
    return next(row.state for row in overview(system_actor()).modules if row.name == name)


def journal() -> list[str]:
    return list(db.session.scalars(select(Event.kind).order_by(Event.id)))


@pytest.mark.parametrize("kind", Kind)
def test_a_module_with_a_strike_too_many_is_switched_off_and_comes_back_by_a_person_only(
    platform: Flask, sqlite_config: Config, dialog: Dialog, kind: Kind
) -> None:
    grow_old()
    strike(kind, TOLERANCES[kind].strikes - 1)
    strike(kind, 99, module="nobody")
    assert quarantine_modules() == []
    strike(kind, 1)
    assert quarantine_modules() == ["plain"]
    assert quarantine_modules() == [], "one change is waited for at a time"
    [notice] = open_notices(system_actor())
    assert (notice.module, notice.kind, notice.values) == (
        "plain",
        "quarantined",
        {"count": TOLERANCES[kind].strikes},
    )
    assert notice.change is not None
    assert "module_quarantined" in journal()
    view = apply_when_free(sqlite_config, notice.change)
    assert (view.state, view.requested_by) == ("done", "Dialog")
    assert state() == "disabled"
    assert quarantine_modules() == []
    assert [item.module for item in open_notices(system_actor())] == ["plain"]
    assert dialog("enable", "plain").code == 0
    assert open_notices(system_actor()) == []
    with db.engine.connect() as connection:
        assert ("plain", kind) not in count_strikes(connection, now() - timedelta(days=1))
    grow_old()
    assert quarantine_modules() == []


def test_a_change_that_turns_out_broken_is_taken_back(platform: Flask) -> None:
    strike(Kind.DEATH, 1)
    assert watch_change("here") is None
    strike(Kind.PAUSE, 1)
    before = overview(system_actor()).generation
    assert watch_change("here") == (before or 0) - 1
    assert state() == "disabled"
    [notice] = open_notices(system_actor())
    assert (notice.module, notice.kind) == ("plain", "returned")
    change: Any = db.session.execute(
        select(ModuleChange.state, ModuleChange.problem).order_by(ModuleChange.id.desc())
    ).first()
    assert change.state == "failed"
    assert "taken back" in change.problem
    assert watch_change("here") is None, "what runs again is not watched"
    close_notice(system_actor(), notice=notice.id)
    assert open_notices(system_actor()) == []


def test_a_change_that_deleted_data_is_not_taken_back(platform: Flask) -> None:
    wanted = overview(system_actor()).generation
    with write() as session:
        session.add(DataStep(module="plain", kind="purged", revision="", generation_id=wanted, at=now()))
    strike(Kind.DEATH, 2)
    assert watch_change("here") is None
    assert (overview(system_actor()).generation, state()) == (wanted, "enabled")


def test_what_is_old_is_not_taken_back(platform: Flask) -> None:
    grow_old()
    strike(Kind.DEATH, 2)
    assert watch_change("here") is None


def test_a_change_is_taken_back_when_processes_cannot_start_with_it_any_more(platform: Flask) -> None:
    wanted = overview(system_actor()).generation
    with write() as session:
        for pid, run, how in ((1, wanted, "running"), (2, None, "core"), (3, 1, "fallback")):
            session.add(
                NodeProcess(
                    node="there", pid=pid, role="web", generation_id=run, wanted_id=wanted, state=how,
                    problem="the module plain does not start" if how != "running" else "",
                    started_at=now(), seen_at=now(),
                )
            )  # fmt: skip
    assert watch_change("here") is not None
    assert "does not start" in open_notices(system_actor())[0].values["reason"]


def test_pauses_of_hooks_are_forgiven_with_the_rest(platform: Flask, dialog: Dialog) -> None:
    with write() as session:
        BreakerReport("plain", "channels", Pause(1, 500.0), "no").write(session.connection())
    assert dialog("disable", "plain").code == 0
    assert dialog("enable", "plain").code == 0
    with db.engine.connect() as connection:
        assert read_breakers(connection) == []
