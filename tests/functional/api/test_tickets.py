# SPDX-License-Identifier: Apache-2.0
"""Tickets through the API: registered, read, changed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.functional.api.conftest import REQUEST, Caller, Callers


def test_a_request_is_registered_with_its_parties(any_callers: Callers) -> None:
    caller = any_callers.specialist
    answer = caller.post("/tickets", REQUEST)
    assert answer.status_code == 201
    made = answer.get_json()
    assert answer.headers["Location"] == f"/api/v1/tickets/{made['number']}"
    assert (made["state"], made["priority"], made["missing"], made["channel"]) == ("registered", "normal", [], "api")
    assert made["contact"]["phones"] == ["8 912 345-67-89"]
    assert made["organisation"]["name"] == "ООО «Ромашка»"
    assert made["entitlement"] == "no_contract"
    assert made["description"] == REQUEST["description"]
    assert caller.get(f"/tickets/{made['number']}").get_json() == made
    assert made["_links"]["self"]["href"] == f"/api/v1/tickets/{made['number']}"
    entry = caller.get(f"/tickets/{made['number']}/entries").get_json()["items"][0]
    assert (entry["kind"], entry["author"]["kind"], entry["author"]["name"]) == (
        "request", "contact", "Иванова Анна Петровна"
    )  # fmt: skip


def test_known_parties_are_recognised(caller: Caller) -> None:
    first = caller.ticket()
    again = caller.ticket(
        contact={"full_name": "иванова анна петровна", "phone": "+79123456789"},
        organisation={"name": "ооо «ромашка»"},
    )
    assert again["contact"]["id"] == first["contact"]["id"]
    assert again["organisation"]["id"] == first["organisation"]["id"]
    by_id = caller.ticket(contact=first["contact"]["id"], organisation=first["organisation"]["id"])
    assert by_id["contact"]["full_name"] == "Иванова Анна Петровна"
    assert caller.ticket(contact=first["contact"]["id"], organisation=None)["organisation"] is not None


def test_what_the_regulation_still_asks_for_is_told(caller: Caller) -> None:
    made = caller.ticket(category=None, organisation=None, contact={"full_name": "Аня", "email": "a@example.com"})
    assert {"category", "organisation"} <= set(made["missing"])


def test_hostile_text_is_kept_as_text(caller: Caller) -> None:
    made = caller.ticket(
        subject="<script>\u0000\u202e alert(1)</script>", description="line\r\n<b>\u0007bold</b> \ud83d\ude00"
    )
    assert made["subject"] == "<script> alert(1)</script>"
    assert made["description"] == "line\n<b>bold</b> 😀"


def test_lone_surrogates_break_nothing(caller: Caller) -> None:
    body = (
        b'{"subject": "a\\ud800b", "description": "\\udfffc", "kind": "outage", '
        b'"contact": {"full_name": "\\ud800Anna", "phone": "89123456789"}}'
    )
    answer = caller.post("/tickets", data=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 201
    assert answer.get_json()["subject"] == "ab"
    assert caller.get("/tickets?q=%ED%A0%80").status_code == 200


def test_a_long_text_is_kept_whole(any_callers: Callers) -> None:
    text = "Ж" * 60_000
    assert any_callers.specialist.ticket(description=text)["description"] == text


def test_a_change_is_made_on_the_version_that_was_seen(caller: Caller) -> None:
    made = caller.ticket()
    path = f"/tickets/{made['number']}"
    seen = caller.get(path).headers["ETag"]
    changed = caller.patch(path, {"subject": "Другое", "impact": "high", "version": made["version"]})
    assert changed.status_code == 200
    assert (changed.get_json()["subject"], changed.get_json()["version"]) == ("Другое", made["version"] + 1)
    assert caller.patch(path, {"subject": "Третье", "version": made["version"]}).status_code == 409
    assert caller.patch(path, {"subject": "Третье"}, headers={"If-Match": seen}).status_code == 409
    assert caller.patch(path, {"subject": "Третье"}, headers={"If-Match": "yesterday"}).status_code == 422
    fresh = changed.headers["ETag"]
    assert caller.patch(path, {"subject": "Третье"}, headers={"If-Match": fresh}).status_code == 200


def test_priority_needs_a_reason_when_it_is_set_by_hand(caller: Caller) -> None:
    path = f"/tickets/{caller.ticket()['number']}"
    refused = caller.patch(path, {"priority": "critical"})
    assert refused.status_code == 422
    changed = caller.patch(path, {"priority": "critical", "priority_reason": "Директор ждёт"}).get_json()
    assert (changed["priority"], changed["priority_reason"]) == ("critical", "Директор ждёт")
    assert caller.patch(path, {"priority": None}).get_json()["priority"] == "normal"


def test_parties_and_executors_are_changed(callers: Callers) -> None:
    caller = callers.specialist
    path = f"/tickets/{caller.ticket()['number']}"
    people = {one["email"].partition("@")[0]: one["id"] for one in caller.get("/staff").get_json()["items"]}
    changed = caller.patch(
        path,
        {
            "contact": {"full_name": "Борис Ильин", "email": "b@example.com"},
            "organisation": {"name": "АО «Лютик»"},
            "responsible": people["specialist"],
            "executors": [people["tester"]],
        },
    ).get_json()
    assert changed["contact"]["full_name"] == "Борис Ильин"
    assert changed["organisation"]["name"] == "АО «Лютик»"
    assert changed["responsible"]["id"] == people["specialist"]
    assert [one["id"] for one in changed["executors"]] == [people["tester"]]
    kept = caller.patch(path, {"responsible": None}).get_json()
    assert (kept["responsible"], len(kept["executors"])) == (None, 1)
    refused = caller.patch(path, {"responsible": 404})
    assert refused.get_json(force=True)["errors"][0]["field"] == "responsible"
    assert callers.tester.patch(path, {"responsible": None}).status_code == 403


FILTERS: list[tuple[str, int]] = [
    ("", 3),
    ("state=registered", 3),
    ("state=in_progress,closed", 0),
    ("state=registered&state=closed", 3),
    ("open=true", 3),
    ("open=false", 0),
    ("kind=outage", 1),
    ("priority=low,normal", 1),
    ("responsible=none", 3),
    ("responsible=me", 0),
    ("executor=me", 0),
    ("channel=api", 3),
    ("category=hardware.printer", 3),
    ("organisation=1", 3),
    ("contact=2", 1),
    ("q=молчит", 3),
    ("q=000002", 1),
    ("opened_after=2020-01-01T00:00:00Z", 3),
    ("opened_before=2020-01-01T00:00:00%2B03:00", 0),
]


@pytest.mark.parametrize(("query", "count"), FILTERS)
def test_filters_narrow_the_list(caller: Caller, query: str, count: int) -> None:
    caller.ticket()
    caller.ticket(kind="outage", contact={"full_name": "Борис Ильин", "phone": "89123456780"})
    caller.ticket(urgency="high", impact="high")
    answer = caller.get(f"/tickets?{query}")
    assert len(answer.get_json()["items"]) == count, answer.text


def test_entries_are_added_and_listed(any_callers: Callers) -> None:
    caller = any_callers.specialist
    made = caller.ticket()
    path = f"/tickets/{made['number']}/entries"
    note = caller.post(path, {"text": "Проверил кабель"})
    assert (note.status_code, note.get_json()["kind"]) == (201, "note")
    said = caller.post(path, {"kind": "message", "text": "Всё ещё молчит", "contact": made["contact"]["id"]}).get_json()
    assert (said["author"]["kind"], said["author"]["id"]) == ("contact", made["contact"]["id"])
    reply = caller.post(path, {"kind": "reply", "text": "Едем", "delivered_by": "call"}).get_json()
    assert reply["delivered_by"] == "call"
    kinds = [one["kind"] for one in caller.get(path).get_json()["items"]]
    assert kinds == ["request", "note", "message", "reply"]
    wrong: list[dict[str, Any]] = [
        {"text": ""},
        {"text": "x", "kind": "answer"},
        {"text": "x", "kind": "message", "contact": 404},
    ]
    assert [caller.post(path, body).status_code for body in wrong] == [422, 422, 422]


def test_lists_to_choose_from(callers: Callers) -> None:
    caller = callers.specialist
    me = caller.get("/me").get_json()
    assert (me["name"], "ticket.work" in me["permissions"]) == ("Specialist", True)
    assert me["id"] in {one["id"] for one in caller.get("/staff").get_json()["items"]}
    assert caller.get("/teams").get_json() == {"items": []}
    assert "hardware.printer" in {one["code"] for one in caller.get("/categories").get_json()["items"]}
