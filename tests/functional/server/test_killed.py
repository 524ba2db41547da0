# SPDX-License-Identifier: Apache-2.0
"""kill -9 of each kind of process: it comes back by itself, and nothing is left behind."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.installation.models import InstallationFact, Lease
from tests.functional.server.conftest import Platform, processes_of, wait_until

Start = Callable[..., Platform]
CLOCK = "service:notebook.clock"


def test_a_web_worker_comes_back(platform: Platform) -> None:
    wait_until(lambda: len(platform.listed("web")) == 2, "both workers serve")
    victim = platform.pid("web")
    os.kill(victim, signal.SIGKILL)
    wait_until(lambda: len({p.pid for p in platform.listed("web")} - {victim}) == 2, "a new worker serves")
    assert platform.get("/readyz")[0] == 200


def test_the_master_of_the_workers_comes_back_on_the_same_port(platform: Platform) -> None:
    wait_until(lambda: len(platform.listed("web")) == 2, "both workers serve")
    before = {process.pid for process in platform.listed("web")}
    master = _parent(platform.pid("web"))
    os.kill(master, signal.SIGKILL)
    wait_until(lambda: len({p.pid for p in platform.listed("web")} - before) == 2, "new workers serve")
    wait_until(lambda: not before & processes_of(platform.config.home).keys(), "the old workers are gone")
    assert platform.get("/readyz")[0] == 200


def test_the_parent_of_the_web_comes_back_on_the_same_port(platform: Platform) -> None:
    parent = platform.pid("web-parent")
    before = {process.pid for process in platform.listed("web")}
    os.kill(parent, signal.SIGKILL)
    wait_until(lambda: {p.pid for p in platform.listed("web-parent")} - {parent}, "a new parent runs")
    wait_until(lambda: len({p.pid for p in platform.listed("web")} - before) == 2, "new workers serve")
    assert platform.get("/readyz")[0] == 200


def test_the_job_process_comes_back_and_takes_its_leases_over_at_once(platform: Platform) -> None:
    victim = platform.pid("jobs")
    wait_until(lambda: f"|{victim}|" in _lease_owner(platform, "inbox"), "it holds the lease of the inbox")
    os.kill(victim, signal.SIGKILL)
    wait_until(lambda: {p.pid for p in platform.listed("jobs")} - {victim}, "a new job process runs")
    wait_until(lambda: f"|{platform.pid('jobs')}|" in _lease_owner(platform, "inbox"), "the new one has the lease", 8)


@pytest.mark.timeout(400)
def test_a_service_lives_through_the_death_of_everybody(notebook: Platform) -> None:
    first = notebook.pid(CLOCK)
    ticking = {"healthy": True, "text": "ticking", "given_up": False}
    wait_until(lambda: _report(notebook, "notebook.clock") == ticking, "it reports")

    os.kill(first, signal.SIGKILL)
    second = wait_until(lambda: {p.pid for p in notebook.listed(CLOCK)} - {first}, "the service is started again").pop()

    worker = notebook.pid("worker-parent")
    jobs = notebook.pid("jobs")
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: {p.pid for p in notebook.listed(CLOCK)} - {second}, "another owner runs it")
    assert {second, jobs} & processes_of(notebook.config.home).keys() == set()
    assert f"|{notebook.pid('worker-parent')}|" in _lease_owner(notebook, CLOCK)


@pytest.mark.soak
@pytest.mark.timeout(400)
def test_settings_restart_a_service_and_a_module_that_is_off_has_none(notebook: Platform) -> None:
    first = notebook.pid(CLOCK)
    jobs = notebook.pid("jobs")
    done = notebook.run("module", "settings", "notebook", "--set-json", '{"colour": "red"}', "--json")
    assert done.returncode == 0, done.stderr
    wait_until(lambda: {p.pid for p in notebook.listed(CLOCK)} - {first}, "new settings restart it")
    assert notebook.pid("jobs") == jobs
    assert notebook.run("module", "disable", "notebook", "--json").returncode == 0
    wait_until(lambda: not notebook.listed(CLOCK), "a module that is off has no service")
    wait_until(lambda: _lease_owner(notebook, CLOCK) == "", "its lease is given back")
    assert notebook.stop() == 0
    assert processes_of(notebook.config.home) == {}


@pytest.fixture
def notebook(node: Config, start_platform: Start, module_catalog: Callable[..., Path]) -> Platform:
    """Return a platform on which a module with a service is enabled."""
    module_catalog("notebook", "paper")
    platform = start_platform(node)
    platform.ready_line()
    for action in ("install", "enable"):
        done = platform.run("module", action, "notebook", "--json")
        assert done.returncode == 0, done.stderr
    return platform


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def _lease_owner(platform: Platform, name: str) -> str:
    return str(_scalar(platform, select(Lease.owner).where(Lease.name == name)) or "")


def _report(platform: Platform, service: str) -> object:
    return _scalar(platform, select(InstallationFact.value).where(InstallationFact.key == f"service:{service}"))


def _scalar(platform: Platform, query: object) -> object:
    engine = open_engine(platform.config)
    try:
        with engine.connect() as connection:
            return connection.scalar(query)  # type: ignore[call-overload]
    finally:
        engine.dispose()
