# SPDX-License-Identifier: Apache-2.0
"""kill -9 of each kind of process: it comes back by itself, and nothing is left behind."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.installation.models import InstallationFact, Lease
from tests.functional.server.conftest import Platform, processes_of, wait_until
from sqlalchemy import select

Start = Callable[..., Platform]


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


def test_a_service_lives_through_the_death_of_everybody(
    node: Config, start_platform: Start, module_catalog: Callable[..., Path]
) -> None:
    module_catalog("notebook", "paper")
    platform = start_platform(node)
    platform.ready_line()
    for action in ("install", "enable"):
        done = platform.run("module", action, "notebook", "--json")
        assert done.returncode == 0, done.stderr
    role = "service:notebook.clock"
    first = platform.pid(role)
    wait_until(lambda: _report(platform, "notebook.clock") == {"healthy": True, "text": "ticking"}, "it reports")

    os.kill(first, signal.SIGKILL)
    second = wait_until(lambda: {p.pid for p in platform.listed(role)} - {first}, "the service is started again").pop()

    worker = platform.pid("worker-parent")
    jobs = platform.pid("jobs")
    os.kill(worker, signal.SIGKILL)
    third = wait_until(lambda: {p.pid for p in platform.listed(role)} - {second}, "another owner runs it").pop()
    assert {second, jobs} & processes_of(node.home).keys() == set()
    assert f"|{platform.pid('worker-parent')}|" in _lease_owner(platform, role)

    done = platform.run("module", "settings", "notebook", "--set-json", '{"colour": "red"}', "--json")
    assert done.returncode == 0, done.stderr
    wait_until(lambda: {p.pid for p in platform.listed(role)} - {third}, "new settings restart it")
    assert platform.run("module", "disable", "notebook", "--json").returncode == 0
    wait_until(lambda: not platform.listed(role), "a module that is off has no service")
    assert _lease_owner(platform, role) == ""
    assert platform.stop() == 0
    assert processes_of(node.home) == {}


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
