# SPDX-License-Identifier: Apache-2.0
"""Colleagues: invited by a link, limited by their role, switched off at once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.running.browsing import Browsers
from tests.running.desk import Desk
from tests.running.platform import ADMINISTRATOR, PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


def test_a_colleague_is_invited_limited_and_switched_off(desk: Desk, browsers: Browsers) -> None:
    """A tester comes by a one-time link, cannot decline nor manage, and is out as soon as they are switched off."""
    admin = browsers.page(desk.platform.url, ADMINISTRATOR)
    admin.goto("/staff")
    admin.get_by_role("link", name=re.compile("Invite")).first.click()
    admin.get_by_label("E-mail").fill("tanya@example.org")
    admin.get_by_label("Tester").check()
    admin.get_by_role("button", name="Create the link").click()
    link = admin.locator(".copyable input").input_value()
    assert "/invitation/" in link
    browsers.shot(admin, "staff-invited")

    tester = browsers.page(desk.platform.url)
    tester.goto(link)
    expect(tester.locator("main, .card").first).to_contain_text("Your role: tester")
    browsers.shot(tester, "staff-invitation")
    tester.locator("[name=name]").fill("Tanya Tester")
    tester.locator("[name=password]").fill(PASSWORD)
    tester.get_by_role("button", name="Create the account and sign in").click()
    expect(tester.locator(".user-name")).to_have_text("Tanya Tester")
    again = browsers.page(desk.platform.url)
    assert again.goto(link).status == 410  # type: ignore[union-attr]

    ticket = desk.api.make(
        "/tickets", subject="For the tester", description="d", kind="consultation",
        contact={"full_name": "Petr Visitor", "email": "petr@example.org"},
    )  # fmt: skip
    tester.goto(f"/tickets/{ticket['number']}")
    expect(tester.locator("#ticket-number")).to_have_text(ticket["number"])
    assert tester.locator("a[href*='/decline']").count() == 0
    assert tester.get_by_role("link", name="Modules").count() == 0
    for address in ("/modules", "/staff", f"/tickets/{ticket['number']}/act/decline"):
        assert tester.request.get(address).status in {403, 404, 405}
    assert tester.request.get("/modules").status == 403
    admin.goto(f"/tickets/{ticket['number']}")
    assert admin.locator("a[href*='decline']").count() == 1

    admin.goto("/staff")
    admin.get_by_role("link", name="Tanya Tester").click()
    admin.on("dialog", lambda dialog: dialog.accept())
    admin.get_by_role("button", name="Switch off").click()
    expect(admin.get_by_role("button", name="Switch on")).to_be_visible()
    tester.goto("/queue")
    expect(tester).to_have_url(re.compile("/sign-in"))
    tester.locator("[name=email]").fill("tanya@example.org")
    tester.locator("[name=password]").fill(PASSWORD)
    tester.get_by_role("button", name="Sign in").click()
    expect(tester.locator(".alert-danger")).to_be_visible()


def test_signing_in_and_out(desk: Desk, browsers: Browsers) -> None:
    """A wrong password is refused without telling which part was wrong; the page asked for comes after signing in."""
    page = browsers.page(desk.platform.url)
    page.goto("/organisations")
    expect(page).to_have_url(re.compile("/sign-in"))
    browsers.shot(page, "sign-in")
    page.locator("[name=email]").fill(ADMINISTRATOR)
    page.locator("[name=password]").fill("wrong password here")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".alert-danger")).to_be_visible()
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/organisations"))
    page.get_by_role("button", name=re.compile("Account")).click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/sign-in"))
    page.goto("/queue")
    expect(page).to_have_url(re.compile("/sign-in"))
