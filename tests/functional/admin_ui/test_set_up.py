# SPDX-License-Identifier: Apache-2.0
"""The first set-up in the browser."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from dialog_core import clock, installation, staff
from dialog_core.database import db
from dialog_core.tickets.models import Ticket

from .conftest import PASSWORD, Visitor

ACCOUNT = {"name": "Ada", "email": "ada@example.com", "password": PASSWORD, "password_again": PASSWORD}
ORGANISATION = {"organisation": "North Desk", "language": "en", "timezone": "Asia/Omsk", "phone_region": "KZ"}
NUMBERS = {"prefix": "nd", "with_year": "no", "digits": "4"}


@pytest.fixture
def browser(empty_app: Flask) -> Visitor:
    return Visitor(empty_app)


@pytest.fixture
def link(empty_app: Flask) -> str:
    with empty_app.app_context():
        token = installation.create_setup_link()
        db.session.remove()
    return f"/setup/{token}"


@pytest.mark.parametrize("path", ["/", "/sign-in", "/profile", "/staff", "/modules", "/installation"])
def test_every_page_explains_set_up_before_it(browser: Visitor, path: str) -> None:
    answer = browser.get(path)
    assert answer.request.path == "/setup"
    assert "dialog up" in browser.page
    assert "dialog user create" in browser.page


def test_the_steps_make_an_administrator_who_is_signed_in(browser: Visitor, link: str) -> None:
    assert browser.get(link).request.path == f"{link}/account"
    assert browser.post(f"{link}/account", ACCOUNT).location == f"{link}/organisation"
    browser.get(f"{link}/organisation")
    assert browser.post(f"{link}/organisation", ORGANISATION).location == f"{link}/numbers"
    browser.get(f"{link}/numbers")
    assert browser.post(f"{link}/numbers", NUMBERS).location == "/setup/next/modules"
    browser.get("/setup/next/modules")
    assert browser.post("/setup/next/modules", {}).location == "/setup/next/demonstration"
    browser.get("/setup/next/demonstration")
    assert browser.post("/setup/next/finish").location == "/"
    browser.get("/installation")
    assert "North Desk" in browser.page
    assert "ND-0042" in browser.page
    assert 'value="Asia/Omsk"' in browser.page


def test_entries_are_not_lost_on_the_way(browser: Visitor, link: str) -> None:
    browser.get(f"{link}/account")
    browser.post(f"{link}/account", ACCOUNT)
    browser.get(f"{link}/organisation")
    browser.post(f"{link}/organisation", ORGANISATION)
    assert browser.get(link).request.path == f"{link}/numbers"
    browser.get(f"{link}/account")
    assert 'value="ada@example.com"' in browser.page
    assert PASSWORD not in browser.page
    kept = browser.post(f"{link}/account", {**ACCOUNT, "name": "Ada B", "password": "", "password_again": ""})
    assert kept.status_code == 303
    browser.get(f"{link}/organisation")
    assert 'value="North Desk"' in browser.page


@pytest.mark.parametrize(
    ("step", "entered", "wrong"),
    [
        ("account", {**ACCOUNT, "password_again": "another one"}, ("password_again", "differ")),
        ("account", {**ACCOUNT, "password": "short", "password_again": "short"}, ("password", "at least 10")),
        ("account", {**ACCOUNT, "email": "nobody"}, ("email", "not an e-mail")),
        ("organisation", {**ORGANISATION, "organisation": ""}, ("organisation", "Enter the name")),
        ("organisation", {**ORGANISATION, "timezone": "Mars"}, ("timezone", "no such time zone")),
        ("numbers", {**NUMBERS, "digits": "99"}, ("digits", "from 3 to 10")),
        ("numbers", {**NUMBERS, "prefix": "<b>"}, ("prefix", "letters")),
    ],
)
def test_a_wrong_value_is_named_and_the_rest_stays(
    browser: Visitor, link: str, step: str, entered: dict[str, str], wrong: tuple[str, str]
) -> None:
    field, says = wrong
    browser.get(f"{link}/{step}")
    assert browser.post(f"{link}/{step}", entered).status_code == 422
    assert says in browser.error_of(field)
    kept = next(key for key in entered if key != field and "password" not in key)
    assert entered[kept] in browser.page


def test_the_sample_follows_what_is_typed(browser: Visitor, link: str) -> None:
    answer = browser.get(f"{link}/numbers/sample", query_string={"prefix": "ab", "with_year": "no", "digits": "5"})
    assert "AB-00042" in answer.text
    assert "text-danger" in browser.get(f"{link}/numbers/sample", query_string={"prefix": "a/b"}).text


def test_a_link_that_does_not_work_says_how_to_get_another(browser: Visitor, link: str) -> None:
    assert browser.get("/setup/wrong").status_code == 410
    assert "dialog up" in browser.page
    later = clock.now() + timedelta(hours=1, seconds=1)
    with clock.set_to(lambda: later):
        assert browser.get(link).status_code == 410
    assert "the hour is over" in browser.page


def test_an_administrator_of_the_command_line_ends_set_up(empty_app: Flask, browser: Visitor, link: str) -> None:
    browser.get(f"{link}/account")
    with empty_app.app_context():
        staff.create_staff(staff.system_actor("cli"), email="cli@example.com", role="administrator", password=PASSWORD)
        db.session.remove()
    assert browser.post(f"{link}/account", ACCOUNT).status_code == 410
    assert "set up already" in browser.page
    assert browser.get("/setup").request.path == "/sign-in"


def test_the_wizard_speaks_the_browsers_language(empty_app: Flask, link: str) -> None:
    browser = Visitor(empty_app, "ru")
    browser.get(f"{link}/account")
    assert "Добро пожаловать" in browser.page
    browser.get("/language/en?next=/setup")
    assert "waits to be set up" in browser.page


def test_the_last_steps_are_for_administrators_only(browser: Visitor, app: Flask) -> None:
    nobody = Visitor(app)
    assert nobody.get("/setup/next/modules").request.path == "/sign-in"
    nobody.sign_in("sam@example.com")
    assert nobody.get("/setup/next/modules").status_code == 403
    assert nobody.get("/setup/next/demonstration").status_code == 403


def test_invented_data_are_loaded_once_beside_the_pages(app: Flask) -> None:
    admin = Visitor(app)
    admin.sign_in("ada@example.com")
    admin.get("/setup/next/demonstration")
    assert "Load invented data" in admin.page
    assert admin.post("/setup/next/demonstration").status_code == 303
    assert admin.post("/setup/next/demonstration").status_code == 303
    until = time.monotonic() + 120
    while "Done" not in admin.get("/setup/next/demonstration/progress").text:
        assert time.monotonic() < until, admin.page
        time.sleep(0.5)
    with app.app_context():
        assert installation.demonstration().state == "done"
        assert db.session.scalar(select(func.count()).select_from(Ticket)) == 1_000
        db.session.remove()
