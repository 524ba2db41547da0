# SPDX-License-Identifier: Apache-2.0
"""What an administrator does day by day: settings tried, kept and taken back; updates; several changes and a return."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.running import Platform
from tests.running.browsing import PHONE, Browsers, left_in_english, too_wide
from tests.running.platform import ADMINISTRATOR
from tests.telegram_emulator import Emulator

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.xdist_group("administered")]
PAGES = ("", "/telegram", "/telegram/settings", "/telegram/settings/history", "/several", "/sources", "/updates",
         "/history", "/generations", "/data", "/incidents", "/processes",
         "/upload", "/telegram/remove")  # fmt: skip
LONG = 90_000
"""Milliseconds for what starts processes."""
BOT, NOBODY = "555000111:AAOnlyOfTheSettingsTest_0123456789abc", "555000222:AANobodyKnowsThisToken_0123456789abcd"


def test_settings_are_tried_kept_and_brought_back(administered: Platform, browsers: Browsers) -> None:
    """A wrong token is called wrong, a right one says whose it is; each revision is a difference, one click returns."""
    page = browsers.page(administered.url, ADMINISTRATOR)
    with Emulator(token=BOT) as telegram:
        page.goto("/modules/telegram/settings")
        page.get_by_label("Bot API address").fill(telegram.url)
        page.get_by_label("Bot token").fill(NOBODY)
        page.get_by_role("button", name="Test the connection").click()
        expect(page.locator("#tested .said-bad")).to_contain_text("does not accept the token", timeout=LONG)
        expect(page.get_by_label("Bot token")).to_have_value(NOBODY)
        browsers.shot(page, "settings-1-wrong")
        page.get_by_label("Bot token").fill(BOT)
        page.get_by_role("button", name="Test the connection").click()
        expect(page.locator("#tested .said-good")).to_contain_text("this is the bot @", timeout=LONG)
        browsers.shot(page, "settings-2-right")
        page.get_by_label("Length of one poll, seconds").fill("5")
        page.get_by_role("button", name="Check and save").click()
        expect(page).to_have_url(re.compile("/modules/telegram$"))

        page.goto("/modules/telegram/settings")
        expect(page.get_by_label("Length of one poll, seconds")).to_have_value("5")
        page.get_by_role("link", name="History").click()
        present = page.locator(".list-group-item", has_text="holds now")
        expect(present).to_contain_text("Revision 2")
        expect(present).to_contain_text(f"Bot API address: http://127.0.0.1:9 → {telegram.url}")
        expect(present).to_contain_text("Bot token: changed (secret)")
        expect(present).to_contain_text("Length of one poll, seconds: 25 → 5")
        expect(present).not_to_contain_text("How messages come in")  # it is what it was by default
        assert BOT not in page.content()
        page.get_by_text("Return to this revision…").click()
        browsers.shot(page, "settings-3-history")
        page.get_by_role("button", name="Return to revision 1").click()
        expect(page.locator(".list-group-item", has_text="holds now")).to_contain_text("Revision 3")
        page.goto("/modules/telegram/settings")
        expect(page.get_by_label("Bot API address")).to_have_value("http://127.0.0.1:9")


def test_a_window_for_updates(administered: Platform, browsers: Browsers) -> None:
    """How far and when modules are updated by themselves; a refused window keeps what was entered."""
    page = browsers.page(administered.url, ADMINISTRATOR)
    page.goto("/modules/updates")
    page.get_by_label("Telegram").select_option("minor")
    page.locator("form", has=page.get_by_label("Telegram")).get_by_role("button", name="Save").click()
    expect(page.get_by_label("Telegram")).to_have_value("minor")
    window = page.locator("form", has=page.get_by_label("From"))
    for day in ("Mon", "Tue"):
        window.get_by_label(day).uncheck()
    window.get_by_label("From").fill("23:30")
    window.get_by_label("To", exact=True).fill("23:30")
    window.get_by_role("button", name="Save").click()
    expect(page.locator("#error-end")).to_contain_text("another time than the start")
    expect(window.get_by_label("From")).to_have_value("23:30")
    expect(window.get_by_label("Mon")).not_to_be_checked()
    expect(window.get_by_label("Wed")).to_be_checked()
    browsers.shot(page, "updates-1-refused")
    window.get_by_label("To", exact=True).fill("03:00")
    window.get_by_role("button", name="Save").click()
    expect(page.locator(".toast-stack")).to_contain_text("Saved.")
    expect(window.get_by_label("To", exact=True)).to_have_value("03:00")
    expect(window.get_by_label("Mon")).not_to_be_checked()
    browsers.shot(page, "updates-2-set")


def test_several_changes_and_the_way_back(administered: Platform, browsers: Browsers) -> None:
    """One change installs and removes; what becomes of the data is asked; one click takes the whole change back."""
    page = browsers.page(administered.url, ADMINISTRATOR)
    page.goto("/modules/telegram")
    page.get_by_role("link", name="Remove…").click()
    expect(page.locator("h1")).to_have_text("Remove Telegram?")
    browsers.shot(page, "several-1-remove")
    page.goto("/modules/several")
    page.get_by_label("What to do with Telegram").select_option("remove")
    page.get_by_label(re.compile("What to do with (?!Telegram)")).select_option("install")
    page.get_by_role("button", name="Show what that means").click()
    expect(page.locator(".plan-item")).to_have_count(2)
    expect(page.locator("#fate legend")).to_contain_text("of Telegram?")
    page.get_by_role("radio", name=re.compile("^Delete them")).check()
    page.get_by_role("button", name="Show what that means").click()
    expect(page.get_by_label("Type “telegram” to confirm the deletion")).to_be_visible()
    browsers.shot(page, "several-2-purge")
    page.get_by_role("radio", name=re.compile("^Keep them")).check()
    page.get_by_role("button", name="Show what that means").click()
    page.get_by_label("Why (for the history)").fill("Nobody writes there")
    browsers.shot(page, "several-3-plan")
    page.get_by_role("button", name="Agree and do it").click()
    expect(page.locator(".step-list li").first).to_be_visible()
    expect(page.locator(".live-dot[data-live=off]")).to_have_count(0)  # nothing is wrong with what has yet to follow
    browsers.shot(page, "several-4-running")
    expect(page.locator(".said-good")).to_be_visible(timeout=LONG)
    expect(page.locator(".next-step")).to_have_count(1)
    expect(page.locator("#change-steps").get_by_role("link", name=re.compile("^Set 4"))).to_be_visible()
    browsers.shot(page, "several-5-done")
    page.goto("/modules/data")
    expect(page.locator("tbody")).to_contain_text("Telegram")
    browsers.shot(page, "several-6-kept")

    page.goto("/modules/generations")
    newest = page.locator("tbody tr").first
    expect(newest).to_contain_text("runs now")
    expect(newest).to_contain_text("Nobody writes there")
    expect(newest.locator(".difference-list li")).to_have_count(2)
    browsers.shot(page, "sets-1-list")
    page.locator("tbody tr").nth(1).get_by_role("link", name="Return…").click()
    expect(page.locator(".difference-list").first).to_contain_text("Telegram")
    browsers.shot(page, "sets-2-difference")
    page.get_by_role("button", name="Return to this set").click()
    expect(page.locator(".said-good")).to_be_visible(timeout=LONG)
    states = {row["name"]: row["state"] for row in administered.dialog_json("module", "list")["modules"]}
    assert states == {"telegram": "enabled", "sla": "available"}


def test_its_pages_on_a_phone_in_the_dark_in_russian(administered: Platform, browsers: Browsers) -> None:
    """Nothing runs out of the screen, nothing stays in English, and the tab that one is on is in sight."""
    administered.add_person("olga@example.org", "administrator", name="Ольга Петрова", language="ru")
    page = browsers.page(
        administered.url, "olga@example.org", viewport=PHONE, has_touch=True, color_scheme="dark", locale="ru-RU"
    )
    [newest] = administered.rows("SELECT max(generation_id) AS generation, max(id) AS change FROM module_change")
    pages = (*PAGES, f"/generations/{newest.generation}", f"/changes/{newest.change}")
    for address in (*(f"/modules{path}" for path in pages), "/fields", "/fields/new?type=tree", "/safe"):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        assert (too_wide(page), left_in_english(page)) == ([], []), address
        browsers.shot(page, f"russian-phone{address.replace('/', '-').replace('?', '-')}")
    page.goto("/modules/sla/install")
    assert page.locator(".module-card-title").evaluate("title => title.clientWidth") >= 120, "its title is legible"
    browsers.shot(page, "russian-phone-consent")
    page.goto("/modules/processes")
    expect(page.locator(".page-tabs [aria-current]")).to_be_in_viewport(ratio=0.9)
