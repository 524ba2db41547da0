# SPDX-License-Identifier: Apache-2.0
"""Forms that staff fill in while somebody speaks on the phone: ticket, organisation, person, contract."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.running.browsing import Browsers
from tests.running.desk import SPECIALIST, Desk
from tests.running.platform import ADMINISTRATOR

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


def test_a_request_by_phone_is_registered(desk: Desk, browsers: Browsers) -> None:
    """Somebody new, an organisation that is known; the number is there to be told."""
    name = desk.organisation(name="Horns and Hooves Ltd")["name"]
    page = browsers.page(desk.platform.url, SPECIALIST)
    page.goto("/queue")
    page.get_by_role("link", name="New ticket").click()
    expect(page.locator("h1")).to_have_text("New ticket")
    page.get_by_role("combobox", name="Full name").fill("Ostap Bender")
    page.get_by_label("Phone").fill("8 912 345-67-89")
    page.get_by_role("combobox", name="Organisation").press_sequentially("Horns")
    page.get_by_role("option", name=re.compile(name)).click()
    page.get_by_label("Subject").fill("No sound in the phone")
    page.get_by_label("Description of the problem").fill("Since this morning, at all places")
    page.get_by_label("Kind").select_option("outage")
    page.get_by_label("Impact").select_option("high")
    page.get_by_label("Urgency").select_option("high")
    page.get_by_label("How it came").select_option("call")
    expect(page.locator("#new-check")).not_to_contain_text("contact", ignore_case=True)
    browsers.shot(page, "new-ticket")
    page.get_by_role("button", name="Register").dblclick()
    expect(page.locator(".registered-number")).to_be_visible()
    number = page.locator(".registered-number").inner_text()
    browsers.shot(page, "new-ticket-registered")
    ticket = desk.api.ticket(number)
    assert (ticket["subject"], ticket["kind"], ticket["priority"]) == ("No sound in the phone", "outage", "critical")
    assert ticket["contact"]["phones"] == ["+79123456789"] or "912" in ticket["contact"]["phones"][0]
    assert ticket["organisation"]["name"] == name
    found = desk.platform.rows("SELECT id FROM ticket WHERE subject = 'No sound in the phone'")
    assert len(found) == 1

    page.goto(f"/tickets/{number}")
    page.get_by_role("radio", name=re.compile("Answer")).check(force=True)
    page.locator("#composer-text").fill("We restarted the exchange.")
    page.get_by_role("button", name=re.compile("^Send")).click()
    expect(page.locator("#composer-problem, .composer-way, #composer-way").first).to_be_visible()
    page.locator("#composer-way").select_option("call")
    page.get_by_role("button", name=re.compile("^Send")).click()
    expect(page.locator("#ticket-head .state-badge")).to_have_text("Answered")


def test_what_is_missing_is_named_and_what_was_written_stays(desk: Desk, browsers: Browsers) -> None:
    """A refused form keeps its values and says which of them is wrong."""
    page = browsers.page(desk.platform.url, SPECIALIST)
    page.goto("/tickets/new")
    page.get_by_role("combobox", name="Full name").fill("Somebody")
    page.get_by_label("Phone").fill("not a phone")
    page.get_by_label("Subject").fill("A subject that stays")
    page.get_by_label("Description of the problem").fill("A description that stays")
    page.get_by_role("button", name="Register").click()
    expect(page.locator("[name=phone].is-invalid")).to_be_visible()
    expect(page.get_by_label("Subject")).to_have_value("A subject that stays")
    expect(page.get_by_label("Description of the problem")).to_have_value("A description that stays")
    assert desk.platform.rows("SELECT id FROM ticket WHERE subject = 'A subject that stays'") == []


def test_an_organisation_with_its_people_and_contract(desk: Desk, browsers: Browsers) -> None:
    """Organisation, representative and contract, each by its form."""
    page = browsers.page(desk.platform.url, ADMINISTRATOR)
    page.goto("/organisations")
    page.get_by_role("link", name="New organisation").first.click()
    page.locator("[name=name]").fill("Vega, a flower shop")
    page.locator("[name=address]").fill("Mira 5, Perm")
    page.locator("[name=inn]").fill("12345")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[name=inn].is-invalid")).to_be_visible()
    page.locator("[name=inn]").fill("7707083893")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("h1")).to_have_text("Vega, a flower shop")
    expect(page.locator("main")).to_contain_text("No contract in force")
    address = page.url

    page.get_by_role("link", name="New person").click()
    page.get_by_label("Full name").fill("Rosa Petrovna")
    page.locator("[name=phones]").first.fill("+7 342 200-00-00")
    page.get_by_label("Confirms solutions").check()
    page.get_by_label("Represents the customer").check()
    browsers.shot(page, "new-person")
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(address)
    member = page.locator(".member", has_text="Rosa Petrovna")
    expect(member).to_contain_text("represents the customer")
    page.get_by_role("link", name="New contract").click()
    page.get_by_label("Number").fill("17/2026")
    page.get_by_label("First day").fill("2026-01-01")
    page.get_by_label("Last day").fill("2025-01-01")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".is-invalid, .alert-danger").first).to_be_visible()
    page.get_by_label("Last day").fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".contract")).to_contain_text("17/2026")
    expect(page.locator(".contract")).to_contain_text("in force")
    expect(page.locator("main")).not_to_contain_text("No contract in force")
    browsers.shot(page, "organisation")

    member.get_by_role("link", name="Rights").click()
    page.get_by_label("Represents the customer").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".member", has_text="Rosa Petrovna")).not_to_contain_text("represents the customer")
