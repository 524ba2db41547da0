# SPDX-License-Identifier: Apache-2.0
"""The job loop: steps run side by side, failures are retried, a lease keeps other processes out."""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from flask import Flask, current_app
from sqlalchemy import Engine

from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.jobs import JobLoop, Step, acquire, release


@pytest.fixture
def engine(sqlite_config: Config) -> Iterator[Engine]:
    """Return the connection pool of the leases."""
    found = open_engine(sqlite_config)
    yield found
    found.dispose()


@pytest.fixture
def run_steps(engine: Engine) -> Iterator[Callable[..., JobLoop]]:
    """Return a function that runs steps until the test ends."""
    loops: list[JobLoop] = []

    def run(*steps: Step, owner: str = "here|1|1") -> JobLoop:
        loop = JobLoop(steps, app=Flask("test"), engine=engine, owner=owner, generation=3)
        loops.append(loop)
        loop.start()
        return loop

    yield run
    for loop in loops:
        loop.stop()


def test_a_slow_step_stops_no_other(run_steps: Callable[..., JobLoop]) -> None:
    free = threading.Event()
    turns = _Turns()
    run_steps(Step("slow", lambda: free.wait(10)), Step("quick", turns))
    turns.wait_for(20)
    free.set()


def test_work_is_done_without_idle_pauses_and_looked_for_rarely(run_steps: Callable[..., JobLoop]) -> None:
    busy, idle = _Turns(answer=True), _Turns(answer=False)
    run_steps(Step("busy", busy), Step("idle", idle))
    time.sleep(1.0)
    assert busy.count > 10 * idle.count
    assert 2 <= idle.count <= 7


def test_a_step_has_an_application_context(run_steps: Callable[..., JobLoop]) -> None:
    names: list[str] = []

    def note() -> bool:
        names.append(current_app.name)
        return False

    run_steps(Step("note", note))
    _wait(lambda: bool(names))
    assert names[0] == "test"


def test_a_failing_step_is_tried_again_later_each_time(
    run_steps: Callable[..., JobLoop], caplog: pytest.LogCaptureFixture
) -> None:
    at: list[float] = []

    def fail() -> bool:
        at.append(time.monotonic())
        if len(at) == 3:
            raise SystemExit("even this")
        raise ValueError("no")

    with caplog.at_level(logging.ERROR, logger="dialog.jobs"):
        run_steps(Step("fail", fail))
        _wait(lambda: len(at) == 4)
    pauses = [later - earlier for earlier, later in itertools.pairwise(at)]
    assert pauses == sorted(pauses)
    assert "fail failed, tried again in 0.5 s" in caplog.text


def test_a_lease_lets_one_process_work(run_steps: Callable[..., JobLoop], engine: Engine) -> None:
    first, second = _Turns(), _Turns()
    one = run_steps(Step("inbox", first, lease="inbox"), owner="a|1|1")
    first.wait_for(1)
    run_steps(Step("inbox", second, lease="inbox"), owner="b|1|1")
    first.wait_for(10)
    assert second.count == 0
    assert one.stop()
    second.wait_for(1)
    assert first.count > 0


def test_a_step_that_is_seldom_due_does_not_keep_its_lease(run_steps: Callable[..., JobLoop], engine: Engine) -> None:
    turns = _Turns(answer=False)
    run_steps(Step("tidy", turns, idle=30.0, lease="tidy"))
    turns.wait_for(1)
    _wait(lambda: acquire(engine, name="tidy", owner="b|1|1") is not None)
    release(engine, name="tidy", owner="b|1|1", fence=2)


def test_stopping_tells_whether_everything_ended(run_steps: Callable[..., JobLoop]) -> None:
    free = threading.Event()
    loop = run_steps(Step("stuck", lambda: free.wait(20)))
    time.sleep(0.1)
    assert not loop.stop(seconds=0.2)
    free.set()
    assert loop.stop()


class _Turns:
    def __init__(self, *, answer: bool = True) -> None:
        self.count = 0
        self._answer = answer

    def __call__(self) -> bool:
        self.count += 1
        return self._answer

    def wait_for(self, count: int) -> None:
        _wait(lambda: self.count >= count)


def _wait(check: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not check():
        assert time.monotonic() < until
        time.sleep(0.01)
