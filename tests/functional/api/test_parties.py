# SPDX-License-Identifier: Apache-2.0
"""Organisations, contacts and contracts through the API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.functional.api.conftest import Callers


def test_an_organisation_is_created_read_and_changed(any_callers: Callers) -> None:
    caller = any_callers.specialist
    made = caller.post("/organisations", {"name": "ООО «Ромашка»", "inn": "7707083893"})
    assert made.status_code == 201
    path = f"/organisations/{made.get_json()['id']}"
    assert made.headers["Location"] == f"/api/v1{path}"
    changed = caller.patch(path, {"address": "Пермь", "version": 1})
    assert (changed.get_json()["address"], changed.headers["ETag"]) == ("Пермь", '"2"')
    assert caller.patch(path, {"address": "Омск"}, headers={"If-Match": '"1"'}).status_code == 409
    assert caller.get(path).get_json() == changed.get_json()
    assert [one["name"] for one in caller.get("/organisations?search=ромашка").get_json()["items"]] == ["ООО «Ромашка»"]
    assert caller.get("/organisations?inn=7707083893").get_json()["items"]


def test_a_contact_has_ways_and_rights(any_callers: Callers) -> None:
    caller = any_callers.specialist
    home = caller.post("/organisations", {"name": "Ромашка"}).get_json()["id"]
    other = caller.post("/organisations", {"name": "Лютик"}).get_json()["id"]
    made = caller.post(
        "/contacts",
        {
            "full_name": "Анна",
            "phones": ["8 912 345-67-89"],
            "emails": ["a@example.com"],
            "memberships": [{"organisation": home, "may_represent": True}],
        },
    ).get_json()
    assert made["memberships"] == [
        {"organisation": home, "name": "Ромашка", "may_open": True, "may_confirm": False, "may_represent": True}
    ]
    path = f"/contacts/{made['id']}"
    put = caller.call("PUT", f"{path}/organisations/{other}", json={"may_confirm": True})
    assert len(put.get_json()["memberships"]) == 2
    assert caller.call("DELETE", f"{path}/organisations/{home}").status_code == 204
    assert caller.call("DELETE", f"{path}/organisations/{home}").status_code == 404
    changed = caller.patch(path, {"phones": [], "full_name": "Анна К."}).get_json()
    assert (changed["phones"], changed["emails"], changed["version"]) == ([], ["a@example.com"], 2)
    assert [one["id"] for one in caller.get(f"/contacts?organisation={other}").get_json()["items"]] == [made["id"]]
    assert [one["id"] for one in caller.get("/contacts?email=A@example.com").get_json()["items"]] == [made["id"]]


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("/organisations", {}, "name"),
    ("/organisations", {"name": "x", "inn": "12"}, "inn"),
    ("/organisations", {"name": "x", "timezone": "Mars"}, "timezone"),
    ("/contacts", {"full_name": "x", "phones": ["2000001"]}, "phones.0"),
    ("/contacts", {"full_name": "x", "phones": "89123456789"}, "phones"),
    ("/contacts", {"full_name": "x", "emails": [5]}, "emails.0"),
    ("/contacts", {"full_name": "x", "memberships": [{"organisation": 404}]}, "memberships.0.organisation"),
    (
        "/contacts",
        {"full_name": "x", "memberships": [{"organisation": 1, "may_open": "yes"}]},
        "memberships.0.may_open",
    ),
    ("/contracts", {"organisation": 404, "number": "1", "starts_on": "2026-01-01"}, "organisation"),
    ("/contracts", {"organisation": 1, "number": "1", "starts_on": "yesterday"}, "starts_on"),
    ("/contracts", {"organisation": 1, "number": "1", "starts_on": "2026-01-01", "ends_on": "2025-01-01"}, "ends_on"),
    ("/contracts", {"organisation": 1, "number": "1", "starts_on": "2026-01-01", "kinds": ["x"]}, "kinds.0"),
    ("/contracts", {"organisation": 1, "number": "1", "starts_on": "2026-01-01", "silence_days": 0}, "silence_days"),
]


@pytest.mark.parametrize(("path", "body", "field"), WRONG)
def test_a_wrong_value_names_its_field(callers: Callers, path: str, body: dict[str, Any], field: str) -> None:
    callers.supervisor.post("/organisations", {"name": "Ромашка"})
    answer = callers.supervisor.post(path, body)
    assert answer.status_code == 422, answer.text
    assert [error["field"] for error in answer.get_json(force=True)["errors"]] == [field]
    assert callers.supervisor.get("/contacts").get_json()["items"] == []


def test_a_contract_covers_what_it_says(any_callers: Callers) -> None:
    caller = any_callers.supervisor
    home = caller.post("/organisations", {"name": "Ромашка"}).get_json()["id"]
    made = caller.post(
        "/contracts",
        {"organisation": home, "number": "1", "starts_on": "2020-01-01", "kinds": ["outage"], "silence_days": 5},
    )
    assert made.status_code == 201
    covered = caller.ticket(organisation=home, kind="outage")
    assert (covered["entitlement"], covered["contract"]["number"]) == ("covered", "1")
    assert caller.ticket(organisation=home)["entitlement"] == "kind_not_covered"
    path = f"/contracts/{made.get_json()['id']}"
    ended = caller.patch(path, {"ends_on": "2020-12-31", "version": 1})
    assert (ended.get_json()["ends_on"], ended.get_json()["version"]) == ("2020-12-31", 2)
    assert caller.get(path).get_json() == ended.get_json()
    assert caller.ticket(organisation=home, kind="outage")["entitlement"] == "no_contract"
    assert caller.get("/contracts?in_force_on=2020-06-01").get_json()["items"]
    assert caller.get("/contracts?in_force_on=2021-06-01").get_json()["items"] == []
    assert any_callers.specialist.patch(path, {"ends_on": None}).status_code == 403
