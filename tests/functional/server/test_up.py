# SPDX-License-Identifier: Apache-2.0
"""`dialog up`: one command from an empty folder to a ready platform, and back to nothing."""

from __future__ import annotations

import os
import re
import signal
import socket
import stat
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from dialog_core.config import Config
from tests.functional.server.conftest import Platform, processes_of, run_dialog, wait_until

Start = Callable[..., Platform]


def test_an_empty_home_becomes_a_ready_platform_and_ctrl_c_leaves_nothing(node: Config, start_platform: Start) -> None:
    platform = start_platform(node)
    line = platform.ready_line()
    link = re.search(rf"http://127\.0\.0\.1:{node.port}/setup/[A-Za-z0-9_-]{{30,}}$", line.strip())
    assert link, line
    assert platform.get_json("/healthz") == (200, {"status": "alive"})
    status, ready = platform.get_json("/readyz")
    assert status == 200
    assert ready["database"] == ready["migrations"] == "ok"
    assert stat.S_IMODE(node.home.stat().st_mode) == 0o700
    assert len(processes_of(node.home)) >= 6
    os.kill(platform.process.pid, signal.SIGINT)
    assert platform.process.wait(timeout=20) == 0
    assert processes_of(node.home) == {}
    with closing(socket.socket()) as probe:
        assert probe.connect_ex(("127.0.0.1", node.port)) != 0


def test_with_an_administrator_there_is_no_link_any_more(node: Config, start_platform: Start) -> None:
    assert run_dialog(node, "migrate").returncode == 0
    made = run_dialog(
        node, "user", "create", "root@example.org", "--role", "administrator", "--password-stdin",
        stdin="correct horse battery staple\n",
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    platform = start_platform(node)
    assert platform.ready_line().strip() == f"Ready: http://127.0.0.1:{node.port}/"
    assert platform.stop(signal.SIGTERM) == 0
    assert processes_of(node.home) == {}


@pytest.mark.postgres
def test_it_runs_on_postgresql(postgres_config: Config, node: Config, start_platform: Start) -> None:
    config = replace(node, database_url=postgres_config.database_url)
    platform = start_platform(config)
    platform.ready_line()
    wait_until(lambda: len(platform.listed("web")) == 2 and platform.listed("jobs"), "all processes are listed")
    assert platform.get_json("/readyz")[1]["database"] == "ok"
    assert not list(config.home.glob("*.sqlite3"))
    done = platform.run("doctor")
    assert done.returncode == 0, done.stdout
    assert "PostgreSQL" in done.stdout
    assert platform.stop() == 0
    assert processes_of(config.home) == {}


def test_a_taken_port_is_one_line(node: Config) -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", node.port))
        other.listen()
        for command in ("up", "web"):
            assert run_dialog(node, "migrate").returncode == 0
            done = run_dialog(node, command)
            _is_one_line(done.returncode, done.stderr, f"Port {node.port} of 127.0.0.1 is taken")


@pytest.mark.parametrize("command", ["up", "migrate"])
def test_a_home_that_cannot_be_written_is_one_line(node: Config, command: str) -> None:
    node.home.parent.mkdir(exist_ok=True)
    node.home.write_text("this is a file")
    done = run_dialog(node, command)
    _is_one_line(done.returncode, done.stderr.removeprefix("Preparing the database …\n"), "cannot be written")


@pytest.mark.parametrize("command", ["up", "web", "worker", "migrate"])
def test_an_unreachable_database_is_one_line(node: Config, command: str) -> None:
    away = replace(node, database_url="postgresql+psycopg://nobody@127.0.0.1:1/none")
    done = run_dialog(away, command)
    lines = [line for line in done.stderr.splitlines() if not line.startswith(("Made the folder", "Preparing"))]
    _is_one_line(done.returncode, "\n".join(lines), "The database cannot be reached")
    assert processes_of(node.home) == {}


def test_nonsense_in_the_environment_is_one_line(node: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIALOG_WEB_WORKERS", "many")
    done = run_dialog(node, "up")
    _is_one_line(done.returncode, done.stderr, "DIALOG_WEB_WORKERS must be a number")


def test_a_killed_parent_takes_everything_with_it(platform: Platform) -> None:
    home = platform.config.home
    wait_until(lambda: platform.listed("jobs"), "jobs run")
    os.kill(platform.process.pid, signal.SIGKILL)
    wait_until(lambda: not processes_of(home), "nothing is left", 20)


def test_parents_have_no_second_thread_so_that_they_may_fork(platform: Platform) -> None:
    wait_until(lambda: len(platform.listed("web")) == 2 and platform.listed("jobs"), "all processes are listed")
    (parent,) = platform.listed("worker-parent")
    for pid in (parent.pid, platform.process.pid):
        assert len(list(Path(f"/proc/{pid}/task").iterdir())) == 1


def test_the_examination_sees_what_runs_and_what_is_wrong(platform: Platform) -> None:
    wait_until(lambda: len(platform.listed("web")) == 2 and platform.listed("jobs"), "all processes are listed")
    done = platform.run("doctor")
    assert done.returncode == 0, done.stdout
    assert "3 of 3 processes on generation" in done.stdout
    key: Path = platform.config.secret_key_file
    key.chmod(0o644)
    done = platform.run("doctor", "--json")
    assert done.returncode == 1
    assert '"subject": "key", "verdict": "bad"' in done.stdout
    key.chmod(0o600)


def _is_one_line(code: int, error: str, says: str) -> None:
    assert code == 1
    assert says in error
    assert len(error.strip().splitlines()) == 1, error
