# SPDX-License-Identifier: Apache-2.0
"""Main pages on a phone, on a wide screen, in the dark and in Russian; by the keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.running.browsing import PHONE, Browsers, left_in_english, too_wide
from tests.running.desk import SPECIALIST, Desk
from tests.running.platform import ADMINISTRATOR

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
PAGES = ("queue", "tickets/new", "inbox", "chats", "organisations", "contacts", "staff", "staff/invite", "modules",
         "modules/telegram", "modules/telegram/settings", "profile")  # fmt: skip


@pytest.fixture(scope="module")
def number(desk: Desk) -> str:
    """Return the number of a ticket in which something was said."""
    group = desk.group("Beauty salon “Venus” and support")
    desk.telegram.say(group.chat, group.user, "/new The cash desk has been printing empty receipts since the morning")
    ticket = desk.ticket_with("The cash desk has been printing empty receipts since the morning")
    said = desk.telegram.wait_for(ticket["number"], chat=group.chat)
    desk.api.make(f"/tickets/{ticket['number']}/entries", kind="note", text="The same as last week at the bakery.")
    desk.api.transition(ticket["number"], "request_information", text="Which model is the printer?")
    desk.wait_state(ticket["number"], "waiting_customer")
    file = {"name": "receipt.txt", "content": b"empty", "media_type": "text/plain"}
    desk.telegram.say(group.chat, group.user, "Model X, here is one", reply_to=said["message_id"], file=file)
    desk.wait_state(ticket["number"], "in_progress")
    desk.api.transition(ticket["number"], "answer", text="Please install the update that we have just sent you.")
    desk.wait_state(ticket["number"], "answered")
    return str(ticket["number"])


def test_nothing_runs_out_of_a_phone(desk: Desk, browsers: Browsers, number: str) -> None:
    """390 pixels: no page is wider than the screen, and the menu opens."""
    page = browsers.page(desk.platform.url, ADMINISTRATOR, viewport=PHONE, has_touch=True)
    wide = []
    for address in (*PAGES, f"tickets/{number}"):
        _open(page, address)
        wide += [f"{address}: {width}" for width in too_wide(page)]
        browsers.shot(page, f"phone-{_name(address)}")
    assert wide == []
    _open(page, "queue")
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Organisations").click()
    expect(page.locator("h1")).to_have_text("Organisations")


def test_pages_in_the_dark(desk: Desk, browsers: Browsers, number: str) -> None:
    """The chosen theme stays; text stands out from its ground."""
    page = browsers.page(desk.platform.url, ADMINISTRATOR, color_scheme="light")
    _open(page, "queue")
    page.get_by_role("button", name="Account").click()
    page.get_by_role("button", name="Dark").click()
    for address in (*PAGES, f"tickets/{number}"):
        _open(page, address)
        assert page.evaluate(_LIGHTNESS, "body") < 0.35, address
        browsers.shot(page, f"dark-{_name(address)}")


def test_pages_in_the_light(desk: Desk, browsers: Browsers, number: str) -> None:
    """As most people see them."""
    page = browsers.page(desk.platform.url, ADMINISTRATOR, color_scheme="light")
    for address in (*PAGES, f"tickets/{number}"):
        _open(page, address)
        assert page.evaluate(_LIGHTNESS, "body") > 0.8, address
        browsers.shot(page, f"light-{_name(address)}")


def test_pages_in_russian(desk: Desk, browsers: Browsers, number: str) -> None:
    """No English is left on the main pages."""
    page = browsers.page(desk.platform.url, SPECIALIST)
    _open(page, "queue")
    page.get_by_role("button", name="Account").click()
    page.get_by_role("button", name="Русский").click()
    try:
        expect(page.locator("h1")).to_have_text("Заявки")
        for address in ("queue", "tickets/new", "chats", "organisations", f"tickets/{number}"):
            _open(page, address)
            assert left_in_english(page) == [], address
            browsers.shot(page, f"russian-{_name(address)}")
    finally:
        page.get_by_role("button", name="Аккаунт").or_(page.locator(".user-button")).first.click()
        page.get_by_role("button", name="English").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")


def test_a_ticket_is_answered_by_the_keyboard_alone(desk: Desk, browsers: Browsers) -> None:
    """From the queue to the sent answer without a pointer."""
    group = desk.group("Keyboard")
    ticket = desk.registered(group, "Only keys, please")
    page = browsers.page(desk.platform.url, SPECIALIST)
    page.goto(f"/tickets/{ticket['number']}")
    expect(page.locator("#ticket-number")).to_be_visible()
    page.keyboard.press("r")
    expect(page.locator("#composer-text")).to_be_focused()
    page.locator(".composer-mode[data-mode=answer] input").focus()
    page.keyboard.press("Space")
    page.locator("#composer-text").focus()
    page.keyboard.type("By keys.")
    page.keyboard.press("Control+Enter")
    desk.telegram.wait_for("By keys.", chat=group.chat)
    expect(page.locator("#ticket-head .state-badge")).to_have_text("Answered")


_LIGHTNESS = """selector => {
  const [r, g, b] = getComputedStyle(document.querySelector(selector)).backgroundColor.match(/[\\d.]+/g).map(Number);
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
}"""


def _open(page: Page, address: str) -> None:
    answer = page.goto(f"/{address}")
    assert answer is not None
    assert answer.status == 200, f"{address}: {answer.status}"
    expect(page.locator("main")).to_be_visible()


def _name(address: str) -> str:
    return "ticket" if address.startswith("tickets/2") or address[-1].isdigit() else address.replace("/", "-")
