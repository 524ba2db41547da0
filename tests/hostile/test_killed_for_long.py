# SPDX-License-Identifier: Apache-2.0
"""The long matrix of `make soak`: kill -9 of every process at every step, in a random order, until the time is over."""

from __future__ import annotations

import itertools
import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hostile.conftest import ORGANISATION, BusyDesk
from tests.hostile.killing import STEPS, VICTIMS
from tests.hostile.test_killed_in_mid_change import PATIENCE, check_kill
from tests.running.fixtures import NewPlatform

SHARE = 0.1
"""Of the time of a soak, for each database."""
SOAK_SECONDS = 60.0 * float(os.environ.get("SOAK_MINUTES", "20"))
SEED = int(os.environ.get("SOAK_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)

pytestmark = [pytest.mark.soak, pytest.mark.slow, pytest.mark.timeout(SOAK_SECONDS * SHARE + 600)]


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_kill_9_of_everything_at_every_step(
    request: pytest.FixtureRequest, new_platform: NewPlatform, module_wheel: Callable[[str], Path], database: str
) -> None:
    url = request.getfixturevalue("postgres_template")() if database == "postgresql" else ""
    until = time.monotonic() + SOAK_SECONDS * SHARE
    drawn = random.Random(SEED)
    print(f"\nSOAK_SEED={SEED} SOAK_MINUTES={SOAK_SECONDS / 60:g} on {database}")
    platform = new_platform(database_url=url, web_workers=2)
    platform.begin(ORGANISATION)
    desk = BusyDesk(platform, module_wheel, patience=PATIENCE)
    tried, killed = 0, 0
    with desk.at_work():
        assert desk.upload("paper").status_code == 201
        for name in ("notebook", "plain"):
            desk.enable(name)
        for round_ in itertools.count(1):
            matrix = list(itertools.product(STEPS, VICTIMS))
            drawn.shuffle(matrix)
            for step, victim in matrix:
                if tried and time.monotonic() > until:
                    print(f"{database}: {killed} processes killed in {tried} changes, round {round_}")
                    platform.stop()
                    return
                print(f"{database}: {victim} at {step}", flush=True)
                tried += 1
                killed += check_kill(desk, step, victim)
