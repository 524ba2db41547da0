# SPDX-License-Identifier: Apache-2.0
"""Organisations, people with their rights, contracts."""

from __future__ import annotations

import re
import secrets
from typing import Any


def key() -> str:
    return secrets.token_urlsafe(18)


def organisation(browser: Any, **values: Any) -> Any:
    browser.get("/organisations/new")
    data = {"name": "Rose Ltd", "address": "Hill 3", "language": "en", "timezone": "UTC", "form_key": key(), **values}
    return browser.post("/organisations/new", data)


def test_organisation_is_created_once_found_and_changed(desk: Any, specialist: Any) -> None:
    same = key()
    first, second = organisation(specialist, form_key=same), organisation(specialist, form_key=same)
    assert first.headers["Location"] == second.headers["Location"]
    specialist.get("/organisations?q=rose")
    assert specialist.page.count("row-link") == 1
    address = first.headers["Location"]
    specialist.get(f"{address}/edit")
    version = re.search(r'name="version" value="(\d+)"', specialist.page)
    assert version is not None
    changed = {"name": "Rose and Sons", "language": "en", "timezone": "UTC", "version": version[1]}
    assert specialist.post(f"{address}/edit", changed).status_code == 303
    assert specialist.post(f"{address}/edit", {**changed, "name": "Other"}).status_code == 422
    assert "What stands there now" in specialist.page
    assert "Rose and Sons" in specialist.page
    assert 'value="Other"' in specialist.page


def test_wrong_values_stand_at_their_fields(desk: Any, specialist: Any) -> None:
    assert organisation(specialist, inn="12").status_code == 422
    assert specialist.error_of("inn") == "An INN has 10 or 12 digits."
    assert 'value="Rose Ltd"' in specialist.page
    assert organisation(specialist, name="").status_code == 422
    assert specialist.error_of("name")


def test_person_with_rights(desk: Any, specialist: Any) -> None:
    specialist.get(f"/contacts/new?organisation={desk.organisation_id}")
    assert 'value="Daisy Ltd"' in specialist.page
    data = {
        "full_name": "Rita Right",
        "phones": ["+7 912 000-11-22", ""],
        "emails": ["rita@example.com"],
        "language": "en",
    }
    data |= {"organisation_id": desk.organisation_id, "may_represent": "on", "form_key": key()}
    assert specialist.post("/contacts/new", data).status_code == 303
    specialist.get(f"/organisations/{desk.organisation_id}")
    assert "Rita Right" in specialist.page
    assert specialist.page.count("represents the customer") == 2
    assert specialist.post("/contacts/new", {**data, "emails": ["no address"], "form_key": key()}).status_code == 422
    assert "This is not an e-mail address." in specialist.page
    assert 'value="no address"' in specialist.page


def test_rights_are_changed_and_taken(desk: Any, specialist: Any) -> None:
    path = f"/organisations/{desk.organisation_id}/people"
    specialist.get(f"{path}?contact={desk.asker_id}")
    assert specialist.post(path, {"contact_id": desk.asker_id, "may_confirm": "on"}).status_code == 303
    rights = desk.rows(
        f"select may_open, may_confirm, may_represent from membership where contact_id = {desk.asker_id}"
    )
    assert [tuple(map(bool, row)) for row in rights] == [(False, True, False)]
    assert specialist.post(path, {"contact_text": "nobody chosen"}).status_code == 422
    specialist.get(f"{path}?contact={desk.asker_id}")
    assert specialist.post(f"{path}/{desk.asker_id}/remove").status_code == 303
    assert desk.rows(f"select count(*) from membership where contact_id = {desk.asker_id}") == [(0,)]


def test_contract_is_for_supervisors(desk: Any, specialist: Any, visitor: Any) -> None:
    path = f"/organisations/{desk.organisation_id}/contracts/new"
    assert specialist.get(path).status_code == 403
    specialist.get("/queue")
    values = {"kind": "contract", "number": "7/26", "starts_on": "2026-01-01", "kinds": ["outage"], "silence_days": "5"}
    assert specialist.post(path, {**values, "form_key": key()}).status_code == 403
    supervisor = visitor("sue@example.com")
    supervisor.get(path)
    assert supervisor.post(path, {**values, "starts_on": "soon", "form_key": key()}).status_code == 422
    assert supervisor.error_of("starts_on") == "This is not a date."
    assert supervisor.post(path, {**values, "silence_days": "many", "form_key": key()}).status_code == 422
    assert supervisor.post(path, {**values, "form_key": key()}).status_code == 303
    supervisor.get(f"/organisations/{desk.organisation_id}")
    assert "7/26" in supervisor.page
    assert "silence counts as consent after 5 days" in supervisor.page


def test_tester_reads_and_changes_nothing(desk: Any, visitor: Any) -> None:
    tester = visitor("tess@example.com")
    assert tester.get(f"/organisations/{desk.organisation_id}").status_code == 200
    assert "/edit" not in tester.page
    for path in (
        "/organisations/new",
        f"/organisations/{desk.organisation_id}/edit",
        "/contacts/new",
        f"/contacts/{desk.asker_id}/edit",
    ):
        assert tester.get(path).status_code == 403, path
    assert organisation(tester).status_code == 403


def test_lists_go_on(desk: Any, specialist: Any) -> None:
    for index in range(45):
        organisation(specialist, name=f"Org {index:02}")
    specialist.get("/organisations")
    first = re.findall(r'class="row-link" href="([^"]+)"', specialist.page)
    following = re.search(r'rel="next" href="([^"]+)"', specialist.page)
    assert following is not None
    specialist.get(following[1])
    second = re.findall(r'class="row-link" href="([^"]+)"', specialist.page)
    assert (len(first), len(second)) == (40, 6)
    assert not set(first) & set(second)
    assert specialist.get("/organisations?after=nonsense").status_code == 200


def test_html_is_escaped(desk: Any, specialist: Any) -> None:
    hostile = '<b>x</b>"'
    answer = organisation(specialist, name=hostile, address=hostile, notes=hostile)
    for path in (
        "/organisations",
        answer.headers["Location"],
        answer.headers["Location"] + "/edit",
        "/lookup/organisations?q=b",
    ):
        raw = specialist.client.get(path).get_data(as_text=True)
        assert "<b>x" not in raw, path
        assert "&lt;b&gt;x" in raw, path
