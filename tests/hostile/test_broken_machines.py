# SPDX-License-Identifier: Apache-2.0
"""Disks that are full, databases that go away, nodes that were away, administrators who act at the same time."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.conftest import ORGANISATION, BusyDesk
from tests.hostile.killing import wait_for_step
from tests.running import Platform, eventually
from tests.running.fixtures import NewPlatform, node_beside
from tests.unit.modules.test_wheels import NAME, wheel

pytestmark = [pytest.mark.soak, pytest.mark.slow, pytest.mark.timeout(500), pytest.mark.xdist_group("hostile_machines")]
PATIENCE = 60.0
SMALL_DISK = "2m"
FAR_TOO_LARGE = 6_000_000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a home whose generations lie on a disk of two MiB."""
    home = tmp_path / "home"
    folder = home / "generations"
    folder.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount command here; a small disk cannot be made")
    if done.returncode:
        pytest.skip(f"only root may make a small disk, and not in every container: {done.stderr.strip()}")
    yield home
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_refuses_the_change_and_nothing_else(
    small_disk: Path, catalog: Path, module_wheel: Callable[[str], Path]
) -> None:
    with Platform(small_disk, catalog=catalog, web_workers=2) as platform:
        platform.begin(ORGANISATION)
        desk = BusyDesk(platform, module_wheel)
        with desk.at_work():
            noise = random.Random(1).randbytes(FAR_TOO_LARGE // 2).hex()
            assert desk.upload(NAME, wheel({"dialog_sample/noise.txt": noise})).status_code == 201
            sha256 = platform.rows("SELECT sha256 FROM stored_wheel WHERE distribution = 'dialog-sample'")[0].sha256
            view = desk.install_stored("sample", sha256)
            assert view["state"] == "refused", view
            assert "No space left on device" in view["problem"]
            desk.check_next_change()
            desk.check_desk()


def test_two_administrators_at_once_follow_one_another(desk: BusyDesk) -> None:
    names = ("flaky", "slow")
    for name in names:
        assert desk.together(("install", name))["state"] == "done"
    changes = [desk.ask("enable", name) for name in names]
    assert [desk.wait(change)["state"] for change in changes] == ["done", "done"]
    assert {desk.state(name) for name in names} == {"enabled"}


def test_of_two_administrators_who_saw_the_same_the_second_is_told(desk: BusyDesk) -> None:
    desk.enable("plain")
    seen = desk.api.read("/modules")["generation"]
    assert seen is not None
    first, second = (desk.ask_together((verb, "plain"), expected_generation=seen) for verb in ("disable", "remove"))
    assert desk.wait(first)["state"] == "done"
    view = desk.wait(second)
    assert view["state"] == "refused", view
    assert "by somebody else meanwhile" in view["problem"]


@pytest.mark.postgres
@pytest.mark.parametrize("step", ["preflight", "converge"])
def test_the_database_is_restarted_in_mid_change(
    new_platform: NewPlatform, module_wheel: Callable[[str], Path], postgres_server: Any,
    postgres_template: Callable[[], str], step: str,
) -> None:  # fmt: skip
    platform = new_platform(database_url=postgres_template(), web_workers=2)
    platform.begin(ORGANISATION)
    desk = BusyDesk(platform, module_wheel, patience=PATIENCE)
    with desk.at_work():
        desk.check_next_change()
        change = desk.ask("enable", "plain")
        assert wait_for_step(platform, change, step)
        postgres_server.stop()
        postgres_server.start()
        platform.forget_connections()
        view = desk.wait_through(change)
        assert view["state"] == "done", view
        eventually(lambda: len(platform.pids("web")) == 2, seconds=PATIENCE, what="both workers serve")
        desk.check_next_change()
        desk.check_desk()
    platform.stop()


@pytest.mark.postgres
def test_a_node_that_was_away_for_three_generations_comes_back_on_the_last(
    new_platform: NewPlatform, module_wheel: Callable[[str], Path], postgres_template: Callable[[], str]
) -> None:
    here = new_platform(database_url=postgres_template())
    here.begin(ORGANISATION)
    there = node_beside(new_platform, here)
    desk = BusyDesk(here, module_wheel)
    with desk.at_work():
        there.stop()
        for _ in range(3):
            desk.check_next_change()
        there.start()
        wanted = desk.api.read("/modules")["generation"]

        def running() -> set[int | None]:
            query = "SELECT pid, generation_id FROM node_process WHERE role IN ('web', 'jobs')"
            alive = {*there.pids("web"), *there.pids("jobs")}
            return {row.generation_id for row in there.rows(query) if row.pid in alive}

        eventually(lambda: running() == {wanted}, seconds=PATIENCE, what="the node runs what is wanted")
        assert (there.home / "generations" / str(wanted)).is_dir()
        assert not (there.home / "generations" / str(wanted - 2)).exists(), "what was skipped is not built"
        desk.check_next_change()
        desk.check_desk()
    there.stop()
    here.stop()
