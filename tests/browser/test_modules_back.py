# SPDX-License-Identifier: Apache-2.0
"""An administrator removes a module, finds its data kept, and returns to the set of modules before."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.running.browsing import Browsers
from tests.running.fixtures import NewPlatform
from tests.running.platform import ADMINISTRATOR

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("modules_page"),
]
LONG = 150_000
"""Milliseconds for a change of modules, which starts several processes."""


def test_removed_and_brought_back(new_platform: NewPlatform, browsers: Browsers) -> None:
    """The plan is a difference; the data stay; one click brings the whole set back."""
    platform = new_platform()
    platform.add_person(ADMINISTRATOR, "administrator", name="Anna Admin")
    page = browsers.page(platform.url, ADMINISTRATOR)

    page.goto("/modules/several")
    page.get_by_label(re.compile("What to do with Telegram")).select_option("install")
    browsers.shot(page, "back-1-several")
    page.get_by_role("button", name="Show what that means").click()
    page.get_by_role("button", name="Agree and install").click()
    expect(page.locator(".said-good")).to_be_visible(timeout=LONG)

    page.goto("/modules/telegram")
    page.get_by_role("link", name="Remove…").click()
    expect(page.locator("h1")).to_have_text("Remove Telegram?")
    browsers.shot(page, "back-2-remove")
    page.get_by_role("radio", name=re.compile("^Delete them")).check()
    page.get_by_role("button", name="Show what that means").click()
    expect(page.get_by_label("Type “telegram” to confirm the deletion")).to_be_visible()
    browsers.shot(page, "back-3-purge")
    page.get_by_role("radio", name=re.compile("^Keep them")).check()
    page.get_by_role("button", name="Show what that means").click()
    page.get_by_label("Why (for the history)").fill("Nobody writes there")
    page.get_by_role("button", name="Agree and do it").click()
    expect(page.locator(".step-list li").first).to_be_visible()
    expect(page.locator(".said-good")).to_be_visible(timeout=LONG)
    browsers.shot(page, "back-4-removed")
    assert {row["name"]: row["state"] for row in platform.dialog_json("module", "list")["modules"]}[
        "telegram"
    ] == "available"

    page.goto("/modules/generations")
    expect(page.locator("main")).to_contain_text("Nobody writes there")
    browsers.shot(page, "back-5-sets")
    page.goto("/modules/generations/2")
    browsers.shot(page, "back-6-set")
    page.get_by_role("button", name="Return to this set").click()
    expect(page.locator(".said-good")).to_be_visible(timeout=LONG)
    browsers.shot(page, "back-7-returned")
    rows = {row["name"]: row["state"] for row in platform.dialog_json("module", "list")["modules"]}
    assert rows["telegram"] == "disabled"
