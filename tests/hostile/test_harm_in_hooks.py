# SPDX-License-Identifier: Apache-2.0
"""Modules that pass every check and do harm when they are called, on a desk that serves everybody else meanwhile."""

from __future__ import annotations

import time

import pytest

from tests.hostile.conftest import BusyDesk
from tests.running import eventually

pytestmark = [pytest.mark.soak, pytest.mark.slow, pytest.mark.timeout(400), pytest.mark.xdist_group("harm_in_hooks")]


def strikes(desk: BusyDesk, module: str) -> list[str]:
    return [row.kind for row in desk.platform.rows("SELECT kind FROM module_strike WHERE module = :m", m=module)]


def wait_until_off(desk: BusyDesk, module: str, seconds: float = 90) -> None:
    eventually(lambda: desk.state(module) != "enabled", seconds=seconds, what=f"{module} runs no more")


def test_an_endless_loop_is_interrupted_then_left_out(desk: BusyDesk) -> None:
    desk.enable("loops")
    number = desk.ticket()
    begin = time.monotonic()
    assert desk.ticket_page(number).status_code == 200
    assert time.monotonic() - begin < 15
    found = eventually(lambda: desk.incidents("loops"), what="the incident is written")
    assert (found[0].place, found[0].summary.split(":")[0]) == ("hook ticket_panels", "Interrupted")
    eventually(lambda: "pause" in strikes(desk, "loops"), what="its hook rests")
    if desk.state("loops") == "enabled":
        desk.disable("loops")


def test_a_sleep_makes_the_process_stuck_and_another_takes_its_place(desk: BusyDesk) -> None:
    desk.enable("dozes")
    before = set(desk.platform.pids("web"))
    number = desk.ticket()
    with pytest.raises(Exception):  # noqa: B017, PT011 - the one request that called it ends with its process
        desk.ticket_page(number).raise_for_status()
    eventually(lambda: not before & set(desk.platform.pids("web")), seconds=60, what="the workers are replaced")
    summaries = [row.summary for row in desk.incidents("dozes")]
    assert any("does not come back from ticket_panels" in text for text in summaries), summaries
    assert "stuck" in strikes(desk, "dozes")
    wait_until_off(desk, "dozes")
    assert desk.ticket_page(number).status_code == 200


def test_a_module_that_kills_its_process_is_taken_back(desk: BusyDesk) -> None:
    desk.enable("quits")
    number = desk.ticket()

    def kill() -> bool:
        try:
            desk.ticket_page(number)
        except Exception:  # noqa: BLE001 - its process has just died
            time.sleep(0.5)
        return desk.state("quits") != "enabled"

    eventually(kill, seconds=120, what="the module is switched off")
    assert strikes(desk, "quits").count("death") >= 2
    assert desk.ticket_page(number).status_code == 200
    notices = desk.platform.rows("SELECT kind FROM module_notice WHERE module = 'quits' AND closed_at IS NULL")
    assert [row.kind for row in notices] == ["returned"]
    for one in desk.people:  # what the dying processes had in hand is lost with them; that alone is allowed
        assert all("disconnected" in problem or "Error" in problem for problem in one.problems), one.problems
        one.problems.clear()


def test_a_hook_that_ends_python_ends_only_itself(desk: BusyDesk) -> None:
    desk.enable("departs")
    before = set(desk.platform.pids("web"))
    number = desk.ticket()
    assert {desk.ticket_page(number).status_code for _ in range(3)} == {200}
    found = eventually(lambda: desk.incidents("departs"), what="the incident is written")
    assert found[0].summary == "SystemExit: this hook has left"
    assert set(desk.platform.pids("web")) == before
    desk.disable("departs")


def test_a_module_that_fails_now_and_then_rests(desk: BusyDesk) -> None:
    desk.enable("flaky")
    number = desk.ticket()
    for _ in range(40):
        assert desk.ticket_page(number).status_code == 200
        if "pause" in strikes(desk, "flaky"):
            break
        time.sleep(0.1)
    eventually(lambda: "pause" in strikes(desk, "flaky"), what="its hook rests")
    if desk.state("flaky") == "enabled":
        desk.disable("flaky")


def test_a_service_that_crashes_at_once_is_given_up(desk: BusyDesk) -> None:
    desk.enable("crashes")
    eventually(lambda: strikes(desk, "crashes") == ["service"], seconds=90, what="the service is given up")
    desk.disable("crashes")
