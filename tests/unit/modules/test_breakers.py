# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import dataclass

import pytest

from dialog_core.modules.calls.breakers import FAILURES, FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, Breaker, Pause
from dialog_core.modules.calls.timings import BOUNDS, Timing, quantile


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    time: float = 1000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def timing() -> Timing:
    return Timing()


@pytest.fixture
def breaker(clock: Clock, timing: Timing) -> Breaker:
    return Breaker(timing, clock)


def fail(breaker: Breaker, timing: Timing, times: int = 1) -> list[Pause | None]:
    found = []
    for _ in range(times):
        timing.note(0.001)
        found.append(breaker.failed())
    return found


def test_it_opens_after_enough_failures_and_tries_once_when_the_pause_is_over(
    breaker: Breaker, timing: Timing, clock: Clock
) -> None:
    assert fail(breaker, timing, FAILURES) == [None] * (FAILURES - 1) + [Pause(1, FIRST_PAUSE_SECONDS)]
    assert breaker.is_open
    assert not breaker.lets_through()
    assert breaker.resting_seconds() == FIRST_PAUSE_SECONDS
    clock.time += FIRST_PAUSE_SECONDS
    assert [breaker.lets_through() for _ in range(3)] == [True, False, False]
    assert breaker.succeeded()
    assert not breaker.is_open
    assert breaker.lets_through()


def test_each_pause_is_longer_and_after_a_calm_time_short_again(breaker: Breaker, timing: Timing, clock: Clock) -> None:
    fail(breaker, timing, FAILURES)
    pauses = []
    for _ in range(6):
        clock.time += breaker.resting_seconds()
        assert breaker.lets_through()
        [pause] = fail(breaker, timing)
        assert pause is not None
        pauses.append(pause.seconds)
    assert pauses == [30.0, 90.0, 270.0, *[LONGEST_PAUSE_SECONDS] * 3]
    clock.time += breaker.resting_seconds()
    assert breaker.lets_through()
    assert breaker.succeeded()
    clock.time += 700
    assert fail(breaker, timing, FAILURES)[-1] == Pause(1, FIRST_PAUSE_SECONDS)


def test_failures_that_are_old_or_rare_open_nothing(breaker: Breaker, timing: Timing, clock: Clock) -> None:
    for _ in range(20):
        assert fail(breaker, timing) == [None]
        clock.time += 16
    clock.time += 100
    for _ in range(20):
        assert fail(breaker, timing) == [None]
        for _ in range(20):
            timing.note(0.001)


def test_calls_under_way_when_it_opens_do_not_lengthen_the_pause(
    breaker: Breaker, timing: Timing, clock: Clock
) -> None:
    fail(breaker, timing, FAILURES)
    assert fail(breaker, timing, 3) == [None] * 3
    assert not breaker.succeeded()
    assert breaker.resting_seconds() == FIRST_PAUSE_SECONDS
    clock.time += FIRST_PAUSE_SECONDS
    assert breaker.lets_through()


def test_a_hang_opens_it_at_once_and_an_administrator_ends_the_pause(breaker: Breaker, timing: Timing) -> None:
    timing.note(2.0)
    assert breaker.failed(at_once=True) == Pause(1, FIRST_PAUSE_SECONDS)
    assert not breaker.lets_through()
    breaker.try_now()
    assert [breaker.lets_through() for _ in range(2)] == [True, False]


def test_a_pause_of_another_process_is_taken_over(breaker: Breaker, timing: Timing, clock: Clock) -> None:
    breaker.open_for(40.0, trips=2)
    assert not breaker.lets_through()
    clock.time += 40
    assert breaker.lets_through()
    assert fail(breaker, timing) == [Pause(3, 90.0)]


def test_quantiles_lie_in_the_bucket_of_their_call(timing: Timing) -> None:
    assert quantile(timing.buckets, 0.5) is None
    for _ in range(90):
        timing.note(0.0005)
    for _ in range(10):
        timing.note(0.9)
    half, most = quantile(timing.buckets, 0.5), quantile(timing.buckets, 0.95)
    assert half is not None
    assert most is not None
    assert 0.00032 < half <= 0.00064
    assert 0.65 < most <= 1.4
    timing.note(1000.0)
    assert quantile(timing.buckets, 1.0) == BOUNDS[-1]


def test_only_what_is_new_is_taken(timing: Timing) -> None:
    assert timing.take_new() is None
    timing.note(0.0)
    timing.failures += 1
    found = timing.take_new()
    assert found is not None
    assert (sum(found[0]), *found[1:]) == (1, 1, 0)
    timing.skipped += 1
    assert timing.take_new() == ([0] * (len(BOUNDS) + 1), 0, 1)
    assert timing.take_new() is None
