# SPDX-License-Identifier: Apache-2.0
"""Services that crash or do not end: theirs is a process of its own, and a change does not wait for ever."""

from __future__ import annotations

import pytest

from tests.hostile.conftest import BusyDesk
from tests.running import eventually

pytestmark = [pytest.mark.soak, pytest.mark.slow, pytest.mark.timeout(500), pytest.mark.xdist_group("hostile_services")]


def test_a_service_that_crashes_at_once_is_given_up(busy_desk: BusyDesk) -> None:
    desk = busy_desk
    desk.enable("crashes")
    report = "SELECT value FROM installation_fact WHERE key = 'service:crashes.crasher'"
    eventually(
        lambda: [row for row in desk.platform.rows(report) if "Given up" in str(row.value)],
        seconds=120, what="the service is given up, and the administrator reads so",
    )  # fmt: skip
    assert [row for row in desk.incidents("crashes") if "no service today" in row.summary]
    assert desk.platform.pids("service:crashes.crasher") == []
    desk.disable("crashes")


def test_a_service_that_does_not_end_is_killed(busy_desk: BusyDesk) -> None:
    desk = busy_desk
    desk.enable("stuck")
    eventually(lambda: desk.platform.pids("service:stuck.stayer"), seconds=60, what="the service runs")
    desk.disable("stuck")
    eventually(lambda: not desk.platform.pids("service:stuck.stayer"), seconds=30, what="it is gone")
