# SPDX-License-Identifier: Apache-2.0
"""Modules that pass the preflight and misbehave when their hooks are called: the page comes without them."""

from __future__ import annotations

import pytest

from tests.hostile.conftest import BusyDesk
from tests.running import eventually

pytestmark = [pytest.mark.slow, pytest.mark.timeout(500), pytest.mark.xdist_group("hostile_hooks")]


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
    number = desk.ticket()
    assert {desk.ticket_page(number).status_code for _ in range(3)} == {200}
    desk.disable("hungry")


def test_a_hook_that_never_ends_is_interrupted(busy_desk: BusyDesk) -> None:
    desk = busy_desk
    desk.enable("loops")
    assert desk.ticket_page(desk.ticket()).status_code == 200
    incident(desk, "loops", "Interrupted")
    desk.disable("loops")
