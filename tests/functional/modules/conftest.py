# SPDX-License-Identifier: Apache-2.0
"""A command line on a home of its own, and processes that run what is wanted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from dialog_core.config import Config

PROCESS = Path(__file__).parent / "platform_process.py"
Dialog = Callable[..., "Answer"]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.soak])])
def any_config(request: pytest.FixtureRequest) -> Config:
    """Return either database: whole changes take seconds each, so `make test` makes them on SQLite alone."""
    config: Config = request.getfixturevalue("sqlite_config" if request.param == "sqlite" else "postgres_config")
    return config


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command answered."""

    code: int
    json: Any
    error: str


def environment(config: Config) -> dict[str, str]:
    """Return the environment of a process that works on the home and database of `config`."""
    wanted = {"DIALOG_HOME": str(config.home), "DIALOG_DATABASE_URL": config.database_url}
    return {**os.environ, **wanted, "PYTHONWARNINGS": "ignore"}


def run_command(config: Config, *arguments: str, stdin: str = "") -> Answer:
    """Run `dialog module …` in a process of its own."""
    program = "from dialog_core.cli.module import group; group(prog_name='dialog module')"
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments, "--json"],
        capture_output=True, text=True, check=False, env=environment(config), input=stdin, timeout=120,
    )  # fmt: skip
    return Answer(done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr.strip())


@pytest.fixture
def dialog(sqlite_config: Config, monkeypatch: pytest.MonkeyPatch) -> Dialog:
    """Return `dialog module` on an SQLite home, without the second that a process of its own takes to start."""
    from dialog_core.cli.module import group

    monkeypatch.setenv("DIALOG_HOME", str(sqlite_config.home))

    def run(*arguments: str, stdin: str = "") -> Answer:
        done = CliRunner().invoke(group, [*arguments, "--json"], input=stdin)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return Answer(done.exit_code, json.loads(done.stdout) if done.stdout else None, done.stderr.strip())

    return run


@pytest.fixture
def start_process() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Return a function that starts a platform process, which runs what is wanted, as its parent would make it."""
    started: list[subprocess.Popen[str]] = []

    def start(config: Config, role: str, **extra: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, str(PROCESS), role],
            env={**environment(config), **extra},
            text=True,
            stdout=subprocess.PIPE,
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "up"
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def wait_until(check: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until something is so."""
    until = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.1)
