# SPDX-License-Identifier: Apache-2.0
"""Real Chromium on a running platform: somebody's browser, and what it shows."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.running.platform import PASSWORD
from tests.running.web import sign_in

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
HOW_TO_INSTALL = f"{CHROMIUM} is missing; install it with: apt-get install chromium"
WIDE, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}
PATIENCE = 10_000
"""Milliseconds until something that should be there is given up."""
_NAMES = frozenset({"Telegram", "English", "Dialog", "Ctrl ↵"})
_HARMLESS = ("net::ERR_INCOMPLETE_CHUNKED_ENCODING", "net::ERR_NETWORK_CHANGED", "status of 4")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


class Browsers:
    """Browsers of several people; every page is watched for errors of scripts and refused resources."""

    def __init__(self, browser: Browser, screenshots: Path) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self._screenshots = screenshots
        self.problems: list[str] = []

    def page(self, url: str, email: str = "", **options: Any) -> Page:
        """Open a page of a browser of its own, signed in as somebody when an e-mail address is given."""
        given = {"viewport": WIDE, "locale": "en-US", "timezone_id": "Asia/Yekaterinburg", "reduced_motion": "reduce"}
        context = self._browser.new_context(base_url=url, **{**given, **options})
        context.set_default_timeout(PATIENCE)
        self._contexts.append(context)
        if email:
            with closing(sign_in(url, email, PASSWORD)) as client:
                cookies: Any = [{"name": name, "value": value, "url": url} for name, value in client.cookies.items()]
            context.add_cookies(cookies)
        page = context.new_page()
        page.on("pageerror", lambda error: self.problems.append(f"{page.url}: {error}"))
        page.on("console", lambda message: self._note(page, message))
        return page

    def shot(self, page: Page, name: str) -> None:
        """Keep a picture of the page, so that people can look at it (environment DIALOG_SCREENSHOTS)."""
        self._screenshots.mkdir(parents=True, exist_ok=True)
        page.evaluate("scrollTo(0, 0)")  # a tall picture of a page that was scrolled shows what sticks in its middle
        page.screenshot(path=self._screenshots / f"{name}.png", full_page=True, animations="disabled")

    def close(self, *, failed: str = "") -> None:
        """Close all browsers; of a failed test, keep what each showed last."""
        for context in self._contexts:
            for number, page in enumerate(context.pages if failed else []):
                self.shot(page, f"failed-{failed}-{self._contexts.index(context)}-{number}")
            context.close()
        self._contexts.clear()

    def _note(self, page: Page, message: Any) -> None:
        if message.type == "error" and not any(harmless in message.text for harmless in _HARMLESS):
            self.problems.append(f"{page.url}: {message.text} {message.location}")


def too_wide(page: Page) -> list[int]:
    """Return how wide a page is if it does not fit into a phone; tables that would have to be scrolled, too."""
    found = page.evaluate(
        "() => [document.documentElement, ...document.querySelectorAll('.table-responsive')]"
        ".filter(node => node.scrollWidth > node.clientWidth + 1).map(node => node.scrollWidth)"
    )
    return [int(width) for width in found]


def left_in_english(page: Page) -> list[str]:
    """Return what nobody translated of a Russian page: in buttons, labels, headings, heads of tables and menus."""
    words = page.evaluate(
        "() => [...document.querySelectorAll('main button, main label, main th, main h2, nav a')]"
        ".map(node => node.innerText.trim()).filter(text => text)"
    )
    english = [text for text in words if text.isascii() and any(sign.isalpha() for sign in text)]
    return [text for text in english if text not in _NAMES]


def screenshots_folder(fallback: Path) -> Path:
    """Return where pictures go."""
    wanted = os.environ.get("DIALOG_SCREENSHOTS")
    return Path(wanted) if wanted else fallback
