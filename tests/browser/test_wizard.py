# SPDX-License-Identifier: Apache-2.0
"""From the one-time link on an empty home to the queue, in both languages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.running import eventually
from tests.running.browsing import Browsers
from tests.running.fixtures import NewPlatform
from tests.running.platform import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
LONG = 90_000
"""Milliseconds for the installation of a module, which starts several processes."""
TEXTS = {
    "en": ("Welcome!", "Your organisation", "Registration numbers", "Choose modules", "Tickets"),
    "ru": ("Добро пожаловать!", "Ваша организация", "Регистрационные номера", "Выберите модули", "Заявки"),
}  # fmt: skip


@pytest.mark.parametrize(
    "language",
    [
        pytest.param("en", marks=pytest.mark.xdist_group("wizard_en")),
        pytest.param("ru", marks=pytest.mark.xdist_group("wizard_ru")),
    ],
)
def test_from_the_link_to_the_queue(new_platform: NewPlatform, browsers: Browsers, language: str) -> None:
    """Account, organisation, numbers, modules, invented data; then the administrator is signed in."""
    platform = new_platform()
    link = platform.ready_url
    assert "/setup/" in link
    page = browsers.page(platform.url, locale={"en": "en-GB", "ru": "ru-RU"}[language])
    account, organisation, numbers, modules, queue = TEXTS[language]

    page.goto(link)
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("h1")).to_contain_text(account)
    browsers.shot(page, f"wizard-{language}-1-account")
    page.locator("[name=name]").fill("Анна Иванова")
    page.locator("[name=email]").fill("anna@example.org")
    page.locator("[name=password]").fill("short")
    page.locator("[name=password_again]").fill("short")
    page.locator("button.btn-primary").click()
    expect(page.locator(".invalid-feedback")).to_be_visible()
    expect(page.locator("[name=email]")).to_have_value("anna@example.org")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password_again]").fill(PASSWORD)
    page.locator("button.btn-primary").click()

    expect(page.locator("h1")).to_contain_text(organisation)
    browsers.shot(page, f"wizard-{language}-2-organisation")
    page.locator("[name=organisation]").fill("Поддержка «Ромашка»")
    page.locator("[name=language]").select_option(language)
    page.locator("button.btn-primary").click()

    expect(page.locator("h1")).to_contain_text(numbers)
    page.locator("[name=prefix]").fill("SD")
    expect(page.get_by_text(re.compile(r"№ SD"))).to_be_visible()
    browsers.shot(page, f"wizard-{language}-3-numbers")
    page.locator("button.btn-primary").click()

    expect(page.locator("h1")).to_contain_text(modules)
    telegram = page.locator(".module-choice").filter(has_text="Telegram")
    expect(telegram).to_be_visible()
    browsers.shot(page, f"wizard-{language}-4-modules")
    if language == "en":  # one chooses a module, the other goes on without
        telegram.locator("input").check()
        page.locator("button.btn-primary").click()
        expect(page.locator(".said-good")).to_be_visible(timeout=LONG)
    else:
        page.locator(".wizard-foot a").click()
    expect(page).to_have_url(re.compile("/setup/next/demonstration"))
    browsers.shot(page, f"wizard-{language}-5-demonstration")
    page.locator(".wizard-foot button.btn-primary").click()

    expect(page.locator("h1")).to_have_text(queue)
    # Each process remembers the name for up to a second.
    eventually(lambda: page.reload() and page.locator(".rail-brand-name").inner_text() == "Поддержка «Ромашка»")
    expect(page.locator("html")).to_have_attribute("lang", language)
    browsers.shot(page, f"wizard-{language}-6-queue")

    installed = {row["name"]: row["state"] for row in platform.dialog_json("module", "list")["modules"]}
    assert installed["telegram"] == ("disabled" if language == "en" else "available")
    page.goto(link)
    expect(page.locator("[name=password]")).to_have_count(0)
    refused = browsers.page(platform.url).request.get(link)
    assert refused.status == 410
