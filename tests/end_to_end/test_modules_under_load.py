# SPDX-License-Identifier: Apache-2.0
"""Modules come, go and come back while browsers and programs are at work: not one request fails."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.running import Platform
from tests.running.desk import Desk
from tests.running.fixtures import NewPlatform
from tests.running.platform import ADMINISTRATOR, PASSWORD, CommandFailed
from tests.running.visitors import Stream, Visitor, at_work
from tests.running.web import sign_in
from tests.telegram_emulator import Emulator

pytestmark = [
    pytest.mark.soak, pytest.mark.slow, pytest.mark.timeout(400), pytest.mark.xdist_group("modules_under_load"),
]  # fmt: skip
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
    try:
        with at_work(everybody, stop):
            with pytest.raises(CommandFailed, match="library"):  # stored, for the module that needs it
                busy.dialog("module", "install", str(module_wheel("paper")))
            for generation in _changes(busy, str(module_wheel("notebook"))):
                _check_live_everywhere(busy, generation)
    finally:
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
