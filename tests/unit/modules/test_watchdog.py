# SPDX-License-Identifier: Apache-2.0
"""The hard limit: a call is interrupted while it runs, and nothing that comes after it ever is."""

from __future__ import annotations

import fcntl
import os
import random
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from dialog_core.clock import now
from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.database.turns import turn_to_write
from dialog_core.hookspecs.channels import Channel, RawInbound
from dialog_core.modules import Hooks
from dialog_core.modules.calls import watchdog
from dialog_core.modules.calls.ledger import LEDGER
from dialog_core.modules.calls.watchdog import Stuck, stuck_call, tell_when_stuck
from tests.unit.modules.conftest import Incidents, hooks

ITEM = RawInbound("b", "1", {}, now())


def channel(name: str) -> Channel:
    return Channel(name, {"ru": name, "en": name}, 100, 100)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the watchdog look often."""
    monkeypatch.setattr(watchdog, "LOOK_SECONDS", 0.002)
    monkeypatch.setattr(watchdog, "AGAIN_SECONDS", 0.05)
    yield
    monkeypatch.setattr(watchdog, "_stuck", None)
    assert not LEDGER.running
    assert not watchdog._strikes


def with_limit(made: Hooks, seconds: float) -> Hooks:
    for item in made.all_implementations():
        item.limit = seconds
    return made


def endless(item: RawInbound) -> None:
    while True:
        sum(range(100))


def test_a_call_that_is_interrupted_while_it_waits_to_write_leaves_no_turn_behind(sqlite_config: Config) -> None:
    engine = open_engine(sqlite_config)
    file = os.open(f"{engine.url.database}.turn", os.O_RDWR | os.O_CREAT)
    fcntl.flock(file, fcntl.LOCK_EX)  # as another process does that writes
    threading.Timer(0.6, fcntl.flock, (file, fcntl.LOCK_UN)).start()

    def writing(item: RawInbound) -> None:
        while True:
            with turn_to_write(engine):
                sum(range(100))
            sum(range(200_000))  # a call is interrupted only here: it must spend its time here, too

    begin = time.monotonic()
    assert with_limit(hooks(bad={"channel_receive": writing}), 0.2).first("channel_receive", item=ITEM) is None
    assert time.monotonic() - begin < 20  # struck several times in vain while it takes its turn
    begin = time.monotonic()
    with turn_to_write(engine):
        os.close(file)
    assert time.monotonic() - begin < 1, "whoever writes next in this process does not wait for somebody who is gone"
    engine.dispose()


def test_an_endless_loop_is_interrupted_and_the_next_module_is_asked(incidents: Incidents) -> None:
    made = with_limit(hooks(bad={"channel_receive": endless}, good={"channel_receive": lambda item: []}), 0.1)
    begin = time.monotonic()
    found = made.first("channel_receive", item=ITEM)
    assert found is not None
    assert found.module == "good"
    assert time.monotonic() - begin < 20  # struck several times in vain while it takes its turn
    [(module, place, summary, _)] = incidents()
    assert (module, place) == ("bad", "hook channel_receive")
    assert summary == "Interrupted: it took longer than 0.1 s and was interrupted"
    assert made.is_resting("channel_receive", module="bad"), "one call that hangs is enough"


def test_no_interruption_comes_after_its_call() -> None:
    """Thousands of calls that end just about when their time is over."""
    limit, problems, ended = 0.003, [], []

    def spin(item: RawInbound) -> list[Any]:
        until = time.perf_counter() + random.uniform(0, 2 * limit)
        while time.perf_counter() < until:
            pass
        return []

    made = with_limit(hooks(a={"channel_receive": spin}), limit)
    item = next(item for item in made.all_implementations())

    def call(times: int) -> None:
        try:
            for _ in range(times):
                item.breaker.is_open = False
                made.first("channel_receive", item=ITEM)
                sum(range(50))  # whatever comes late would hit here
            ended.append(times)
        except BaseException as error:  # noqa: BLE001 - this is what must not happen
            problems.append(error)

    threads = [threading.Thread(target=call, args=(1000,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert problems == []
    assert sum(ended) == 4000
    assert item.timing.calls == 4000
    assert 0 < item.timing.failures < 4000
    assert stuck_call() is None


def test_what_swallows_the_interruption_is_interrupted_again(incidents: Incidents) -> None:
    tries = []

    def stubborn(item: RawInbound) -> None:
        while len(tries) < 3:
            try:
                endless(item)
            except BaseException as error:  # noqa: BLE001 - as careless as a module may be
                tries.append(error)

    with_limit(hooks(bad={"channel_receive": stubborn}), 0.05).first("channel_receive", item=ITEM)
    assert len(tries) == 3
    assert incidents()[0][2].startswith("Interrupted:"), "it returned as if nothing had been, and is a failure still"


def test_a_call_that_does_not_end_makes_the_process_stuck(
    monkeypatch: pytest.MonkeyPatch, incidents: Incidents
) -> None:
    monkeypatch.setattr(watchdog, "GRACE_SECONDS", 0.1)
    told: list[Stuck] = []
    tell_when_stuck(told.append)
    with_limit(hooks(bad={"channel_receive": lambda item: time.sleep(0.6)}), 0.05).first("channel_receive", item=ITEM)
    [stuck] = told
    assert (stuck.item.module, stuck.item.hook) == ("bad", "channel_receive")
    assert "time.sleep(0.6)" in stuck.stack
    assert stuck_call() is stuck
    assert incidents()[0][2].startswith("Interrupted:")


def test_the_outer_call_is_interrupted_whatever_it_calls_inside(incidents: Incidents) -> None:
    inner = hooks(inner={"channel_receive": endless})

    def calling(item: RawInbound) -> Any:
        return inner.first("channel_receive", item=item)

    outer = with_limit(hooks(outer={"channel_receive": calling}), 0.1)
    assert outer.first("channel_receive", item=ITEM) is None
    assert [row[0] for row in incidents()] == ["outer"]
    assert not inner.is_resting("channel_receive", module="inner")


def test_an_inner_call_is_interrupted_and_the_outer_goes_on(incidents: Incidents) -> None:
    inner = with_limit(hooks(inner={"channel_receive": endless}), 0.05)
    outer = hooks(outer={"channels": lambda: [channel(str(inner.first("channel_receive", item=ITEM)))]})
    assert [found.value.name for found in outer.collect("channels")] == ["None"]
    assert "inner" in {row[0] for row in incidents()}
    assert {row[0] for row in incidents() if row[2].startswith("Interrupted")} == {"inner"}


def test_a_module_cannot_pass_for_the_watchdog(incidents: Incidents) -> None:
    def forged(item: RawInbound) -> None:
        raise watchdog.Interrupted

    assert hooks(bad={"channel_receive": forged}).first("channel_receive", item=ITEM) is None
    assert len(incidents()) == 1


def test_after_a_fork_the_watchdog_begins_anew() -> None:
    def made() -> Hooks:
        return with_limit(hooks(bad={"channel_receive": endless}), 0.1)

    made().first("channel_receive", item=ITEM)
    pid = os.fork()
    if pid == 0:
        begin = time.monotonic()
        made().first("channel_receive", item=ITEM)
        os._exit(0 if time.monotonic() - begin < 5 else 1)
    until = time.monotonic() + 20
    while (found := os.waitpid(pid, os.WNOHANG)) == (0, 0):
        if time.monotonic() > until:
            os.kill(pid, 9)
        time.sleep(0.05)
    assert found[1] == 0
