# SPDX-License-Identifier: Apache-2.0
"""A whole platform, started by `dialog up` in processes of its own."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from dialog_core.config import Config
from dialog_core.database import open_engine
from dialog_core.modules import ProcessState, live_processes, node_name

PATIENCE = 60.0


def free_port() -> int:
    """Return a port that nobody uses now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(check: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """Wait until something is so, and return it."""
    until = time.monotonic() + seconds
    while not (found := check()):
        assert time.monotonic() < until, f"it did not happen in {seconds:g} s: {what}"
        time.sleep(0.05)
    return found


def processes_of(home: Path) -> dict[int, str]:
    """Return every living process that was given this home: pid and command line."""
    mark = f"DIALOG_HOME={home}".encode()
    found: dict[int, str] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        with suppress(OSError):
            is_zombie = (folder / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
            if not is_zombie and mark in (folder / "environ").read_bytes().split(b"\0"):
                found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    return found


@dataclass
class Platform:
    """A running platform and ways to look at it."""

    config: Config
    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)
    reader: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        """Begin to read what it says."""
        self.reader = threading.Thread(target=self._follow, daemon=True)
        self.reader.start()

    def _follow(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as output:
            for line in output:
                self.lines.append(line)

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.config.port

    def ready_line(self) -> str:
        """Wait for the line that says that it is ready."""
        return str(wait_until(self._find_ready, "the platform is ready"))

    def _find_ready(self) -> str | None:
        assert self.process.poll() is None, "".join(self.lines)
        return next((line for line in self.lines if line.startswith("Ready")), None)

    def get(self, path: str) -> tuple[int, bytes]:
        """Get a page."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def get_json(self, path: str) -> tuple[int, Any]:
        """Get a JSON document."""
        status, body = self.get(path)
        return status, json.loads(body)

    def listed(self, role: str | None = None) -> list[ProcessState]:
        """Return the processes that the database knows to live."""
        engine = open_engine(self.config)
        try:
            with engine.connect() as connection:
                found = live_processes(connection, node=node_name(self.config.home))
        finally:
            engine.dispose()
        return [item for item in found if role is None or item.role == role]

    def pid(self, role: str) -> int:
        """Wait for a process of a role, and return its pid."""
        return int(wait_until(lambda: self.listed(role), f"there is a process {role}")[0].pid)

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run `dialog …` on the same home."""
        return run_dialog(self.config, *arguments, stdin=stdin)

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """End it and wait."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(timeout=30)


def environment(config: Config, **extra: str) -> dict[str, str]:
    """Return the environment of a node."""
    return {
        **os.environ,
        "DIALOG_HOME": str(config.home),
        "DIALOG_DATABASE_URL": config.database_url,
        "PORT": str(config.port),
        **extra,
    }


def run_dialog(config: Config, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command that ends by itself."""
    return subprocess.run(
        [sys.executable, "-m", "dialog_core.cli", *arguments],
        capture_output=True, text=True, check=False, input=stdin, timeout=120, env=environment(config),
    )  # fmt: skip


@pytest.fixture
def node(tmp_path: Path) -> Config:
    """Return the configuration of a node that does not exist yet."""
    return Config.from_environment({"DIALOG_HOME": str(tmp_path / "node"), "PORT": str(free_port())})


@pytest.fixture
def start_platform() -> Iterator[Callable[..., Platform]]:
    """Return a function that runs `dialog up`; whatever is left at the end is killed."""
    started: list[Platform] = []

    def start(config: Config, *, command: str = "up", **extra: str) -> Platform:
        process = subprocess.Popen(
            [sys.executable, "-m", "dialog_core.cli", command],
            env=environment(config, PYTHONUNBUFFERED="1", **extra), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        platform = Platform(config, process)
        started.append(platform)
        return platform

    yield start
    for platform in started:
        with suppress(subprocess.TimeoutExpired):
            platform.stop(signal.SIGTERM)
        for pid in processes_of(platform.config.home):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        platform.process.wait()
        platform.reader.join(timeout=10)


@pytest.fixture
def platform(node: Config, start_platform: Callable[..., Platform]) -> Platform:
    """Return a platform that is ready."""
    found = start_platform(node)
    found.ready_line()
    return found
