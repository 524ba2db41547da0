# SPDX-License-Identifier: Apache-2.0
"""An administrator assembles the platform in the browser: install, agree, fill in, switch on, switch off."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.running.browsing import Browsers
from tests.running.fixtures import NewPlatform
from tests.running.platform import ADMINISTRATOR
from tests.telegram_emulator import Emulator

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.xdist_group("modules_page"),
]
LONG = 90_000
"""Milliseconds for a change of modules, which starts several processes."""


def test_a_module_from_the_catalog_to_work_and_back(
    new_platform: NewPlatform, telegram: Emulator, browsers: Browsers
) -> None:
    """Consent says what it asks for; a missing token is named; progress is seen live; its data survive."""
    platform = new_platform()
    platform.add_person(ADMINISTRATOR, "administrator", name="Anna Admin")
    page = browsers.page(platform.url, ADMINISTRATOR)

    page.goto("/modules")
    browsers.shot(page, "modules-1-catalog")
    page.get_by_role("link", name=re.compile("Telegram")).click()
    page.get_by_role("link", name="Install…").first.click()
    expect(page.locator("h1")).to_have_text("Install Telegram?")
    expect(page.locator("form.card-form")).to_contain_text("api.telegram.org")
    browsers.shot(page, "modules-2-consent")
    page.get_by_role("button", name="Agree and install").click()
    expect(page.locator(".step-list li").first).to_be_visible()
    expect(page.locator(".said-good")).to_be_visible(timeout=LONG)
    browsers.shot(page, "modules-3-installed")

    page.goto("/modules/telegram")
    expect(page.locator(".said-warn")).to_contain_text("Bot token")
    page.get_by_role("button", name="Switch on").click()
    expect(page.locator("main")).to_contain_text("Bot token")
    expect(page.locator(".said-bad, .alert-danger, .said-warn").first).to_be_visible()
    states = {module["name"]: module["state"] for module in platform.dialog_json("module", "list")["modules"]}
    assert states["telegram"] == "disabled"
    browsers.shot(page, "modules-4-refused")

    page.goto("/modules/telegram/settings")
    page.get_by_label("Bot token").fill("not a token")
    page.get_by_label("Bot API address").fill(telegram.url)
    page.get_by_role("button", name="Check and save").click()
    expect(page.locator(".invalid-feedback")).to_contain_text("not a bot token")
    browsers.shot(page, "modules-5-settings")
    page.get_by_label("Bot token").fill(telegram.token)
    page.get_by_role("button", name="Check and save").click()
    expect(page).to_have_url(re.compile("/modules/telegram$"))
    assert telegram.token not in page.content()
    page.goto("/modules/telegram/settings")
    assert telegram.token not in page.content()

    page.goto("/modules/telegram")
    page.get_by_role("button", name="Switch on").click()
    expect(page.locator(".said-good")).to_be_visible(timeout=LONG)
    browsers.shot(page, "modules-6-enabled")
    page.goto("/modules/telegram")
    expect(page.get_by_role("button", name="Switch off")).to_be_visible()
    expect(page.locator("h1 .pill")).to_have_attribute("data-kind", "good")
    browsers.shot(page, "modules-7-telegram")

    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Switch off").click()
    expect(page.locator(".said-good")).to_be_visible(timeout=LONG)
    page.goto("/modules/telegram")
    expect(page.get_by_role("button", name="Switch on")).to_be_visible()
    assert platform.dialog_json("module", "settings", "telegram")["missing"] == []
