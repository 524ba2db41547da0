# SPDX-License-Identifier: Apache-2.0
"""A POST that is sent again changes nothing again, whatever happens meanwhile."""

from __future__ import annotations

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from dialog_core import clock
from dialog_core.api.models import IdempotencyRecord
from dialog_core.database import db
from tests.functional.api.conftest import REQUEST, Caller, Callers


def post(caller: Caller, key: str, body: Any = None, path: str = "/tickets") -> Any:
    return caller.post(path, REQUEST if body is None else body, headers={"Idempotency-Key": key})


def numbers(caller: Caller) -> list[str]:
    return [one["number"] for one in caller.get("/tickets").get_json()["items"]]


def test_a_repeated_request_gets_the_same_answer(any_callers: Callers) -> None:
    caller = any_callers.specialist
    first = post(caller, "one")
    again = post(caller, "one")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.data == again.data
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert {name: again.headers[name] for name in ("Location", "ETag")} == {
        name: first.headers[name] for name in ("Location", "ETag")
    }
    assert len(numbers(caller)) == 1


def test_the_order_of_members_makes_no_other_request(caller: Caller) -> None:
    first = post(caller, "one")
    again = post(caller, "one", dict(reversed(REQUEST.items())))
    assert first.data == again.data


def test_another_request_under_the_same_key_is_refused(caller: Caller) -> None:
    post(caller, "one")
    other = post(caller, "one", {**REQUEST, "subject": "Другое"})
    elsewhere = post(caller, "one", {"name": "Ромашка"}, "/organisations")
    assert (other.status_code, elsewhere.status_code) == (422, 422)
    assert other.get_json(force=True)["errors"][0]["field"] == "Idempotency-Key"
    assert len(numbers(caller)) == 1


def test_keys_belong_to_their_token(callers: Callers) -> None:
    assert post(callers.specialist, "one").get_json()["number"] != post(callers.supervisor, "one").get_json()["number"]


@pytest.mark.parametrize("key", ["", "a b", "ключ", "x" * 256, "a\tb"])
def test_a_key_that_is_none_is_refused(caller: Caller, key: str) -> None:
    answer = caller.post("/tickets", REQUEST, headers={"Idempotency-Key": key.encode().decode("latin-1")})
    assert answer.status_code == 422
    assert numbers(caller) == []


def test_a_failure_is_not_kept(caller: Caller) -> None:
    assert post(caller, "one", {**REQUEST, "category": "nonsense"}).status_code == 422
    assert post(caller, "one").status_code == 201


def test_after_a_day_the_key_is_free_and_nothing_piles_up(callers: Callers) -> None:
    caller = callers.specialist
    for key in ("one", "two", "three"):
        post(caller, key)
    real = clock.now
    with clock.set_to(lambda: real_now() + timedelta(hours=23, minutes=59)):
        assert post(caller, "one").headers["Idempotency-Replayed"] == "true"
    with clock.set_to(lambda: real_now() + timedelta(hours=24, minutes=1)):
        assert "Idempotency-Replayed" not in post(caller, "one").headers
    assert clock.now is real
    assert len(numbers(caller)) == 4
    with callers.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(IdempotencyRecord)) == 1


def real_now() -> Any:
    from datetime import UTC, datetime

    return datetime.now(UTC)


def test_two_at_once_make_one(any_callers: Callers) -> None:
    caller = any_callers.specialist
    gate = threading.Barrier(6)

    def send(_turn: int) -> Any:
        gate.wait()
        return post(caller, "one")

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(send, range(6)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.data for answer in answers}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in answers) == 1
    assert len(numbers(caller)) == 1


def test_many_at_once_share_no_number_and_leave_no_gap(any_callers: Callers) -> None:
    caller = any_callers.specialist
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda turn: post(caller, f"k{turn}").get_json()["number"], range(24)))
    assert sorted(int(number[-6:]) for number in made) == list(range(1, 25))


def test_forms_are_compared_by_their_parts(caller: Caller) -> None:
    path = f"/tickets/{caller.ticket()['number']}/attachments"

    def upload(content: bytes) -> Any:
        form = {"file": (io.BytesIO(content), "a.txt")}
        return caller.post(path, data=form, headers={"Idempotency-Key": "f"})

    first, again, other = upload(b"hello"), upload(b"hello"), upload(b"other")
    assert first.data == again.data
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
