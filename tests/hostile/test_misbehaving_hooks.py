# SPDX-License-Identifier: Apache-2.0
"""Modules that pass the preflight and misbehave when their hooks are called: the page comes without them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.hostile.conftest import BusyDesk
from tests.running import eventually

pytestmark = [pytest.mark.soak, pytest.mark.slow, pytest.mark.timeout(500), pytest.mark.xdist_group("hostile_hooks")]


GIGABYTE = 1024**3


def memory(pid: int) -> int:
    """Return what a process has in memory, in bytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def incident(desk: BusyDesk, module: str, words: str) -> None:
    """Wait for what the administrator is told."""
    eventually(
        lambda: [row for row in desk.incidents(module) if words in row.summary],
        seconds=30, what=f"an incident of {module} with {words!r}, there are {desk.incidents(module)}",
    )  # fmt: skip


def test_a_hook_that_raises_one_time_in_two_is_left_out(busy_desk: BusyDesk) -> None:
    desk = busy_desk
    desk.enable("flaky")
    number = desk.ticket()
    assert {desk.ticket_page(number).status_code for _ in range(6)} == {200}
    incident(desk, "flaky", "one time in two")
    desk.disable("flaky")


def test_a_hook_that_sleeps_over_its_budget_is_told(busy_desk: BusyDesk) -> None:
    desk = busy_desk
    desk.enable("slow")
    assert desk.ticket_page(desk.ticket()).status_code == 200
    incident(desk, "slow", "slow: over")
    desk.disable("slow")


def test_a_hook_that_takes_a_gigabyte_leaves_the_desk_as_it_was(busy_desk: BusyDesk) -> None:
    desk = busy_desk
    desk.enable("hungry")
    before = set(desk.platform.pids("web"))
    number = desk.ticket()
    assert {desk.ticket_page(number).status_code for _ in range(3)} == {200}
    # On a machine with too little memory the kernel ends the process, and the module is blamed for it (ADR 12).
    assert all(memory(pid) < GIGABYTE for pid in desk.platform.pids("web"))
    if set(desk.platform.pids("web")) != before:
        assert desk.platform.rows("SELECT id FROM module_strike WHERE module = 'hungry' AND kind = 'death'")
    desk.disable("hungry")


def test_a_hook_that_never_ends_is_interrupted(busy_desk: BusyDesk) -> None:
    desk = busy_desk
    desk.enable("loops")
    assert desk.ticket_page(desk.ticket()).status_code == 200
    incident(desk, "loops", "Interrupted")
    desk.disable("loops")
