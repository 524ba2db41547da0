# SPDX-License-Identifier: Apache-2.0
"""kill -9 of any process at each step of a change: it is made all the same or refused in words, and the desk goes on.

The quick cases are those where something else is at stake each time; `make soak` walks the whole matrix, again and
again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.hostile.conftest import ORGANISATION, BusyDesk
from tests.hostile.killing import kill_at
from tests.running import eventually
from tests.running.fixtures import NewPlatform

pytestmark = [pytest.mark.soak, pytest.mark.slow, pytest.mark.timeout(500), pytest.mark.xdist_group("hostile_killed")]
PATIENCE = 45.0


@pytest.fixture(scope="module")
def patient_desk(new_platform: NewPlatform, module_wheel: Callable[[str], Path]) -> Iterator[BusyDesk]:
    """Return a desk where people repeat what broke off, with a module that has tables and a service."""
    platform = new_platform(web_workers=2)
    platform.begin(ORGANISATION)
    desk = BusyDesk(platform, module_wheel, patience=PATIENCE)
    with desk.at_work():
        assert desk.upload("paper").status_code == 201
        for name in ("notebook", "plain"):
            desk.enable(name)
        yield desk


@pytest.mark.parametrize(
    ("step", "victim"),
    [
        ("build", "change"), ("converge", "gunicorn"), ("preflight", "fresh"), ("migrate", "change"),
        ("converge", "change"), ("converge", "worker-parent"), ("migrate", "up"),
    ],
)  # fmt: skip
def test_kill_9(patient_desk: BusyDesk, step: str, victim: str) -> None:
    check_kill(patient_desk, step, victim)


def check_kill(desk: BusyDesk, step: str, victim: str) -> bool:
    """Kill a process in mid-change, and see that all ends well; tell whether there was anything to kill."""
    before = desk.state("plain")
    change = desk.ask("disable" if before == "enabled" else "enable", "plain")
    was_killed = kill_at(desk.platform, change, step, victim)
    view = desk.wait_through(change)
    if victim == "fresh" and was_killed:
        assert view["state"] in {"refused", "failed", "done"}, view
        assert view["state"] == "done" or "killed by signal 9" in view["problem"], view
    else:
        assert view["state"] == "done", view
    assert (desk.state("plain") != before) == (view["state"] == "done")
    eventually(lambda: _is_whole(desk), seconds=PATIENCE, what="all processes are there again")
    desk.check_next_change()
    desk.check_desk()
    return was_killed


def _is_whole(desk: BusyDesk) -> bool:
    platform = desk.platform
    others = ("jobs", "worker-parent", "web-parent", "service:notebook.clock")
    return len(platform.pids("web")) == 2 and all(platform.pids(role) for role in others)
