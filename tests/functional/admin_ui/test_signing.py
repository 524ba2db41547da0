# SPDX-License-Identifier: Apache-2.0
"""Signing in and out, the profile, API tokens."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from .conftest import PASSWORD, Visitor

Open = Callable[..., Visitor]
NEW = "seven green turtles"


def test_a_page_asks_to_sign_in_and_is_shown_then(visitor: Open) -> None:
    browser = visitor()
    answer = browser.get("/staff")
    assert answer.request.path == "/sign-in"
    entered = browser.post(
        "/sign-in", {"email": "ada@example.com", "password": PASSWORD, "next": answer.request.args["next"]}
    )
    assert entered.location == "/staff"


@pytest.mark.parametrize(
    "wanted", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example"]
)
def test_nobody_is_sent_elsewhere_after_signing_in(visitor: Open, wanted: str) -> None:
    browser = visitor()
    browser.get("/sign-in")
    entered = browser.post("/sign-in", {"email": "ada@example.com", "password": PASSWORD, "next": wanted})
    assert entered.location == "/"


def test_a_wrong_password_is_refused_and_guessing_is_slowed_down(visitor: Open) -> None:
    browser = visitor()
    for _ in range(5):
        assert browser.sign_in("ada@example.com", "wrong password").status_code == 422
    assert "wrong" in browser.page
    answer = browser.sign_in("ada@example.com")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1


def test_a_form_without_its_token_is_refused(visitor: Open) -> None:
    browser = visitor("ada@example.com")
    browser.get("/profile")
    assert browser.post("/profile", {"name": "Eve"}, token="").status_code == 400
    assert "too old" in browser.page


def test_signing_out_ends_the_session(admin: Visitor) -> None:
    admin.get("/profile")
    admin.post("/sign-out")
    assert admin.get("/profile").request.path == "/sign-in"


def test_the_profile_is_changed_and_the_language_with_it(admin: Visitor) -> None:
    admin.get("/profile")
    admin.post("/profile", {"name": "Ада", "language": "ru", "timezone": "Europe/Moscow"})
    admin.get("/profile")
    assert "Ваше имя" not in admin.page
    assert "Часовой пояс" in admin.page
    assert 'value="Ада"' in admin.page
    admin.post("/profile", {"name": "Ада", "language": "ru", "timezone": "Nowhere/Else"})
    assert "Такого часового пояса нет" in admin.error_of("timezone")
    assert admin.post("/profile/language", {"language": "en", "next": "/profile/tokens"}).location == "/profile/tokens"
    admin.get("/profile")
    assert "Time zone" in admin.page


def test_a_new_password_signs_other_browsers_out(visitor: Open) -> None:
    here, there = visitor("sam@example.com"), visitor("sam@example.com")
    here.get("/profile")
    wrong = {"current_password": "not it", "new_password": NEW, "new_password_again": NEW}
    assert here.post("/profile/password", wrong).status_code == 422
    assert "wrong" in here.error_of("current_password")
    differ = {"current_password": PASSWORD, "new_password": NEW, "new_password_again": NEW + "!"}
    assert here.post("/profile/password", differ).status_code == 422
    right = {"current_password": PASSWORD, "new_password": NEW, "new_password_again": NEW}
    assert here.post("/profile/password", right).status_code == 303
    assert here.get("/profile").request.path == "/profile"
    assert there.get("/profile").request.path == "/sign-in"


def test_an_api_token_is_shown_once_and_works_until_revoked(admin: Visitor) -> None:
    admin.get("/profile/tokens")
    assert admin.post("/profile/tokens", {"name": "Nightly <export>"}).status_code == 303
    answer = admin.get("/profile/tokens")
    plain = re.search(r"dlg_[A-Za-z0-9_-]{43}", admin.page)
    assert plain is not None
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Nightly &lt;export&gt;" in answer.text
    admin.get("/profile/tokens")
    assert plain.group() not in admin.page
    headers = {"Authorization": f"Bearer {plain.group()}"}
    assert admin.client.get("/api/v1/me", headers=headers).status_code == 200
    revoke = re.search(r'action="(/profile/tokens/\d+/revoke)"', admin.page)
    assert revoke is not None
    admin.post(revoke.group(1))
    assert admin.client.get("/api/v1/me", headers=headers).status_code == 401


@pytest.mark.parametrize(("scheme", "is_secure"), [("https", True), ("http", False)])
def test_the_session_of_an_https_site_is_not_sent_in_the_clear(app: Flask, scheme: str, is_secure: bool) -> None:
    answer = app.test_client().get("/sign-in", base_url=f"{scheme}://help.example.com")
    cookie = next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith("dialog_session="))
    assert ("; Secure" in cookie) is is_secure
    assert "; HttpOnly" in cookie
