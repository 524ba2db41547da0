# SPDX-License-Identifier: Apache-2.0
"""The web UI as a browser without scripts uses it: pages are opened, forms are filled in and sent."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from werkzeug.test import TestResponse

from dialog_core import conversations, installation, parties, staff, tickets
from dialog_core.app import create_app
from dialog_core.clock import now
from dialog_core.config import Config
from dialog_core.conversations.models import Chat
from dialog_core.database import db, write
from dialog_core.modules import boot_core_only

PASSWORD = "a quiet river at dawn"


class Visitor:
    """A browser of one person; it keeps cookies and sends the CSRF token of the page that it has open."""

    def __init__(self, app: Flask, language: str = "en") -> None:
        self.client = app.test_client()
        self.headers = {"Accept-Language": language}
        self.page = ""

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open a page and follow redirects."""
        headers = {**self.headers, **options.pop("headers", {})}
        answer = self.client.get(path, follow_redirects=True, headers=headers, **options)
        self.page = html.unescape(answer.get_data(as_text=True)) if answer.mimetype == "text/html" else ""
        return answer

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Send a form of the open page; redirects are not followed."""
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.page)
        token = options.pop("token", found.group(1) if found else "")
        answer = self.client.post(path, data={"csrf_token": token, **(data or {})}, headers=self.headers, **options)
        if answer.mimetype == "text/html" and answer.status_code >= 400:
            self.page = html.unescape(answer.get_data(as_text=True))
        return answer

    def sign_in(self, email: str, password: str = PASSWORD) -> TestResponse:
        """Sign in by the form."""
        self.get("/sign-in")
        return self.post("/sign-in", {"email": email, "password": password})

    def error_of(self, field: str) -> str:
        """Return what the open page says is wrong with a field."""
        found = re.search(rf'id="error-{field}">([^<]+)<', self.page)
        return found.group(1) if found else ""


@pytest.fixture(autouse=True)
def light_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use argon2 with little memory: these tests are about pages, not about the cost of a hash."""
    monkeypatch.setattr("dialog_core.staff.passwords._hasher", PasswordHasher(1, 64, 1))


@pytest.fixture
def empty_app(sqlite_config: Config) -> Iterator[Flask]:
    """Return the web application of a platform that nobody has set up."""
    app = create_app(sqlite_config, boot_core_only("web"))
    with app.app_context():
        installation.ensure_defaults()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(empty_app: Flask) -> Flask:
    """Return a platform with an administrator and a specialist, in English."""
    with empty_app.app_context():
        system = staff.system_actor()
        installation.save_profile(system, organisation="North Desk", language="en", timezone="UTC")
        for email, name, role in (
            ("ada@example.com", "Ada Admin", "administrator"),
            ("sam@example.com", "Sam Specialist", "specialist"),
        ):
            staff.create_staff(system, email=email, name=name, role=role, password=PASSWORD, language="en")
        db.session.remove()
    return empty_app


@pytest.fixture
def visitor(app: Flask) -> Callable[..., Visitor]:
    """Return a function that opens a browser, signed in when given an address."""

    def open_browser(email: str | None = None, language: str = "en") -> Visitor:
        browser = Visitor(app, language)
        if email is not None:
            assert browser.sign_in(email).status_code == 303
        return browser

    return open_browser


@pytest.fixture
def admin(visitor: Callable[..., Visitor]) -> Visitor:
    """Return the administrator's browser."""
    return visitor("ada@example.com")


@pytest.fixture
def specialist(visitor: Callable[..., Visitor]) -> Visitor:
    """Return the specialist's browser."""
    return visitor("sam@example.com")


@dataclass
class Desk:
    """A customer with its people, a chat, and tickets to work on."""

    app: Flask
    organisation_id: int
    asker_id: int
    boss_id: int
    chat_id: int

    def ticket(
        self, subject: str = "It does not print", *, text: str = "Nothing comes out.", chat: bool = False
    ) -> str:
        """Register a request of the customer and return its number."""
        with self.app.app_context():
            ticket_id = tickets.open_ticket(
                staff.system_actor("test"),
                tickets.Request(
                    subject=subject,
                    said=conversations.Said(text=text, author=(self.asker_id, "Ann Asker")),
                    contact_id=self.asker_id,
                    organisation_id=self.organisation_id,
                    chat_id=self.chat_id if chat else None,
                ),
            )
            number = tickets.ticket_by_id(staff.system_actor(), ticket_id).number
            db.session.remove()
        return number

    def view(self, number: str) -> tickets.TicketView:
        """Return a ticket as it is now."""
        with self.app.app_context():
            found = tickets.ticket_by_number(staff.system_actor(), number)
            db.session.remove()
        return found

    def rows(self, statement: str) -> list[Any]:
        """Return what a plain statement finds."""
        with self.app.app_context():
            found = list(db.session.execute(sa.text(statement)))
            db.session.remove()
        return found


@pytest.fixture
def desk(app: Flask) -> Desk:
    """Return a customer with an asker, a representative and a reachable group."""
    with app.app_context():
        system = staff.system_actor()
        for email, role in (("tess@example.com", "tester"), ("sue@example.com", "supervisor")):
            staff.create_staff(system, email=email, name=role.title(), role=role, password=PASSWORD, language="en")
        organisation_id = parties.create_organisation(system, name="Daisy Ltd", address="Main Street 1", language="en")
        asker = parties.create_contact(
            system, full_name="Ann Asker", phones=["+7 912 345-67-89"], organisation_id=organisation_id
        )
        boss = parties.create_contact(
            system, full_name="Bob Boss", organisation_id=organisation_id, may_confirm=True, may_represent=True
        )
        with write() as session:
            chat = Chat(
                channel="paper", external_id="-1", kind="group", title="Daisy & support",
                organisation_id=organisation_id, is_reachable=True, unreachable_reason="", created_at=now(),
            )  # fmt: skip
            session.add(chat)
            session.flush()
            chat_id = chat.id
        db.session.remove()
    return Desk(app, organisation_id, asker, boss, chat_id)


@pytest.fixture
def statements(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """Return a context manager that collects the statements sent within it."""

    @contextmanager
    def collecting() -> Iterator[list[str]]:
        found: list[str] = []

        def collect(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA")):
                found.append(statement)

        with app.app_context():
            engine = db.engine
        sa.event.listen(engine, "after_cursor_execute", collect)
        try:
            yield found
        finally:
            sa.event.remove(engine, "after_cursor_execute", collect)

    return collecting
