# SPDX-License-Identifier: Apache-2.0
"""Fields of one's own: made by an administrator, filled in, changed and sought by a specialist, retired and back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.running import Platform
from tests.running.browsing import Browsers
from tests.running.desk import SPECIALIST
from tests.running.platform import ADMINISTRATOR

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.xdist_group("administered")]
ROOM, PLACE, DOOR = "fields.custom_room", "fields.custom_place", "fields.custom_door_code"


def begin(page: Page, kind: str, russian: str, english: str) -> None:
    """Open the form of a new field and name it."""
    page.goto("/fields")
    page.get_by_role("button", name="New field").click()
    page.locator(".page-head-actions, header").get_by_role("link", name=kind, exact=True).click()
    page.get_by_label("Title in Russian").first.fill(russian)
    page.get_by_label("Title in English").first.fill(english)


def save(page: Page) -> None:
    page.get_by_role("button", name="Save").click()
    expect(page.locator("h1")).to_have_text("Ticket fields")


def make_three_fields(page: Page, browsers: Browsers) -> None:
    """A text for lists, a choice that outages must have, and a text that one option of the choice asks for."""
    begin(page, "Text", "Кабинет", "Room")
    page.get_by_label("Help in English").fill("As on the door plate")
    page.get_by_text("Show the value in lists of tickets").click()
    expect(page.locator("#field-preview")).to_contain_text("As on the door plate")
    save(page)

    begin(page, "Choice", "Место", "Place")
    for number, (russian, english) in enumerate((("В офисе", "Office"), ("Дома", "At home"))):
        page.locator("[name=option-ru]").nth(number).fill(russian)
        page.locator("[name=option-en]").nth(number).fill(english)
    page.get_by_label("Required", exact=True).select_option("when")
    page.locator("#required-0-value").select_option("outage")
    expect(page.locator("[name=option-en]").first).to_have_value("Office")
    browsers.shot(page, "fields-1-required-when")
    save(page)

    begin(page, "Text", "Код двери", "Door code")
    page.locator("#press-visible-add").click()
    expect(page.locator("#visible-0-subject")).to_be_visible()
    expect(page.locator(".htmx-added")).to_have_count(0)  # from now on what is new answers
    page.locator("#visible-0-subject").select_option("custom_place")
    expect(page.locator("#visible-0-value")).to_contain_text("Office")
    page.locator("#visible-0-value").select_option("office")
    page.get_by_label("Key for programs").fill("room")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#error-key")).to_contain_text("is taken")
    expect(page.locator("#visible-0-value")).to_have_value("office")
    browsers.shot(page, "fields-2-key-taken")
    page.get_by_label("Key for programs").fill("")
    save(page)
    browsers.shot(page, "fields-3-list")


def register(page: Page, browsers: Browsers) -> str:
    """Register an outage; return its number."""
    page.goto("/tickets/new")
    room, place, door = (page.locator(f"[data-ticket-field={name[7:]}]") for name in (ROOM, PLACE, DOOR))
    expect(room).to_be_visible()
    expect(door).to_be_hidden()
    page.get_by_role("combobox", name="Full name").fill("Ostap Bender")
    page.get_by_label("Phone").fill("8 912 345-67-89")
    page.get_by_label("Subject").fill("No dial tone")
    page.get_by_label("Description of the problem").fill("Since this morning")
    page.locator(f"[name='{ROOM}']").fill("Room 12b")
    page.get_by_label("Kind").select_option("outage")
    expect(place).to_have_attribute("data-required", "")
    page.get_by_role("button", name="Register").click()
    expect(page.locator(f"[id='error-{PLACE}']")).to_be_visible()
    expect(page.locator(f"[name='{PLACE}']")).to_be_focused()
    expect(page.locator("#new-check")).to_contain_text("Cannot be registered without: Place")
    for name, value in (("subject", "No dial tone"), ("description", "Since this morning"), (ROOM, "Room 12b")):
        expect(page.locator(f"[name='{name}']")).to_have_value(value)
    browsers.shot(page, "fields-4-missing")
    page.locator(f"[name='{PLACE}']").select_option("at_home")
    expect(door).to_be_hidden()
    page.locator(f"[name='{PLACE}']").select_option("office")
    expect(door).to_be_visible()
    page.locator(f"[name='{DOOR}']").fill("0451")
    page.get_by_role("button", name="Register").click()
    expect(page.locator(".registered-number")).to_be_visible()
    return page.locator(".registered-number").inner_text()


def work_with(page: Page, number: str, browsers: Browsers) -> None:
    """See the values on the ticket, change one there, find the ticket by it."""
    page.goto(f"/tickets/{number}")
    card = page.locator("[data-remember=side-further]")
    for text in ("Room 12b", "Office", "0451"):
        expect(card).to_contain_text(text)
    card.get_by_role("link", name="Change").click()
    page.locator(f"#sheet [name='{ROOM}']").fill("Room 7")
    page.locator(f"#sheet [name='{PLACE}']").select_option("")
    expect(page.locator("#sheet [data-ticket-field=custom_door_code]")).to_be_hidden()
    page.locator("#sheet").get_by_role("button", name="Save").click()
    expect(page.locator(f"#sheet [id='error-{PLACE}']")).to_be_visible()
    expect(page.locator(f"#sheet [name='{ROOM}']")).to_have_value("Room 7")
    browsers.shot(page, "fields-5-sheet")
    page.locator(f"#sheet [name='{PLACE}']").select_option("office")
    page.locator("#sheet").get_by_role("button", name="Save").click()
    expect(card).to_contain_text("Room 7")
    expect(card).to_contain_text("0451")
    browsers.shot(page, "fields-6-ticket")

    page.goto("/queue?view=all")
    row = page.locator(".ticket-row", has_text=number)
    expect(row.locator(".row-fields")).to_contain_text("Room: Room 7")
    page.get_by_text("Further fields").click()
    page.get_by_label("Place").select_option("at_home")
    expect(page.locator("#queue-list")).to_contain_text("Nothing matches")
    page.get_by_label("Place").select_option("office")
    expect(row).to_be_visible()
    page.get_by_label("Room", exact=True).fill("room 7")
    page.get_by_label("Room", exact=True).press("Enter")
    expect(page).to_have_url(re.compile("custom_room=room"))
    expect(row).to_be_visible()
    browsers.shot(page, "fields-7-queue")


def test_fields_of_ones_own(administered: Platform, browsers: Browsers) -> None:
    """Conditions hold as one types; what is missing is named; archiving hides a field and keeps its values."""
    page = browsers.page(administered.url, ADMINISTRATOR)
    make_three_fields(page, browsers)
    colleague = browsers.page(administered.url, SPECIALIST)
    number = register(colleague, browsers)
    work_with(colleague, number, browsers)

    page.get_by_role("link", name="Place", exact=True).click()
    page.get_by_label("Title in English").first.fill("Workplace")
    page.locator("#option-add").click()
    page.locator("[name=option-ru]").nth(2).fill("В пути")
    page.locator("[name=option-en]").nth(2).fill("On the road")
    save(page)
    page.get_by_role("link", name="Workplace").click()
    page.get_by_role("link", name="Archive").click()
    page.get_by_role("button", name="Archive").click()
    expect(page.locator(".alert-danger")).to_contain_text("Door code")
    browsers.shot(page, "fields-8-archive-refused")
    page.goto("/fields/custom_door_code/archive")
    expect(page.locator("main")).to_contain_text("1 ticket has a value in this field.")
    page.get_by_role("button", name="Archive").click()
    expect(page.get_by_role("heading", name="In the archive")).to_be_visible()
    browsers.shot(page, "fields-9-archived")

    colleague.goto("/tickets/new")
    expect(colleague.get_by_label("Workplace")).to_contain_text("On the road")
    expect(colleague.locator(f"[name='{DOOR}']")).to_have_count(0)
    colleague.goto(f"/tickets/{number}")
    card = colleague.locator("[data-remember=side-further]")
    expect(card).to_contain_text("Workplace")
    expect(card).not_to_contain_text("0451")
    page.get_by_role("button", name="Bring back").click()
    expect(page.get_by_role("heading", name="In the archive")).to_have_count(0)
    colleague.reload()
    expect(card).to_contain_text("0451")
