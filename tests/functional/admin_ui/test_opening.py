# SPDX-License-Identifier: Apache-2.0
"""Requests that staff register."""

from __future__ import annotations

import secrets
from typing import Any

REQUEST = {
    "contact_text": "Nora New", "phone": "+7 912 111-22-33", "organisation_text": "Fresh Ltd",
    "organisation_address": "Side Street 2", "subject": "No sound", "description": "Since morning.",
    "kind": "user_failure", "impact": "medium", "urgency": "high", "came_by": "call",
}  # fmt: skip


def send(browser: Any, **values: Any) -> Any:
    browser.get("/tickets/new")
    return browser.post("/tickets/new", {**REQUEST, "form_key": secrets.token_urlsafe(18), **values})


def test_unknown_person_and_organisation_are_made(desk: Any, specialist: Any) -> None:
    answer = send(specialist)
    assert answer.status_code == 303
    specialist.get(answer.headers["Location"])
    assert "Tell the customer its number" in specialist.page
    number = answer.headers["Location"].split("/")[2].split("?")[0]
    view = desk.view(number)
    assert view.contact is not None
    assert view.organisation is not None
    assert (view.contact.full_name, view.organisation.name) == ("Nora New", "Fresh Ltd")
    assert "No contract in force" in specialist.page
    assert "6 of 7" in specialist.page


def test_tester_may_register_too(desk: Any, visitor: Any) -> None:
    assert send(visitor("tess@example.com")).status_code == 303


def test_known_people_are_taken_by_id(desk: Any, specialist: Any) -> None:
    answer = send(specialist, contact_id=desk.asker_id, organisation_id=desk.organisation_id)
    view = desk.view(answer.headers["Location"].split("/")[2].split("?")[0])
    assert view.contact is not None
    assert (view.contact.id, view.contact.full_name) == (desk.asker_id, "Ann Asker")
    assert desk.rows("select count(*) from contact") == [(2,)]


def test_refused_request_leaves_nobody_behind_and_keeps_the_form(desk: Any, specialist: Any) -> None:
    before = desk.rows("select count(*) from contact"), desk.rows("select count(*) from organisation")
    assert send(specialist, impact="gigantic").status_code == 422
    assert (desk.rows("select count(*) from contact"), desk.rows("select count(*) from organisation")) == before
    assert "Since morning." in specialist.page
    assert 'value="Nora New"' in specialist.page
    assert send(specialist, phone="12").status_code == 422
    assert "internal extension" in specialist.error_of("phone") or "not a phone" in specialist.error_of("phone")
    assert send(specialist, subject=" ").status_code == 422
    assert specialist.error_of("subject")
    assert send(specialist, description=" ").status_code == 422
    assert specialist.error_of("description")


def test_double_submit_gives_one_ticket(desk: Any, specialist: Any) -> None:
    key = secrets.token_urlsafe(18)
    first, second = send(specialist, form_key=key), send(specialist, form_key=key)
    assert first.headers["Location"] == second.headers["Location"]
    assert desk.rows("select count(*) from ticket") == [(1,)]


def test_goes_on_from_a_closed_ticket(desk: Any, specialist: Any) -> None:
    number = desk.ticket("Old one")
    specialist.get(f"/tickets/new?follow_up={number}")
    assert "Goes on from ticket" in specialist.page
    assert 'value="Old one"' in specialist.page
    answer = send(specialist, follow_up_of=desk.view(number).id)
    view = desk.view(answer.headers["Location"].split("/")[2].split("?")[0])
    assert [(link.kind, link.number) for link in view.links] == [("follow_up", number)]


def test_check_says_what_is_still_asked(desk: Any, specialist: Any) -> None:
    specialist.get("/tickets/new")
    answer = specialist.post("/tickets/new/check", {"subject": "x", "contact_text": "Nora New"})
    assert "2 of 7" in answer.text


def test_html_is_escaped(desk: Any, specialist: Any) -> None:
    hostile = "<b>x</b>\"'>"
    for name in (
        "contact_text",
        "organisation_text",
        "organisation_address",
        "subject",
        "description",
        "email",
        "phone",
    ):
        specialist.get("/tickets/new")
        data = {**REQUEST, name: hostile, "impact": "bad", "form_key": secrets.token_urlsafe(18)}
        raw = specialist.post("/tickets/new", data).get_data(as_text=True)
        assert "<b>x" not in raw, name
        assert "&lt;b&gt;x" in raw, name
    send(specialist, contact_text="Nora <b>x</b>", organisation_text="Org <b>x</b>")
    raw = specialist.client.get("/lookup/contacts?q=nora").get_data(as_text=True)
    assert "Nora &lt;b&gt;x" in raw
    assert "<b>x" not in raw
