# SPDX-License-Identifier: Apache-2.0
"""Pages by cursor: every row once, whatever is added meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from tests.functional.api.conftest import Caller, Callers


def walk(caller: Caller, path: str, between: Any = None) -> list[Any]:
    found: list[Any] = []
    cursor = ""
    for _ in range(100):
        page = caller.get(f"{path}{'&' if '?' in path else '?'}limit=3{cursor}").get_json()
        found += page["items"]
        assert len(page["items"]) <= 3
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"
        if between:
            between()
    raise AssertionError("the list never ends")


@pytest.mark.parametrize("sort", ["newest", "activity", "priority"])
def test_tickets_do_not_jump_while_others_come(any_callers: Callers, sort: str) -> None:
    caller = any_callers.specialist
    kinds = ("outage", "consultation", "user_failure")
    made = [caller.ticket(kind=kinds[n % 3])["number"] for n in range(10)]
    left = [3]

    def come() -> None:
        if left[0]:
            left[0] -= 1
            caller.ticket(kind="outage")

    seen = [one["number"] for one in walk(caller, f"/tickets?sort={sort}", come)]
    assert len(seen) == len(set(seen))
    assert set(made) <= set(seen)


@pytest.mark.parametrize("sort", ["name", "-name", "id", "-id"])
@pytest.mark.parametrize("kind", ["organisations", "contacts"])
def test_parties_do_not_jump_either(callers: Callers, kind: str, sort: str) -> None:
    caller = callers.specialist
    field = "name" if kind == "organisations" else "full_name"
    made = [caller.post(f"/{kind}", {field: f"Имя {n % 4}"}).get_json()["id"] for n in range(11)]
    seen = [one["id"] for one in walk(caller, f"/{kind}?sort={sort}")]
    assert sorted(seen) == sorted(made)


def test_entries_and_contracts_are_paged(callers: Callers) -> None:
    caller = callers.supervisor
    number = caller.ticket()["number"]
    for turn in range(7):
        caller.post(f"/tickets/{number}/entries", {"text": f"Заметка {turn}"})
        caller.post("/contracts", {"organisation": 1, "number": str(turn), "starts_on": "2026-01-01"})
    entries = walk(caller, f"/tickets/{number}/entries")
    assert [one["text"] for one in entries][1:] == [f"Заметка {turn}" for turn in range(7)]
    assert [one["number"] for one in walk(caller, "/contracts?organisation=1")] == [str(turn) for turn in range(7)]


def test_a_cursor_belongs_to_its_list_and_order(callers: Callers) -> None:
    caller = callers.specialist
    for n in range(3):
        caller.post("/organisations", {"name": f"Имя {n}"})
        caller.post("/contacts", {"full_name": f"Имя {n}"})
    cursor = caller.get("/organisations?limit=1").get_json()["next"]
    assert caller.get(f"/organisations?limit=1&cursor={cursor}").status_code == 200
    for path in ("/contacts?", "/organisations?sort=id&", "/organisations?sort=-name&"):
        answer = caller.get(f"{path}cursor={cursor}")
        assert answer.status_code == 422
        assert answer.get_json(force=True)["errors"][0]["field"] == "cursor"
