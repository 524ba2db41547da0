# SPDX-License-Identifier: Apache-2.0
"""Many processes open tickets at once: no number twice, no gap, whatever is rolled back or killed."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.errors import WrongValue
from dialog_core.tickets import NumberFormat
from dialog_core.tickets.models import Ticket

PROCESSES, EACH = 4, 25


def _open_many(config: Config, seed: int, count: int) -> None:
    from dialog_core.app import create_core
    from dialog_core.conversations.entries import Said
    from dialog_core.database import write
    from dialog_core.staff.actor import system_actor
    from dialog_core.tickets import Request, open_ticket

    chance = random.Random(seed)
    with create_core(config).app_context():
        for number in range(count):
            try:
                with write():
                    open_ticket(system_actor(), Request(subject=f"{seed}-{number}", said=Said("текст")))
                    if chance.random() < 0.3:
                        raise RuntimeError("changed my mind")
            except RuntimeError:
                continue


def _numbers(config: Config) -> list[str]:
    engine = open_engine(config)
    with engine.connect() as connection:
        found = list(connection.scalars(sa.select(Ticket.number).order_by(Ticket.number)))
    engine.dispose()
    return found


def _expected(count: int) -> list[str]:
    return [f"{datetime.now(UTC).year}-{value:06d}" for value in range(1, count + 1)]


@pytest.mark.slow
def test_processes_at_once_never_share_a_number_nor_leave_a_gap(any_config: Config) -> None:
    context = multiprocessing.get_context("spawn")
    crowd = [context.Process(target=_open_many, args=(any_config, seed, EACH)) for seed in range(PROCESSES)]
    for process in crowd:
        process.start()
    for process in crowd:
        process.join(120)
        assert process.exitcode == 0
    numbers = _numbers(any_config)
    assert 0 < len(numbers) < PROCESSES * EACH
    assert numbers == _expected(len(numbers))


@pytest.mark.slow
def test_a_killed_process_leaves_no_gap(any_config: Config) -> None:
    context = multiprocessing.get_context("spawn")
    crowd = [context.Process(target=_open_many, args=(any_config, seed, 100_000)) for seed in range(3)]
    for process in crowd:
        process.start()
    deadline = time.monotonic() + 60
    while len(_numbers(any_config)) < 20 and time.monotonic() < deadline:
        time.sleep(0.1)
    for process in crowd:
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join(10)
    numbers = _numbers(any_config)
    assert len(numbers) >= 20
    assert numbers == _expected(len(numbers))


@pytest.mark.parametrize(
    ("number_format", "written"),
    [
        (NumberFormat(), "2026-000042"),
        (NumberFormat(prefix="РУ"), "РУ-2026-000042"),
        (NumberFormat(prefix="SD", with_year=False, digits=4), "SD-0042"),
        (NumberFormat(with_year=False, digits=1), "42"),
    ],
)
def test_formats(number_format: NumberFormat, written: str) -> None:
    assert number_format.write(42, datetime(2026, 5, 1, tzinfo=UTC)) == written


@pytest.mark.parametrize("wrong", [{"prefix": "a/b"}, {"prefix": "x" * 11}, {"digits": 0}, {"digits": 11}])
def test_wrong_formats_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(WrongValue):
        NumberFormat(**wrong)  # type: ignore[arg-type]


def test_the_year_begins_anew() -> None:
    assert NumberFormat().scope(datetime(2026, 12, 31, tzinfo=UTC)) == "2026"
    assert NumberFormat(with_year=False).scope(datetime(2026, 12, 31, tzinfo=UTC)) == "all"
