# SPDX-License-Identifier: Apache-2.0
"""kill -9 of every kind of process while customers write and programs call: each thing happens exactly once."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator

import httpx
import pytest

from tests.running import Platform, eventually
from tests.running.desk import Desk, Group, set_up
from tests.running.fixtures import NewPlatform
from tests.telegram_emulator import Emulator

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
RATE, SECONDS = 20, 20
POLLER, HOOK = "service:telegram.poller", "service:telegram.webhook"


@pytest.fixture(
    params=[
        pytest.param(("sqlite", "polling"), marks=pytest.mark.xdist_group("chaos_sqlite")),
        pytest.param(("sqlite", "webhook"), marks=[pytest.mark.soak, pytest.mark.xdist_group("chaos_webhook")]),
        pytest.param(
            ("postgresql", "polling"),
            marks=[pytest.mark.postgres, pytest.mark.soak, pytest.mark.xdist_group("chaos_postgresql")],
        ),
    ],
    ids=lambda param: "-".join(param),
)
def stormy(request: pytest.FixtureRequest, new_platform: NewPlatform) -> Iterator[Desk]:
    """Return a desk with two web workers on either database, its messages by either way."""
    database, mode = request.param
    if database == "sqlite":
        platform: Platform = new_platform(request.getfixturevalue("prepared_home"), web_workers=2)
    else:
        platform = new_platform(database_url=request.getfixturevalue("postgres_template")(), web_workers=2)
        set_up(platform)
    with Emulator() as telegram:
        desk = Desk(platform, telegram)
        desk.connect(mode=mode, public_url=platform.url)
        yield desk
        desk.close()
        platform.stop()


def test_everything_is_exactly_once_in_a_ticket(stormy: Desk) -> None:
    """20 updates and 2 API calls a second; one process after the other dies without a word."""
    groups = [stormy.group(f"Storm {number}") for number in range(4)]
    ended = threading.Event()
    said, asked = Writer(stormy, groups), Caller(stormy, ended)
    threads = [threading.Thread(target=said.run), threading.Thread(target=asked.run)]
    for thread in threads:
        thread.start()
    begin = time.monotonic()
    is_polling = not stormy.telegram.requests("setWebhook")
    victims = ["web", "jobs", POLLER if is_polling else HOOK, "worker-parent", "web", "jobs"]
    for number, role in enumerate(victims, start=1):
        ended.wait(max(0.0, begin + number * SECONDS / (len(victims) + 1) - time.monotonic()))
        _kill(stormy, role)
    threads[0].join()
    ended.set()
    threads[1].join()

    eventually(lambda: stormy.telegram.pending() == 0, seconds=60, what="Telegram keeps nothing back")
    eventually(lambda: _unsettled(stormy) == [], seconds=60, what="everything that came is routed")
    texts = Counter(row.text for row in stormy.platform.rows("SELECT text FROM entry WHERE text LIKE 'storm %'"))
    assert texts == Counter(said.texts)
    assert asked.failures == []
    rows = stormy.platform.rows("SELECT subject FROM ticket WHERE subject LIKE 'call %'")
    assert Counter(row.subject for row in rows) == Counter(asked.subjects)
    assert len(asked.subjects) >= 10
    _check_numbers(stormy)
    _check_notices(stormy)
    _check_health(stormy)


class Writer:
    """Customers who write at a steady rate."""

    def __init__(self, desk: Desk, groups: list[Group]) -> None:
        self.texts: list[str] = []
        self._desk = desk
        self._groups = groups

    def run(self) -> None:
        """Write all texts, each of them unlike the others; each fifth is a request of its own."""
        begin = time.monotonic()
        for number in range(RATE * SECONDS):
            group = self._groups[number % len(self._groups)]
            author = (group.user, group.boss)[number // len(self._groups) % 2]
            text = f"storm {number:04d}"
            self._desk.telegram.say(group.chat, author, f"/new {text}" if number % 5 == 0 else text)
            self.texts.append(text)
            time.sleep(max(0.0, begin + (number + 1) / RATE - time.monotonic()))


class Caller:
    """A program that registers requests, and repeats a call of which it does not know the end."""

    def __init__(self, desk: Desk, ended: threading.Event) -> None:
        self.subjects: list[str] = []
        self.failures: list[str] = []
        self._desk = desk
        self._ended = ended

    def run(self) -> None:
        """Call twice a second until the storm is over; every call ends well."""
        number = 0
        while not self._ended.wait(0.5):
            number += 1
            subject = f"call {number:04d}"
            self.subjects.append(subject)
            self._call(subject)

    def _call(self, subject: str) -> None:
        contact = {"full_name": "Caller Storm", "email": "storm@example.org"}
        body = {"subject": subject, "description": "d", "kind": "consultation", "contact": contact}
        headers = {"Idempotency-Key": subject.replace(" ", "-")}
        until = time.monotonic() + 30
        last = ""
        while time.monotonic() < until:
            try:
                answer = self._desk.api.post("/tickets", json=body, headers=headers)
            except httpx.TransportError as error:
                last = repr(error)
            else:
                if answer.status_code == 201:
                    return
                last = answer.text
            time.sleep(0.1)
        self.failures.append(f"{subject}: {last}")


def _kill(desk: Desk, role: str) -> None:
    """End a process of a role at once; one that is just being restarted is waited for."""
    pids = eventually(lambda: desk.platform.pids(role), seconds=30, what=f"a process {role}")
    os.kill(pids[-1], signal.SIGKILL)


def _unsettled(desk: Desk) -> list[str]:
    rows = desk.platform.rows("SELECT state, problem FROM inbox_item WHERE state NOT IN ('done', 'ignored')")
    return [f"{row.state}: {row.problem}" for row in rows]


def _check_numbers(desk: Desk) -> None:
    """No number twice, none missing."""
    numbers = [row.number for row in desk.platform.rows("SELECT number FROM ticket ORDER BY id")]
    tails = sorted(int("".join(sign for sign in number if sign.isdigit())) for number in numbers)
    assert len(set(tails)) == len(tails)
    assert tails[-1] - tails[0] == len(tails) - 1


def _check_notices(desk: Desk) -> None:
    """Nobody was told the same number twice; a notice whose sender died stays in doubt and is not sent blindly."""
    told = Counter(item["text"] for item in desk.telegram.sent() if "Its number" in item["text"])
    assert told
    assert [text for text, times in told.items() if times > 1] == []
    assert desk.platform.rows("SELECT problem FROM delivery WHERE state IN ('failed', 'unreachable')") == []


def _check_health(desk: Desk) -> None:
    def is_whole() -> bool:
        ready = httpx.get(f"{desk.platform.url}/readyz", trust_env=False)
        others = [desk.platform.pids(role) for role in ("jobs", "worker-parent", "web-parent")]
        return ready.status_code == 200 and len(desk.platform.pids("web")) == 2 and all(others)

    eventually(is_whole, seconds=30, what="all processes are there again")
    group = desk.group("After the storm")
    assert desk.answered(group, "The sun shines")["responsible"]["name"] == "Semyon Specialist"
