# SPDX-License-Identifier: Apache-2.0
"""A conversation with a customer in Telegram, led in the browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.running.browsing import Browsers
from tests.running.desk import SPECIALIST, Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
HOSTILE = "<img src=x onerror=\"document.title='broken'\"> <b>bold</b> {{7*7}} <script>document.title='broken'</script>"


def test_from_an_unknown_group_to_the_confirmation(desk: Desk, browsers: Browsers) -> None:
    """Connect the chat, see the ticket come by itself, answer, see the customer confirm."""
    group = desk.group("Bakery and support", is_bound=False)
    desk.telegram.say(group.chat, group.user, "The oven does not talk to the till")
    desk.telegram.wait_for("Your message is kept", chat=group.chat)
    page = browsers.page(desk.platform.url, SPECIALIST)
    page.goto("/queue")
    other = browsers.page(desk.platform.url, SPECIALIST)
    other.goto("/chats?q=Bakery")
    other.get_by_role("link", name="Bakery and support").click()
    expect(other.locator(".alert-warning")).to_contain_text("1 message waits")
    browsers.shot(other, "chat-1-waiting")
    name = desk.api.read(f"/organisations/{group.organisation}")["name"]
    other.get_by_role("combobox", name="Organisation").press_sequentially(name)
    other.get_by_role("option", name=re.compile(name)).first.click()
    other.get_by_role("button", name="Connect").click()
    expect(other.locator(".alert-warning")).to_have_count(0)

    row = page.locator(".ticket-row", has_text="The oven does not talk to the till")
    expect(row).to_be_visible()  # without a reload
    browsers.shot(page, "queue-live")
    row.get_by_role("link").click()
    expect(page.locator("#ticket-head .state-badge")).to_have_text("Registered")
    browsers.shot(page, "ticket-1-registered")

    page.get_by_role("radio", name=re.compile("Answer")).check(force=True)
    expect(page.locator(".audience[data-for=answer]")).to_contain_text("Bakery and support")
    page.locator("#composer-text").fill("Please restart the till.")
    page.get_by_role("button", name=re.compile("^Send")).click()
    sent = desk.telegram.wait_for("Please restart the till.", chat=group.chat)
    expect(page.locator("#ticket-head .state-badge")).to_have_text("Answered")
    expect(page.locator("#composer-text")).to_have_value("")
    expect(page.locator(".timeline-entry", has_text="Please restart the till.")).to_have_count(1)

    desk.telegram.press(group.chat, group.user, "✅ Solved", message=sent["message_id"])
    expect(page.locator("#ticket-head .state-badge")).to_have_text("Completed")
    browsers.shot(page, "ticket-2-completed")


def test_a_message_of_the_customer_appears_in_the_open_ticket(desk: Desk, browsers: Browsers) -> None:
    """What a colleague would otherwise miss while writing; the text being written stays."""
    group = desk.group("Library")
    ticket = desk.registered(group, "The catalogue is slow")
    page = _ticket(browsers, desk, ticket["number"])
    page.locator("#composer-text").fill("half a sentence")
    said = desk.telegram.wait_for(ticket["number"], chat=group.chat)
    desk.telegram.say(group.chat, group.user, "It has become slower", reply_to=said["message_id"])
    expect(page.locator(".timeline-entry", has_text="It has become slower")).to_be_visible()
    expect(page.locator("#composer-text")).to_have_value("half a sentence")


def test_an_internal_note_is_unmistakable_and_never_leaves(desk: Desk, browsers: Browsers) -> None:
    """Its colour, its lock and its words; and nothing in the chat."""
    group = desk.group("Notes")
    ticket = desk.registered(group, "A question with a note")
    before = len(desk.telegram.sent(group.chat))
    page = _ticket(browsers, desk, ticket["number"])
    page.get_by_role("radio", name=re.compile("Internal|note", re.IGNORECASE)).check(force=True)
    expect(page.locator(".audience[data-for=note]")).to_be_visible()
    expect(page.locator(".audience[data-for=note]")).to_contain_text("no customer ever sees it")
    shade = "element => getComputedStyle(element).backgroundColor"
    page.locator("#composer-text").fill("He never reads manuals")
    browsers.shot(page, "ticket-note-composer")
    page.get_by_role("button", name=re.compile("^Send")).click()
    note = page.locator(".timeline-entry", has_text="He never reads manuals")
    expect(note).to_have_attribute("data-kind", "internal")
    expect(note.locator(".entry-kind")).to_contain_text("internal")
    request = page.locator(".timeline-entry", has_text="A question with a note")
    assert note.evaluate(shade) != request.evaluate(shade)
    browsers.shot(page, "ticket-note")

    page.get_by_role("radio", name=re.compile("Answer")).check(force=True)
    expect(page.locator(".audience[data-for=note]")).to_be_hidden()
    page.locator("#composer-text").fill("A polite answer")
    page.get_by_role("button", name=re.compile("^Send")).click()
    desk.telegram.wait_for("A polite answer", chat=group.chat)
    texts = [item["text"] for item in desk.telegram.sent(group.chat)[before:]]
    assert not any("manuals" in text for text in texts)


def test_markup_in_texts_is_shown_as_text(desk: Desk, browsers: Browsers) -> None:
    """In the queue, the ticket's head, the timeline and the desk of chats; nothing of it runs."""
    user = desk.telegram.add_user("<b>Eve</b>")
    boss = desk.telegram.add_user("Boss")
    chat = desk.telegram.add_group("<script>document.title='broken'</script>", [user, boss])
    desk.bind(chat, desk.organisation(name='"><img src=x onerror=alert(1)>')["id"])
    desk.telegram.say(chat, user, HOSTILE)
    ticket = desk.ticket_with(HOSTILE)
    page = _ticket(browsers, desk, ticket["number"])
    expect(page.locator("h1")).to_contain_text("<b>bold</b> {{7*7}}")
    expect(page.locator(".timeline-entry .entry-text").first).to_have_text(HOSTILE)
    for address in ("/queue", "/chats", "/organisations", f"/tickets/{ticket['number']}"):
        page.goto(address)
        expect(page.locator("main")).to_be_visible()
        assert page.locator("main img[src=x], main script, main .entry-text b, main .row-link b").count() == 0
        expect(page).not_to_have_title("broken")


def test_a_customer_who_cannot_be_reached_is_shown(desk: Desk, browsers: Browsers) -> None:
    """The failed delivery stands at the answer, the ticket stays in progress."""
    user = desk.telegram.add_user("Pavel Gone")
    desk.telegram.say(user, user, "I will block you soon")
    ticket = desk.ticket_with("I will block you soon")
    desk.telegram.wait_for(ticket["number"], chat=user)
    desk.telegram.world.chats[user].blocked.add(desk.telegram.bot.id)
    page = _ticket(browsers, desk, ticket["number"])
    page.get_by_role("radio", name=re.compile("Answer")).check(force=True)
    page.locator("#composer-text").fill("Are you there?")
    page.get_by_role("button", name=re.compile("^Send")).click()
    entry = page.locator(".timeline-entry", has_text="Are you there?")
    expect(entry).to_contain_text(re.compile("blocked|reached", re.IGNORECASE))
    expect(page.locator("#ticket-head .state-badge")).to_have_text("In progress")
    browsers.shot(page, "ticket-unreachable")


def _ticket(browsers: Browsers, desk: Desk, number: str) -> Page:
    page = browsers.page(desk.platform.url, SPECIALIST)
    page.goto(f"/tickets/{number}")
    expect(page.locator("#ticket-number")).to_have_text(number)
    return page
