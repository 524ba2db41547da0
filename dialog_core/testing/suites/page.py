# SPDX-License-Identifier: Apache-2.0
"""What holds for every page: who may see it, in which language, and that nothing on it is taken for HTML."""

from __future__ import annotations

from typing import ClassVar

from dialog_core.hookspecs.ui import Audience, WebMount
from dialog_core.runtime import runtime
from dialog_core.testing.platform import ModulePlatform
from dialog_core.testing.suites.module import HOSTILE

EVERY_ROLE = ("administrator", "supervisor", "specialist", "engineer", "tester")


class PageSuite:
    """Inherit it once for the pages that staff see."""

    permission: ClassVar[str | None] = None
    """What one must be allowed to; None: every member of staff may see the pages."""

    def pages(self, platform: ModulePlatform) -> list[str]:
        """Return the addresses of the pages; make what must be there for them."""
        raise NotImplementedError

    def hostile(self, platform: ModulePlatform, text: str) -> None:
        """Bring a text to where the pages show it."""

    def test_nobody_sees_them_without_signing_in(self, platform: ModulePlatform) -> None:
        """A page of staff leads to the sign-in."""
        for path in self.pages(platform):
            answer = platform.browser(None).get(path)
            assert answer.status_code in {302, 303, 401}, f"{path} answers {answer.status_code} to nobody"

    def test_only_who_may_sees_them(self, platform: ModulePlatform) -> None:
        """Every role that has the permission sees the pages; the others get 403."""
        for path in self.pages(platform):
            for role in EVERY_ROLE:
                may = self.permission is None or platform.actor(role).may(self.permission)
                answer = platform.browser(role).get(path)
                wanted = 200 if may else 403
                assert answer.status_code == wanted, f"{path} answers {answer.status_code} to a {role}, not {wanted}"

    def test_both_languages(self, platform: ModulePlatform) -> None:
        """The page is there in Russian and in English, and says so."""
        for path in self.pages(platform):
            for language in ("ru", "en"):
                assert f'lang="{language}"' in platform.browser("administrator", language).text(path)

    def test_hostile_words_are_shown_as_they_are(self, platform: ModulePlatform) -> None:
        """What people write never becomes part of the page's HTML."""
        paths = self.pages(platform)
        self.hostile(platform, HOSTILE)
        for path in paths:
            raw = platform.browser("administrator").get(path).get_data(as_text=True)
            assert HOSTILE not in raw, f"{path} shows a text as HTML: let Jinja escape it (no |safe, no Markup)"

    def test_a_form_without_its_token_is_refused(self, platform: ModulePlatform) -> None:
        """No other site can send a form in somebody's name, and nobody without signing in."""
        for path in self._forms(platform):
            answer = platform.browser("administrator").post(path, csrf=False)
            assert answer.status_code == 400, f"{path} takes a form without a CSRF token ({answer.status_code})"
            assert platform.browser(None).post(path).status_code in {302, 303, 400, 401}

    def test_nonsense_is_no_failure(self, platform: ModulePlatform) -> None:
        """Whatever is sent, the answer is one of the reader's faults, never one of the platform's."""
        browser = platform.browser("administrator")
        for path in self.pages(platform):
            for query in ("?page=x", "?cursor=%00", "?q=" + "x" * 3000, "?id=-1&id=9" + "9" * 40):
                status = browser.get(path + query).status_code
                assert status < 500, f"{path}{query[:30]} answers {status}"
        for path in self._forms(platform):
            for data in ({}, {"text": "\x00" + "x" * 10_000, "id": "９"}):
                status = browser.post(path, data).status_code
                assert status < 500, f"{path} answers {status} to a form with nonsense"

    def _forms(self, platform: ModulePlatform) -> list[str]:
        """Return the addresses that take forms of staff and need no values in the address."""
        mounts: list[WebMount] = [
            item.value for item in runtime().hooks.collect("web_mounts") if item.module == platform.module.name
        ]
        names = {mount.blueprint.name for mount in mounts if mount.audience is Audience.STAFF}
        return [
            rule.rule
            for rule in platform.app.url_map.iter_rules()
            if rule.endpoint.split(".")[0] in names and "POST" in (rule.methods or ()) and not rule.arguments
        ]
