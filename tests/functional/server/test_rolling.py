# SPDX-License-Identifier: Apache-2.0
"""A change of generation under load: every process comes to run it, and not one request fails."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import httpx
import pytest
from sqlalchemy import insert, select, update

from dialog_core.clock import now
from dialog_core.config import Config
from dialog_core.database import WRITE_OPTION, open_engine
from dialog_core.modules.models import ActiveGeneration, Generation
from tests.functional.server.conftest import Platform, run_dialog, wait_until

CLIENTS = 6
PATHS = ("/readyz", "/healthz", "/api/v1/openapi.json", "/no/such/page")


@dataclass
class Load:
    """Clients that keep their connections and ask without a pause."""

    url: str
    answers: int = 0
    slowest: tuple[float, str] = (0.0, "")
    problems: list[str] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Begin to ask."""
        self._threads = [threading.Thread(target=self._ask, args=(number,)) for number in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop asking."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, number: int) -> None:
        with httpx.Client(base_url=self.url, timeout=60) as client:
            turn = number
            while not self._stop.is_set():
                turn += 1
                path = PATHS[turn % len(PATHS)]
                begin = time.monotonic()
                try:
                    answer = client.get(path)
                except httpx.HTTPError as error:
                    self.problems.append(f"{path}: {error!r}")
                    continue
                expected = 404 if path.startswith("/no") else 200
                if answer.status_code != expected:
                    self.problems.append(f"{path}: {answer.status_code} {answer.text[:200]}")
                self.answers += 1
                self.slowest = max(self.slowest, (time.monotonic() - begin, path))


@pytest.mark.timeout(400)
def test_no_request_fails_while_generations_change(node: Config, start_platform: Callable[..., Platform]) -> None:
    # Before it is set up a platform sends everybody to its first steps; an administrator ends that.
    made = run_dialog(node, "migrate")
    assert made.returncode == 0, made.stderr
    made = run_dialog(
        node, "user", "create", "root@example.org", "--role", "administrator", "--password-stdin",
        stdin="correct horse battery staple\n",
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    platform = start_platform(node)
    platform.ready_line()
    wait_until(lambda: len(platform.listed("web")) == 2 and platform.listed("jobs"), "everything runs")
    load = Load(f"http://127.0.0.1:{node.port}")
    load.start()
    try:
        for _ in range(3):
            before = {process.pid for process in platform.listed("web")}
            wanted = _bump(node)
            wait_until(partial(_all_on, platform, wanted), f"all processes run {wanted}", 120)
            after = {process.pid for process in platform.listed("web")}
            assert not before & after
    finally:
        load.stop()
    assert load.problems == []
    assert load.answers > 100
    print(f"{load.answers} answers, the slowest took {load.slowest[0]:.3f} s ({load.slowest[1]})")
    # Nothing but two workers is left over.
    assert len(platform.listed("web")) == 2


def test_a_generation_that_cannot_be_built_leaves_the_platform_serving(platform: Platform) -> None:
    wait_until(lambda: len(platform.listed("web")) == 2, "everything runs")
    missing = {"name": "gone", "distribution": "dialog-gone", "version": "1.0", "sha256": "0" * 64, "enabled": True}
    wanted = _bump(platform.config, {"modules": [missing], "libraries": []})
    listed = wait_until(
        lambda: [item for item in platform.listed("web") if item.wanted == wanted and item.state == "fallback"],
        "the workers say that they run the last good one",
    )
    assert "generation" in listed[0].problem

    def answers() -> bool:
        status, ready = platform.get_json("/readyz")
        assert status == 200
        return bool(ready["generation"]["state"] == "fallback")

    wait_until(answers, "the old workers are gone")
    # On a busy machine a heartbeat may come late, and who was not seen for ten seconds is not listed.
    wait_until(lambda: "fallback" in platform.run("doctor").stdout, "the examination sees it")
    assert platform.run("doctor").returncode == 1


def _bump(config: Config, lock: dict[str, object] | None = None) -> int:
    """Make another generation wanted, as a change of modules does."""
    engine = open_engine(config)
    try:
        with engine.connect().execution_options(**{WRITE_OPTION: True}) as connection, connection.begin():
            current = connection.scalar(select(ActiveGeneration.generation_id))
            values = {
                "previous_id": current, "lock": lock or {"modules": [], "libraries": []}, "report": {},
                "state": "active", "reason": "test", "created_by": "test", "created_at": now(), "activated_at": now(),
            }  # fmt: skip
            number: int = connection.execute(insert(Generation).values(**values).returning(Generation.id)).scalar_one()
            if current is None:
                connection.execute(insert(ActiveGeneration).values(id=1, generation_id=number, last_good_id=number))
            else:
                good = {} if lock else {"last_good_id": number}
                connection.execute(update(ActiveGeneration).values(generation_id=number, **good))
            return number
    finally:
        engine.dispose()


def _all_on(platform: Platform, wanted: int) -> bool:
    found = [process for process in platform.listed() if process.converges]
    return len(found) == 3 and all(process.generation == wanted for process in found)
