# SPDX-License-Identifier: Apache-2.0
"""Modules that update themselves: real wheels, real changes, both databases, and a clock that the test sets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from dialog_core import clock
from dialog_core.config import Config
from dialog_core.database import db, write
from dialog_core.errors import NotAllowedNow, NotFound, NotPermitted, WrongValue
from dialog_core.modules import (
    Action,
    Verb,
    list_changes,
    list_policies,
    list_updates,
    overview,
    request_change,
    retry_update,
    set_policy,
    set_update_window,
    update_modules,
    waiting_updates,
)
from dialog_core.modules.changes.applying import apply_change
from dialog_core.modules.models import StoredWheel
from dialog_core.modules.reports.incidents import report_incident
from dialog_core.modules.reports.writer import flush_incidents, keep_incidents
from dialog_core.modules.updates import updating
from dialog_core.staff import Actor, ActorKind, system_actor
from tests.functional.modules.conftest import run_command
from tests.small_wheels import list_catalog, module

NIGHT = datetime(2026, 3, 3, 0, 30, tzinfo=UTC)  # 03:30 in Moscow, a Tuesday


class Diary:
    """A module of the catalog, of which new versions appear, and a clock."""

    def __init__(self, config: Config, catalog: Path) -> None:
        self.config = config
        self.catalog = catalog
        self.time = NIGHT
        self.me = system_actor("test")

    def publish(self, version: str, *, code: str = "", toml: str = "") -> None:
        """Put a version into the catalog."""
        module(self.catalog, "diary", version, code=code, toml=toml)
        list_catalog(self.catalog)

    def install(self, *verbs: Verb) -> None:
        """Install the newest version by hand."""
        change = request_change(self.me, actions=[Action(verb, "diary") for verb in (Verb.INSTALL, *verbs)])
        view = apply_change(self.config, change)
        assert view.state == "done", view.problem

    def work(self) -> None:
        """Do what job process and worker would do now."""
        for _ in range(20):
            did = update_modules()
            for change in list_changes(self.me, limit=5):
                if not change.ended:
                    apply_change(self.config, change.id)
                    did = True
            if not did:
                return
        raise AssertionError("it never comes to rest")

    def later(self, **span: float) -> None:
        """Let time go by, and work."""
        self.time += timedelta(**span)
        self.work()

    @property
    def version(self) -> str | None:
        """Which version is installed."""
        return next(row.version for row in overview(self.me).modules if row.name == "diary")

    @property
    def states(self) -> list[tuple[str, str]]:
        """Version and state of each update, oldest first."""
        return [(view.new_version, view.state) for view in reversed(list_updates(self.me))]


@pytest.fixture
def diary(any_core: Flask, any_config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Diary]:
    """Return a platform on which version 1.0.0 is enabled and may be corrected by itself."""
    catalog = tmp_path / "catalog"
    catalog.mkdir()
    monkeypatch.setenv("DIALOG_CATALOG", str(catalog))
    found = Diary(any_config, catalog)
    keep_incidents(any_config)
    with clock.set_to(lambda: found.time):
        found.publish("1.0.0")
        found.install(Verb.ENABLE)
        set_policy(found.me, module="diary", policy="patch")
        yield found


def test_a_correction_comes_by_itself_in_the_window_and_is_kept(diary: Diary) -> None:
    diary.publish("1.0.1")
    diary.publish("1.1.0")
    diary.later(hours=3)  # 06:30: the window is closed
    assert (diary.version, diary.states) == ("1.0.0", [])
    diary.later(hours=21)
    assert (diary.version, diary.states) == ("1.0.1", [("1.0.1", "watching")])
    newest = list_changes(diary.me, limit=1)[0]
    assert newest.reason == "automatic update from 1.0.0 to 1.0.1 (policy: patch)"
    row = next(row for row in overview(diary.me).modules if row.name == "diary")
    assert row.is_enabled
    diary.later(minutes=29)
    assert diary.states == [("1.0.1", "watching")]
    diary.later(minutes=2)
    assert diary.states == [("1.0.1", "kept")]
    set_policy(diary.me, module="diary", policy="off")
    diary.publish("1.0.2")
    diary.later(minutes=1)
    assert diary.version == "1.0.1"
    set_policy(diary.me, module="diary", policy="minor")
    diary.later(minutes=1)
    assert diary.version == "1.1.0"


def test_a_version_that_fails_more_is_taken_back_and_not_tried_again(diary: Diary) -> None:
    report_incident("diary", "hook", ValueError("known since long"))
    flush_incidents()
    diary.time += timedelta(minutes=1)
    diary.publish("1.0.1")
    diary.work()
    assert diary.version == "1.0.1"
    diary.time += timedelta(minutes=5)
    for _ in range(5):
        report_incident("diary", "hook", ValueError("known since long"))
    flush_incidents()
    diary.work()
    assert diary.states == [("1.0.1", "watching")]
    for _ in range(3):
        report_incident("diary", "another hook", RuntimeError("new"))
    flush_incidents()
    diary.work()
    assert (diary.version, diary.states) == ("1.0.0", [("1.0.1", "returned")])
    (view,) = list_updates(diary.me)
    assert view.is_blocked
    assert "new failures" in view.problem
    assert list_changes(diary.me, limit=1)[0].reason == "back from 1.0.1 to 1.0.0: 3 new failures after the update"
    diary.later(days=1)
    assert diary.version == "1.0.0"
    retry_update(diary.me, update=view.id)
    with pytest.raises(NotFound):
        retry_update(diary.me, update=view.id)
    diary.later(minutes=1)
    assert (diary.version, diary.states) == ("1.0.1", [("1.0.1", "again"), ("1.0.1", "watching")])


def _fail(module: str, times: int) -> None:
    for _ in range(times):
        report_incident(module, "another hook", RuntimeError("new"))
    flush_incidents()


def test_a_way_back_that_is_refused_ends_the_watch(diary: Diary) -> None:
    diary.publish("1.0.1")
    diary.work()
    assert diary.states == [("1.0.1", "watching")]
    with write() as session:  # as if its index had gone: nobody vouches for it any more
        session.execute(update(StoredWheel).where(StoredWheel.version == "1.0.0").values(source="upload"))
    diary.time += timedelta(minutes=1)
    _fail("diary", 3)
    diary.work()
    assert (diary.version, diary.states) == ("1.0.1", [("1.0.1", "failed")])
    assert "Confirm this with your password" in list_updates(diary.me)[0].problem


def test_what_an_administrator_does_meanwhile_counts_for_more(diary: Diary, monkeypatch: pytest.MonkeyPatch) -> None:
    diary.publish("1.0.1")
    diary.work()
    diary.time += timedelta(minutes=1)
    _fail("diary", 3)
    remove = [Action(Verb.REMOVE, "diary")]
    change = request_change(diary.me, actions=remove)
    assert not update_modules(), "the way back waits for the administrator's change"
    assert apply_change(diary.config, change).state == "done"
    diary.work()
    assert diary.states == [("1.0.1", "kept")]
    diary.install(Verb.ENABLE)
    diary.publish("1.0.2")
    plan_first = updating.make_plan

    def planned(*arguments: Any) -> Any:
        found = plan_first(*arguments)
        apply_change(diary.config, request_change(diary.me, actions=remove))
        return found

    monkeypatch.setattr(updating, "make_plan", planned)
    update_modules()
    assert diary.states[-1] == ("1.0.2", "refused")
    assert [row.version for row in overview(diary.me).modules if row.name == "diary"] == [None]
    assert [item.id for item in list_changes(diary.me, limit=9) if not item.ended] == []


def test_a_version_that_does_not_start_leaves_everything_as_it_was(diary: Diary) -> None:
    diary.publish("1.0.1", code="raise RuntimeError('torn')")
    diary.work()
    assert (diary.version, diary.states) == ("1.0.0", [("1.0.1", "failed")])
    assert "torn" in list_updates(diary.me)[0].problem
    diary.later(days=1)
    assert len(diary.states) == 1
    diary.publish("1.0.2")
    diary.later(minutes=1)
    assert diary.version == "1.0.2"


def test_a_new_capability_waits_for_the_administrator(diary: Diary) -> None:
    diary.publish("1.0.1", toml='[capabilities]\nhosts = ["example.org"]\n')
    diary.work()
    assert diary.version == "1.0.0"
    (waiting,) = waiting_updates(diary.me)
    assert waiting.asks == [{"what": "hosts", "values": ["example.org"]}]
    diary.later(days=1)
    assert len(diary.states) == 1
    assert diary.version == "1.0.0"
    diary.install()
    diary.later(days=1)
    assert (diary.version, waiting_updates(diary.me)) == ("1.0.1", [])


def test_what_needs_a_newer_platform_is_refused_and_looked_at_again(diary: Diary) -> None:
    module(diary.catalog, "diary", "1.0.1", requires=["dialog-platform >= 99"])
    list_catalog(diary.catalog)
    diary.work()
    assert diary.states == [("1.0.1", "refused")]
    assert "Upgrade the platform first" in list_updates(diary.me)[0].problem
    diary.later(hours=1)
    assert len(diary.states) == 1
    diary.later(hours=23)
    assert len(diary.states) == 2


def test_policies_and_window_are_for_those_who_manage_modules(diary: Diary) -> None:
    nobody = Actor(ActorKind.STAFF, "N", 1, frozenset())
    for act in (
        lambda: set_policy(nobody, module="diary", policy="minor"),
        lambda: set_update_window(nobody, days=[1], start="01:00", end="02:00"),
        lambda: retry_update(nobody, update=1),
        lambda: list_updates(nobody),
    ):
        with pytest.raises(NotPermitted):
            act()
    with pytest.raises(WrongValue):
        set_policy(diary.me, module="diary", policy="always")
    with pytest.raises(NotAllowedNow):
        set_policy(diary.me, module="nothing", policy="patch")
    assert list_policies(diary.me) == {"diary": "patch"}
    set_update_window(diary.me, days=[5], start="01:00", end="02:00")
    diary.publish("1.0.1")
    diary.work()
    assert diary.states == []
    db.session.rollback()


def test_the_documented_commands_set_policy_and_window(
    sqlite_config: Config, module_catalog: Callable[..., Path]
) -> None:
    module_catalog("gateway")
    assert run_command(sqlite_config, "install", "gateway").code == 0
    page = (Path(__file__).resolve().parents[3] / "docs" / "upgrading.md").read_text()
    commands = re.findall(r"^    dialog module ((?:policy|window|updates).*)$", page, re.MULTILINE)
    assert len(commands) == 3
    policy, window, updates = (
        run_command(sqlite_config, *command.replace("telegram", "gateway").split()) for command in commands
    )
    assert policy.json == {"gateway": "patch"}
    assert window.json == {"days": [0, 1, 2, 3], "start": "01:00", "end": "04:00"}
    assert updates.json == []
    assert run_command(sqlite_config, "window", "--days", "someday").code != 0
