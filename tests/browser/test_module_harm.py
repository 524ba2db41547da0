# SPDX-License-Identifier: Apache-2.0
"""A module fails: the administrator sees it on its page, on every page after the platform acted, and has a way out."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.running import Platform, eventually
from tests.running.browsing import PHONE, Browsers
from tests.running.fixtures import NewPlatform
from tests.running.platform import ADMINISTRATOR, PASSWORD
from tests.running.web import sign_in

pytestmark = [
    pytest.mark.soak,
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(500),
    pytest.mark.xdist_group("modules_page"),
]
LONG = 90_000
RUSSIAN = "anna@example.org"


def fail_until_it_rests(platform: Platform, number: str, times: int) -> None:
    """Open the page of a ticket until the hook of `flaky` was paused so often."""
    with closing(sign_in(platform.url, ADMINISTRATOR, PASSWORD)) as client:

        def look() -> bool:
            assert client.get(f"/tickets/{number}").status_code == 200
            rows = platform.rows("SELECT kind FROM module_strike WHERE module = 'flaky'")
            time.sleep(0.1)
            return len(rows) >= times

        eventually(look, seconds=60, what=f"pause {times} of the hook")


def shots(browsers: Browsers, pages: list[Page], path: str, name: str) -> None:
    """Keep pictures: wide, light and English, then on a phone, in the dark and in Russian."""
    for page, kind in zip(pages, ("wide", "phone"), strict=True):
        page.goto(path)
        browsers.shot(page, f"harm-{name}-{kind}")


def test_a_module_that_fails_is_seen_tried_again_taken_back_and_switched_off(
    new_platform: NewPlatform, browsers: Browsers, module_wheel: Callable[[str], Path]
) -> None:
    """Its page tells and offers a trial; a second pause takes the change back; `/safe` works beside all that."""
    platform = new_platform()
    platform.begin("Busy support")
    platform.add_person(RUSSIAN, "administrator", name="Анна Петрова", language="ru")
    platform.dialog("module", "install", "sla")
    platform.dialog("module", "enable", "sla")
    platform.dialog("module", "install", str(module_wheel("flaky")))
    platform.dialog("module", "enable", "flaky")
    body = {"subject": "Help", "description": "d", "kind": "consultation"}
    with platform.api() as api:
        number = str(api.make("/tickets", **body, contact={"full_name": "Olga", "email": "o@example.org"})["number"])
    fail_until_it_rests(platform, number, 1)
    eventually(
        lambda: platform.rows("SELECT id FROM module_log WHERE module = 'flaky'"), seconds=30, what="its log is written"
    )

    page = browsers.page(platform.url, ADMINISTRATOR, color_scheme="light")
    phone = browsers.page(platform.url, RUSSIAN, color_scheme="dark", viewport=PHONE, has_touch=True, locale="ru-RU")
    pages = [page, phone]
    shots(browsers, pages, "/modules", "1-cards")
    expect(page.locator('.module-card[data-state="problem"]')).to_have_count(1)
    expect(page.locator('.module-card[data-state="problem"]')).to_contain_text("flaky")
    shots(browsers, pages, "/modules/flaky", "2-module")
    expect(page.locator("#paused")).to_contain_text("one time in two")
    expect(page.locator("main")).to_contain_text("Calls within a day")
    expect(page.locator(".log-lines")).to_contain_text("No panel for ticket")
    page.get_by_role("button", name="Try now").click()
    expect(page.locator("#paused")).to_contain_text("is tried again")
    fail_until_it_rests(platform, number, 2)

    page.goto("/queue")
    banner = page.locator(".module-banner")
    eventually(lambda: page.reload() and banner.count(), seconds=30, what="the change is taken back")
    expect(banner).to_contain_text("flaky")
    shots(browsers, pages, "/queue", "3-banner")
    shots(browsers, pages, "/modules/flaky", "4-returned")
    banner = page.locator(".module-banner")
    banner.get_by_role("button", name="Dismiss").click()
    expect(page.locator(".module-banner")).to_have_count(0)
    page.goto("/modules/flaky")
    expect(page.locator("#past")).to_contain_text("took back a change")

    shots(browsers, pages, "/modules/sla", "5-well")
    page.get_by_role("button", name=re.compile("^Check now")).click()
    expect(page.locator("#work .condition-mark[data-kind='good']").first).to_be_visible(timeout=LONG)
    browsers.shot(page, "harm-6-checked-wide")
    shots(browsers, pages, "/modules/flaky/log", "7-log")

    shots(browsers, pages, "/safe", "8-safe")
    page.get_by_label("E-mail").fill(ADMINISTRATOR)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("body")).to_contain_text("sla")
    browsers.shot(page, "harm-9-safe-wide")
    page.get_by_role("button", name="Switch off").click()
    expect(page.locator(".said").first).to_be_visible()
    browsers.shot(page, "harm-10-safe-said-wide")

    def state() -> str:
        return str({row["name"]: row["state"] for row in platform.dialog_json("module", "list")["modules"]}["sla"])

    eventually(lambda: state() == "disabled", seconds=60, what="the module is off")
