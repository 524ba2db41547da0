# SPDX-License-Identifier: Apache-2.0
"""Modules come, go and come back while browsers and programs are at work: not one request fails."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.running import Platform
from tests.running.desk import Desk
from tests.running.fixtures import NewPlatform
from tests.running.platform import ADMINISTRATOR, PASSWORD, CommandFailed
from tests.running.web import sign_in
from tests.telegram_emulator import Emulator

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400), pytest.mark.xdist_group("modules_under_load")]
STREAMS = 20


@pytest.fixture(scope="module")
def busy(new_platform: NewPlatform, prepared_home: Path) -> Platform:
    """Return a platform with two web workers."""
    return new_platform(prepared_home, web_workers=2)


def test_no_request_fails_while_modules_change(
    busy: Platform, telegram: Emulator, module_wheel: Callable[[str], Path]
) -> None:
    """Install, enable, disable, enable again, under keep-alive clients and open live streams."""
    desk = Desk(busy, telegram)
    desk.connect()
    api_headers = dict(desk.admin.headers)
    pages = sign_in(busy.url, ADMINISTRATOR, PASSWORD)
    cookies = dict(pages.cookies)
    stop = threading.Event()
    visitors = [
        Visitor(busy.url, stop, paths=("/api/v1/tickets?limit=5", "/api/v1/modules"), headers=api_headers),
        Visitor(busy.url, stop, paths=("/api/v1/organisations", "/readyz"), headers=api_headers),
        Visitor(busy.url, stop, paths=("/queue", "/organisations"), cookies=cookies),
        Visitor(busy.url, stop, paths=("/modules", "/healthz"), cookies=cookies),
    ]
    streams = [Stream(busy.url, stop, cookies) for _ in range(STREAMS)]
    everybody: list[Visitor | Stream] = [*visitors, *streams]
    threads = [threading.Thread(target=one.run) for one in everybody]
    for thread in threads:
        thread.start()
    try:
        with pytest.raises(CommandFailed, match="library"):  # stored, for the module that needs it
            busy.dialog("module", "install", str(module_wheel("paper")))
        for generation in _changes(busy, str(module_wheel("notebook"))):
            _check_live_everywhere(busy, generation)
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)
        pages.close()
        desk.close()
    assert [problem for one in everybody for problem in one.problems] == []
    assert all(one.answered > 20 for one in visitors), [one.answered for one in visitors]
    assert all(one.opened >= 1 for one in streams)


def _changes(platform: Platform, wheel: str) -> Iterator[int]:
    for step in (("install", wheel), ("enable", "notebook"), ("disable", "notebook"), ("enable", "notebook")):
        done = platform.dialog_json("module", *step)
        assert done["state"] == "done", done
        yield int(done["generation"])


def _check_live_everywhere(platform: Platform, generation: int) -> None:
    """In the moment in which the command returns, every process runs the new generation."""
    rows = platform.rows("SELECT pid, generation_id, role FROM node_process WHERE role IN ('web', 'jobs')")
    alive = {*platform.pids("web"), *platform.pids("jobs")}
    running = {row.role: row.generation_id for row in rows if row.pid in alive}
    assert running == {"web": generation, "jobs": generation}


class Visitor:
    """Somebody with one connection who reads without a pause."""

    def __init__(
        self,
        url: str,
        stop: threading.Event,
        *,
        paths: tuple[str, ...],
        headers: dict[str, str] | None = None,
        cookies: dict[str, str] | None = None,
    ) -> None:
        self.problems: list[str] = []
        self.answered = 0
        self._stop = stop
        self._paths = paths
        self._client = httpx.Client(base_url=url, headers=headers, cookies=cookies, timeout=30, trust_env=False)

    def run(self) -> None:
        """Read until told to stop; whatever is not 200 is a problem."""
        with self._client:
            while not self._stop.is_set():
                for path in self._paths:
                    self._read(path)
                time.sleep(0.1)

    def _read(self, path: str) -> None:
        try:
            answer = self._client.get(path)
        except httpx.TransportError as error:
            self.problems.append(f"{path}: {error!r}")
            return
        self.answered += 1
        if answer.status_code != 200:
            self.problems.append(f"{path}: {answer.status_code} {answer.text[:200]}")


class Stream:
    """A page that listens to what happens, and opens its stream again whenever it ends."""

    def __init__(self, url: str, stop: threading.Event, cookies: dict[str, str]) -> None:
        self.problems: list[str] = []
        self.opened = 0
        self._stop = stop
        timeout = httpx.Timeout(30, read=5.0)
        self._client = httpx.Client(base_url=url, cookies=cookies, timeout=timeout, trust_env=False)

    def run(self) -> None:
        """Listen until told to stop; a stream may end, but only as a whole and never with an error."""
        with self._client:
            while not self._stop.is_set():
                try:
                    self._listen()
                except httpx.ReadTimeout:
                    continue  # nothing happened for some seconds; a browser would just wait
                except httpx.TransportError as error:
                    self.problems.append(f"/live: {error!r}")

    def _listen(self) -> None:
        with self._client.stream("GET", "/live") as answer:
            if answer.status_code != 200:
                self.problems.append(f"/live: {answer.status_code}")
                time.sleep(0.2)
                return
            self.opened += 1
            for _ in answer.iter_raw():
                if self._stop.is_set():
                    return
