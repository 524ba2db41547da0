# SPDX-License-Identifier: Apache-2.0
"""Live streams through real gunicorn workers: fed, resumed, and ended when their worker retires."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import httpx
import pytest

from dialog_core.app import create_core
from dialog_core.config import Config
from dialog_core.database import db, write
from dialog_core.events import record
from dialog_core.modules import BootState, Hooks, Running, new_manager
from dialog_core.staff import system_actor
from tests.functional.server.conftest import environment, wait_until


@dataclass
class Served:
    """gunicorn with the live application on one worker."""

    url: str
    process: subprocess.Popen[bytes]


@pytest.fixture
def served(sqlite_config: Config) -> Iterator[Served]:
    """Serve the live application."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        extra = {"DIALOG_GUNICORN_FD": str(listener.fileno()), "DIALOG_WEB_WORKERS": "1"}
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "python:dialog_core.server.gunicorn_conf",
             "tests.functional.server.live_app:make()"],
            env=environment(sqlite_config, **extra), pass_fds=[listener.fileno()],
        )  # fmt: skip
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        try:
            assert httpx.get(f"{url}/pid", timeout=60).status_code == 200
            yield Served(url, process)
        finally:
            process.terminate()
            process.wait(timeout=30)


@pytest.fixture
def happen(sqlite_config: Config) -> Iterator[Callable[[str], None]]:
    """Return a function that lets something happen in this process."""
    running = Running("test", None, None, BootState.RUNNING, Hooks(new_manager()))
    app = create_core(sqlite_config, running, threads=2)

    def do(kind: str) -> None:
        with write() as session:
            record(session, system_actor("test"), kind)

    with app.app_context():
        yield do
        db.session.remove()
        db.engine.dispose()


@dataclass
class Reader:
    """Reads a stream of server-sent events."""

    lines: Iterator[str]
    last_id: str = ""
    kinds: list[str] = field(default_factory=list)

    def read_hello(self) -> None:
        """Read the first part."""
        for line in self.lines:
            self._note(line)
            if line == ": hello":
                return

    def read_kinds(self, count: int) -> list[str]:
        """Read on until so many events have come, and return their kinds."""
        while len(self.kinds) < count:
            self._note(next(self.lines))
        return self.kinds

    def _note(self, line: str) -> None:
        if line.startswith("id: "):
            self.last_id = line[4:]
        if line.startswith("event: reset"):
            self.kinds.append("reset")
        if line.startswith("data: ") and line != "data: {}":
            data = json.loads(line[6:])
            assert set(data) == {"kind", "ticket_id", "number"}
            self.kinds.append(data["kind"])


def test_what_happens_arrives_within_a_second(served: Served, happen: Callable[[str], None]) -> None:
    with httpx.stream("GET", f"{served.url}/live", timeout=30) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        reader = Reader(answer.iter_lines())
        reader.read_hello()
        happen("secret")
        happen("shown")
        begin = time.monotonic()
        assert reader.read_kinds(1) == ["shown"]
        assert time.monotonic() - begin < 2.0


def test_a_page_that_comes_back_gets_what_it_missed_and_nothing_twice(
    served: Served, happen: Callable[[str], None]
) -> None:
    with httpx.stream("GET", f"{served.url}/live", timeout=30) as answer:
        reader = Reader(answer.iter_lines())
        reader.read_hello()
        happen("one")
        reader.read_kinds(1)
    happen("two")
    happen("secret")
    happen("three")
    with httpx.stream("GET", f"{served.url}/live", timeout=30, headers={"Last-Event-ID": reader.last_id}) as answer:
        again = Reader(answer.iter_lines())
        again.read_hello()
        happen("four")
        assert again.read_kinds(3) == ["two", "three", "four"]


@pytest.mark.parametrize("place", ["nonsense", "0.999999999", "-1.5", "٣.٤"])
def test_a_place_that_is_not_known_is_a_reset(served: Served, happen: Callable[[str], None], place: str) -> None:
    happen("one")
    query = {"after": place}
    with httpx.stream("GET", f"{served.url}/live", timeout=30, params=query) as answer:
        reader = Reader(answer.iter_lines())
        assert reader.read_kinds(1) == ["reset"]
        happen("two")
        assert reader.read_kinds(2) == ["reset", "two"]


def test_streams_end_within_a_second_of_their_workers_retirement(served: Served) -> None:
    with httpx.Client(timeout=30) as client:
        old = int(client.get(f"{served.url}/pid").text)
        with client.stream("GET", f"{served.url}/live") as answer:
            reader = Reader(answer.iter_lines())
            reader.read_hello()
            served.process.send_signal(signal.SIGTTIN)
            wait_until(lambda: int(httpx.get(f"{served.url}/pid", timeout=30).text) != old, "a second worker serves")
            begin = time.monotonic()
            served.process.send_signal(signal.SIGTTOU)
            rest = list(reader.lines)
            seconds = time.monotonic() - begin
        assert not any(line.startswith("data") for line in rest)
        assert seconds < 1.0 + _load_allowance()
        # The connection that was open already is answered too: by the old worker for the last time, or by the new one.
        assert client.get(f"{served.url}/pid").status_code == 200
        assert int(httpx.get(f"{served.url}/pid", timeout=30).text) != old


def _load_allowance() -> float:
    """Return what a machine busy with other work may take longer, in seconds."""
    return max(0.0, os.getloadavg()[0] / (os.cpu_count() or 1) - 1.0)
