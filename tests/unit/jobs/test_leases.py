# SPDX-License-Identifier: Apache-2.0
"""Leases: one holder at a time, on both databases, with several processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from sqlalchemy import Engine, select

from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.installation.models import Lease
from dialog_core.jobs import acquire, is_gone, owner_here, release, renew

HOLDER = """
import sys
from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.jobs import acquire, owner_here
engine = open_engine(Config.from_environment())
fence = acquire(engine, name="poller", owner=owner_here(sys.argv[1]), seconds=60)
print(fence, flush=True)
sys.stdin.read()
"""
RACER = """
import sys
from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.jobs import acquire, owner_here, release
engine = open_engine(Config.from_environment())
owner = owner_here("somewhere")
for _ in range(40):
    fence = acquire(engine, name="race", owner=owner, seconds=60)
    if fence is not None:
        print(fence, flush=True)
        release(engine, name="race", owner=owner, fence=fence)
"""


@pytest.fixture
def engine(any_config: Config) -> Iterator[Engine]:
    """Return a connection pool of either database."""
    found = open_engine(any_config)
    yield found
    found.dispose()


def test_a_lease_has_one_owner(engine: Engine) -> None:
    assert acquire(engine, name="poller", owner="a|1|1", generation=7) == 1
    assert acquire(engine, name="poller", owner="b|1|1") is None
    assert acquire(engine, name="other", owner="b|1|1") == 1
    assert acquire(engine, name="poller", owner="a|1|1") == 1
    assert renew(engine, name="poller", owner="a|1|1", fence=1)
    assert not renew(engine, name="poller", owner="b|1|1", fence=1)
    assert not renew(engine, name="poller", owner="a|1|1", fence=2)


def test_a_lease_that_was_given_back_is_free_and_the_fence_grows(engine: Engine) -> None:
    assert acquire(engine, name="poller", owner="a|1|1") == 1
    release(engine, name="poller", owner="b|1|1", fence=1)
    assert acquire(engine, name="poller", owner="b|1|1") is None
    release(engine, name="poller", owner="a|1|1", fence=1)
    assert acquire(engine, name="poller", owner="b|1|1") == 2
    assert not renew(engine, name="poller", owner="a|1|1", fence=1)


def test_an_expired_lease_is_lost_to_its_owner_and_goes_to_the_next(engine: Engine) -> None:
    assert acquire(engine, name="poller", owner="a|1|1", seconds=0.3) == 1
    assert acquire(engine, name="poller", owner="b|1|1") is None
    time.sleep(0.4)
    assert not renew(engine, name="poller", owner="a|1|1", fence=1)
    assert acquire(engine, name="poller", owner="b|1|1", generation=9) == 2
    with engine.connect() as connection:
        assert connection.execute(select(Lease.owner, Lease.generation)).one() == ("b|1|1", 9)


def test_the_lease_of_a_killed_process_of_this_node_is_free_at_once(engine: Engine, any_config: Config) -> None:
    holder = _start(any_config, HOLDER, "here")
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "1\n"
        assert acquire(engine, name="poller", owner=owner_here("here")) is None
        holder.kill()
        holder.wait()
        assert acquire(engine, name="poller", owner=owner_here("elsewhere")) is None
        assert acquire(engine, name="poller", owner=owner_here("here")) == 2
    finally:
        _end(holder)


def test_of_many_processes_each_fence_goes_to_one(engine: Engine, any_config: Config) -> None:
    racers = [_start(any_config, RACER) for _ in range(4)]
    try:
        fences = [int(line) for racer in racers for line in racer.communicate(timeout=60)[0].split()]
    finally:
        for racer in racers:
            _end(racer)
    assert [racer.returncode for racer in racers] == [0] * 4
    assert len(fences) >= 40
    assert sorted(fences) == list(range(1, len(fences) + 1))


def test_an_owner_is_known_by_its_start_not_by_its_number_alone() -> None:
    mine = owner_here("here")
    assert not is_gone(mine, "here")
    assert is_gone(f"here|{os.getpid()}|1", "here")
    assert not is_gone(f"there|{os.getpid()}|1", "here")
    assert not is_gone("", "here")
    assert not is_gone("nonsense", "here")


def _start(config: Config, program: str, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "DIALOG_HOME": str(config.home), "DIALOG_DATABASE_URL": config.database_url}
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip


def _end(process: subprocess.Popen[str]) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
