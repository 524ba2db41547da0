# SPDX-License-Identifier: Apache-2.0
"""What processes find out about modules, in the database and in files beside it, on both databases."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine

from dialog_core.clock import now
from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.hookspecs import hookimpl
from dialog_core.hookspecs.channels import RawInbound
from dialog_core.modules import Hooks, flush_incidents, keep_incidents, new_manager
from dialog_core.modules.calls.bookkeeping import keep_books
from dialog_core.modules.calls.breaker_rows import TryNow, read_breakers, take_over, wish_to_try
from dialog_core.modules.calls.ledger import calls_of_dead, stuck_processes
from dialog_core.modules.calls.timing_rows import KeepTimings, read_timings
from dialog_core.modules.own_connection import begin_write
from dialog_core.modules.reports.strikes import Kind, count_strikes

ITEM = RawInbound("b", "1", {}, now())


@pytest.fixture
def engine(any_config: Config) -> Iterator[Engine]:
    found = open_engine(any_config)
    yield found
    found.dispose()


def fragile(answer: Any) -> Hooks:
    """Return hooks of one module whose implementation raises what it is given, or returns it."""

    @hookimpl
    def channel_receive(item: RawInbound) -> Any:
        if isinstance(answer[0], Exception):
            raise answer[0]
        return answer[0]

    manager = new_manager()
    manager.register(SimpleNamespace(channel_receive=channel_receive), name="fragile")
    return Hooks(manager)


def test_a_pause_is_seen_taken_over_by_others_and_ended_by_an_administrator(any_config: Config, engine: Engine) -> None:
    keep_incidents(any_config)
    answer: list[Any] = [ValueError("Bearer abcdefghijkl is wrong")]
    hooks = fragile(answer)
    for _ in range(8):
        hooks.first("channel_receive", item=ITEM)
    flush_incidents()
    with engine.connect() as connection:
        [row] = read_breakers(connection, "fragile")
        assert row.is_resting
        assert "[secret]" in row.problem
        assert count_strikes(connection, now().replace(year=2000)) == {("fragile", Kind.PAUSE): 1}
        later = fragile(answer)
        take_over(later.all_implementations(), [row])
    assert later.is_resting("channel_receive", module="fragile")
    answer[0] = []
    with begin_write(engine) as connection:
        assert wish_to_try(connection, module="fragile", hook="channel_receive")  # type: ignore[arg-type]
        assert not wish_to_try(connection, module="fragile", hook="channels")  # type: ignore[arg-type]
    try_now = TryNow(later.all_implementations())
    try_now(engine)
    assert later.first("channel_receive", item=ITEM) is not None
    flush_incidents()
    with engine.connect() as connection:
        assert [row.is_open for row in read_breakers(connection)] == [False]


def test_timings_of_several_processes_add_up(engine: Engine) -> None:
    first, second = fragile([[]]), fragile([ValueError("no")])
    chores = [KeepTimings(hooks.all_implementations()) for hooks in (first, second)]
    for _ in range(3):
        for hooks, chore in zip((first, second), chores, strict=True):
            hooks.first("channel_receive", item=ITEM)
            chore(engine)
            chore(engine)
    with engine.connect() as connection:
        [view] = read_timings(connection, "fragile")
    assert (view.hook, view.calls, view.failures, view.skipped) == ("channel_receive", 6, 3, 0)
    assert view.p50 is not None
    assert view.p95 is not None
    assert 0 < view.p50 <= view.p95 < 1


def test_the_parent_learns_what_ran_when_a_process_died(sqlite_config: Config) -> None:
    program = """
        import os, sys
        from types import SimpleNamespace
        from dialog_core.config import Config
        from dialog_core.database import open_engine
        from dialog_core.hookspecs import hookimpl
        from dialog_core.modules import Hooks, new_manager
        from dialog_core.modules.calls.bookkeeping import keep_books
        from dialog_core.modules.calls.ledger import LEDGER

        @hookimpl
        def intake_fields(kind):
            if kind == "die":
                os._exit(9)
            if kind == "stuck":
                LEDGER.say_stuck()
                print("stuck", flush=True)
                sys.stdin.read()
            return ()

        config = Config.from_environment()
        manager = new_manager()
        manager.register(SimpleNamespace(intake_fields=intake_fields), name="deadly")
        hooks = Hooks(manager)
        keep_books(config, open_engine(config), hooks.all_implementations())
        hooks.collect("intake_fields", kind="live")
        hooks.collect("intake_fields", kind=sys.argv[1])
    """
    environ = {**os.environ, "DIALOG_HOME": str(sqlite_config.home)}

    def start(kind: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(program), kind], env=environ, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    with start("die") as process:
        assert process.wait(30) == 9
    assert list(calls_of_dead(sqlite_config.home)) == [(process.pid, [("deadly", "intake_fields")])]
    assert list(calls_of_dead(sqlite_config.home)) == []
    with start("stuck") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "stuck\n"
        assert stuck_processes(sqlite_config.home) == {process.pid}
        process.kill()
        process.wait()
    assert stuck_processes(sqlite_config.home) == set()
    with start("live") as process:
        process.communicate("")
    found = dict(calls_of_dead(sqlite_config.home))
    assert found[process.pid] == []


def test_books_that_cannot_be_kept_keep_nobody_from_working(sqlite_config: Config) -> None:
    (sqlite_config.home / "calls").write_text("a file in the place of the folder")
    hooks = fragile([[]])
    engine = open_engine(sqlite_config)
    keep_books(sqlite_config, engine, hooks.all_implementations())
    engine.dispose()
    assert hooks.first("channel_receive", item=ITEM) is not None
