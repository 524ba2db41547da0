# SPDX-License-Identifier: Apache-2.0
"""What all pages have in common: assets, headers, errors, languages, escaping."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from dialog_core import installation, staff
from dialog_core.database import db

from .conftest import Visitor

Open = Callable[..., Visitor]
PAGES = [
    "/profile",
    "/profile/tokens",
    "/staff",
    "/staff/invite",
    "/staff/1",
    "/staff/teams",
    "/staff/roles",
    "/modules",
    "/modules/upload",
    "/modules/history",
    "/modules/incidents",
    "/modules/processes",
    "/installation",
]


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_pages_are_made_in_both_languages_and_keep_to_the_policy(app: Flask, path: str, language: str) -> None:
    with app.app_context():
        actor = staff.actor_for_staff(1, "web")
        staff.change_own_profile(actor, name="Ada Admin", language=language, timezone="UTC")
        db.session.remove()
    browser = Visitor(app)
    browser.sign_in("ada@example.com")
    answer = browser.get(path)
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)", answer.text)
    assert (
        "script-src" not in answer.headers["Content-Security-Policy"]
        or "unsafe" not in answer.headers["Content-Security-Policy"]
    )
    if language == "ru":
        shown = re.sub(r"<(code|option|kbd)[^>]*>[^<]*</\1>|<[^>]+>|&[a-z]+;", " ", browser.page.partition("<main")[2])
        words = set(re.findall(r"\b[a-z]{4,}\b", shown))
        assert not words & {"with", "this", "that", "from", "your", "they", "when", "none", "here", "what"}


def test_names_are_escaped(app: Flask, admin: Visitor) -> None:
    with app.app_context():
        system = staff.system_actor()
        evil = "<img src=x onerror=alert(1)>\"'{{7*7}}"
        installation.save_profile(system, organisation=evil, language="en", timezone="UTC")
        staff.create_staff(system, email="e@example.com", name=evil, role="tester")
        db.session.remove()
    answer = admin.get("/staff")
    assert "<img src=x" not in answer.text
    assert "&lt;img src=x" in answer.text
    assert answer.text.count("{{7*7}}") >= 2


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [("/nope", 404, "no such page"), ("/staff/999", 404, "no such member"), ("/modules/nothing", 404, "no such page")],
)
def test_what_is_not_there_has_a_page_with_a_way_on(admin: Visitor, path: str, status: int, says: str) -> None:
    assert admin.get(path).status_code == status
    assert says in admin.page
    assert "To the start page" in admin.page


def test_errors_have_a_page_for_those_not_signed_in(visitor: Open) -> None:
    browser = visitor()
    assert browser.get("/nope").status_code == 404
    assert "To the start page" in browser.page
    assert browser.client.get("/sign-out").status_code == 405


def test_a_form_that_is_too_large_is_refused(admin: Visitor) -> None:
    admin.get("/profile")
    assert admin.post("/profile", {"name": "x" * 3_000_000}).status_code == 413
    assert "too large" in admin.page


def test_our_own_failure_has_a_page_with_a_reference(
    app: Flask, admin: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(staff, "list_tokens", fail)
    answer = admin.get("/profile/tokens")
    assert answer.status_code == 500
    assert re.search(r"Reference for the log: [0-9a-f]{8}", admin.page)
    assert "ZeroDivisionError" not in admin.page


def test_a_fragment_that_fails_shows_a_toast(specialist: Visitor) -> None:
    answer = specialist.client.get("/staff", headers={"HX-Request": "true"})
    assert answer.status_code == 403
    assert answer.headers["HX-Reswap"] == "none"
    assert '"kind": "error"' in answer.headers["HX-Trigger"]
    assert answer.text == ""


def test_the_api_answers_for_itself(app: Flask) -> None:
    answer = app.test_client().get("/api/v1/nothing")
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"


def test_assets_are_kept_for_ever_and_sent_compressed(app: Flask, admin: Visitor) -> None:
    admin.get("/profile")
    address = re.search(r'src="(/assets/app-[0-9a-f]+\.js)"', admin.page)
    assert address is not None, "the assets are bundled by `make assets`"
    answer = app.test_client().get(address.group(1), headers={"Accept-Encoding": "br, gzip"}, buffered=True)
    assert answer.headers["Content-Encoding"] == "br"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.mimetype == "text/javascript"
    plain = app.test_client().get(address.group(1), headers={"Accept-Encoding": "identity"}, buffered=True)
    assert "Content-Encoding" not in plain.headers
    assert plain.headers["X-Content-Type-Options"] == "nosniff"
    for wrong in ("manifest.json", "../plugin.py", "..%2fplugin.py", "nothing.js"):
        assert app.test_client().get(f"/assets/{wrong}").status_code == 404


def test_navigation_shows_what_one_may_see(admin: Visitor, specialist: Visitor) -> None:
    admin.get("/profile")
    assert 'href="/modules"' in admin.page
    specialist.get("/profile")
    assert 'href="/modules"' not in specialist.page


def test_numbers_that_no_row_can_have_are_told_like_any_other_unknown_address(app: Flask, admin: Visitor) -> None:
    huge = "9" * 23
    routes = [str(rule) for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    numbered = [re.sub("<int:[a-z_]+>", huge, route) for route in routes if "<int:" in route]
    assert len(numbered) > 10
    for address in numbered:
        assert admin.get(re.sub("<[^>]+>", "x", address)).status_code == 404, address
    for address in ("/chats?before=", "/inbox?before=", "/contacts/new?organisation="):
        assert admin.get(address + huge).status_code == 200, address
        assert admin.get(f"{address}-{huge}").status_code == 200, address
