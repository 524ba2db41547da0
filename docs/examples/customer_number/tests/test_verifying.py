# SPDX-License-Identifier: Apache-2.0
"""The job: the platform's promises, and a directory that is down, slow, busy, or talks nonsense."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from dialog_core.plugin import HealthContext, insert_new, module_settings, now, read, write
from dialog_core.testing import Answer, FarSide, JobSuite, ModulePlatform, Request
from sqlalchemy import func, select

from dialog_customer_number import directory as asked
from dialog_customer_number.directory import NoAnswer, ask
from dialog_customer_number.models import KNOWN, UNKNOWN, WAITING, Verdict
from dialog_customer_number.showing import look
from dialog_customer_number.trying import check

FIELD = "customer_number_given"
TOKEN = "a-token-of-ours"


class TestVerify(JobSuite):
    """It can be interrupted and repeated at any moment."""

    job = "verify"

    def settings(self, far_side: FarSide) -> dict[str, Any]:
        return {"directory": far_side.url}

    def accept(self, far_side: FarSide) -> None:
        far_side.answer(json={"exists": True, "name": "Romashka"})

    def prepare(self, platform: ModulePlatform) -> None:
        for number in ("100000", "200000"):
            platform.make.ticket(fields={FIELD: number})
        platform.tell()


def verdicts() -> dict[str, tuple[str, str]]:
    """Return state and customer by number."""
    with read() as session:
        rows = session.execute(select(Verdict.number, Verdict.state, Verdict.customer)).all()
    return {number: (state, customer) for number, state, customer in rows}


def health(platform: ModulePlatform) -> tuple[bool, str]:
    found = look(HealthContext(module_settings("customer_number"), logging.getLogger("dialog.customer_number")))
    return found.is_ok, found.text


def test_each_number_is_asked_for_once(platform: ModulePlatform, directory: FarSide) -> None:
    for number in ("K-1000", "K-9999", "K-1000", "K-2000"):
        platform.make.ticket(fields={FIELD: number})
    platform.work()
    assert verdicts() == {"K-1000": (KNOWN, "Romashka"), "K-2000": (KNOWN, "Vasilek"), "K-9999": (UNKNOWN, "")}
    paths = sorted(request.path for request in directory.requests)
    assert paths == [f"/directory/customers/{number}" for number in ("K-1000", "K-2000", "K-9999")]
    assert {request.headers["authorization"] for request in directory.requests} == {f"Bearer {TOKEN}"}


def test_what_staff_see(platform: ModulePlatform, directory: FarSide) -> None:
    known, wrong = (platform.make.ticket(fields={FIELD: number}) for number in ("K-1000", "K-9999"))
    browser = platform.browser()
    assert "Not verified yet" in browser.text(f"/tickets/{known.number}")
    assert "not verified yet" in browser.text("/queue")
    platform.work()
    page = browser.text(f"/tickets/{known.number}")
    assert "In the directory" in page
    assert "Romashka" in page
    assert "Not in the directory" in browser.text(f"/tickets/{wrong.number}")
    queue = platform.browser(language="ru").text("/queue")
    assert "есть в справочнике" in queue
    assert "нет в справочнике" in queue


def test_answers_are_forgotten_and_numbers_asked_for_again(platform: ModulePlatform, directory: FarSide) -> None:
    ticket = platform.make.ticket(fields={FIELD: "K-1000"})
    platform.work()
    platform.clock.advance(days=30)
    assert "Not verified yet" in platform.browser().text(f"/tickets/{ticket.number}")
    platform.make.ticket(fields={FIELD: "K-1000"})
    platform.tell()
    assert verdicts() == {"K-1000": (WAITING, "")}
    platform.work()
    assert verdicts() == {"K-1000": (KNOWN, "Romashka")}
    assert len(directory.requests) == 2
    platform.clock.advance(days=30)
    platform.work()
    assert verdicts() == {}


def test_a_directory_that_is_down_keeps_nobody_from_working(platform: ModulePlatform, directory: FarSide) -> None:
    directory.close()
    ticket = platform.make.ticket(fields={FIELD: "K-1000"})
    platform.work()
    assert verdicts() == {"K-1000": (WAITING, "")}
    assert "the directory does not answer" in platform.browser().text(f"/tickets/{ticket.number}")
    assert health(platform) == (True, "The directory answers")
    for _ in range(2):
        platform.clock.advance(hours=1)
        platform.work()
    assert health(platform) == (
        False,
        "The directory does not answer: The directory cannot be reached: ConnectError (1)",
    )
    directory.open()
    platform.clock.advance(hours=1)
    platform.work()
    assert verdicts() == {"K-1000": (KNOWN, "Romashka")}
    assert health(platform) == (True, "The directory answers")


def test_a_directory_that_asks_to_wait_is_left_alone(platform: ModulePlatform, directory: FarSide) -> None:
    for number in ("K-1000", "K-2000"):
        platform.make.ticket(fields={FIELD: number})
    directory.answer_once(503, headers={"Retry-After": "600"})
    platform.work()
    platform.clock.advance(seconds=599)
    platform.work()
    assert len(directory.requests) == 1
    platform.clock.advance(seconds=11)  # the job's own pause, too
    platform.work()
    assert {state for state, _ in verdicts().values()} == {KNOWN}


def test_one_number_that_it_stumbles_over_does_not_hold_up_the_others(
    platform: ModulePlatform, directory: FarSide
) -> None:
    def stumble(request: Request) -> Answer:
        if request.path.endswith("/K-0000"):
            return Answer(500)
        return Answer(200, json.dumps({"exists": True, "name": "Romashka"}).encode())

    directory.reply_with(stumble)
    for number in ("K-0000", "K-1000", "K-2000"):
        platform.make.ticket(fields={FIELD: number})
    platform.work()
    platform.clock.advance(seconds=16)
    for _ in range(3):
        platform.work()
        platform.clock.advance(seconds=16)
    assert {number: state for number, (state, _) in verdicts().items()} == {
        "K-0000": WAITING, "K-1000": KNOWN, "K-2000": KNOWN,
    }  # fmt: skip


ANSWERS = (
    (200, b""), (200, b"<html>Sign in</html>"), (200, b"[]"), (200, b"{}"), (200, b'{"exists": "yes"}'),
    (200, b'{"exists": null}'), (200, b"[" * 50_000), (200, b"\xff\xfe"), (200, b'{"exists": true}' + b" " * 2**17),
    (204, b""), (302, b""), (401, b""), (404, b'{"exists": false}'), (500, b""),
)  # fmt: skip


def test_nonsense_is_no_answer(platform: ModulePlatform, directory: FarSide) -> None:
    for status, body in ANSWERS:
        directory.answer(status, body=body, headers={"Location": "/elsewhere"})
        found = ask(module_settings("customer_number"), "K-1000")
        assert isinstance(found, NoAnswer), (status, body[:40])
        assert TOKEN not in found.problem
        assert directory.url not in found.problem


def test_names_are_cleaned(platform: ModulePlatform, directory: FarSide) -> None:
    for given, kept in (("a\x00b\n c\u202e", "a b c"), ("x" * 500, "x" * 200), (5, ""), (None, ""), ("\ud800", "")):
        directory.answer(json={"exists": True, "name": given}) if given != "\ud800" else directory.answer(
            body=b'{"exists": true, "name": "\\ud800"}'
        )
        found = ask(module_settings("customer_number"), "K-1000")
        assert found == asked.Found(True, kept)


def test_hostile_names_are_shown_as_they_are(platform: ModulePlatform, directory: FarSide) -> None:
    directory.answer(json={"exists": True, "name": "<script>alert(1)</script>"})
    ticket = platform.make.ticket(fields={FIELD: "K-1000"})
    platform.work()
    page = platform.browser().get(f"/tickets/{ticket.number}").get_data(as_text=True)
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


def test_a_slow_directory_is_not_waited_for(
    platform: ModulePlatform, directory: FarSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asked, "TIMEOUT", 0.2)
    directory.stall(5)
    found = ask(module_settings("customer_number"), "K-1000")
    assert found == NoAnswer("The directory takes too long")
    directory.drip(0.05)
    assert ask(module_settings("customer_number"), "K-1000") == found


def test_many_numbers_take_several_short_runs(platform: ModulePlatform, directory: FarSide) -> None:
    with write() as session:
        for number in range(25):
            insert_new(
                session, Verdict, number=f"K-{number:04}", state=WAITING, customer="", due_at=now(), attempts=0,
                problem="",
            )  # fmt: skip
    assert platform.run_job("verify", times=1) is True
    assert len(directory.requests) == 10
    assert platform.run_job("verify") is False
    with read() as session:
        assert session.scalar(select(func.count()).where(Verdict.state == UNKNOWN)) == 25


def test_without_an_address_nobody_is_asked(platform: ModulePlatform, far_side: FarSide) -> None:
    platform.make.ticket(fields={FIELD: "100000"})
    platform.work()
    assert far_side.requests == []
    assert health(platform) == (True, "No directory is set up")
    platform.settings(directory=far_side.url)
    far_side.answer(json={"exists": True})
    platform.clock.advance(seconds=10)
    platform.work()
    assert verdicts() == {"100000": (KNOWN, "")}


def test_the_connection_can_be_tried(platform: ModulePlatform, directory: FarSide) -> None:
    values = dict(module_settings("customer_number"))
    assert check(values).is_good
    assert not check({**values, "directory": ""}).is_good
    directory.answer(404)
    assert check(values).values == {"problem": "The directory answers with status: 404"}
