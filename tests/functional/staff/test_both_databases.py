# SPDX-License-Identifier: Apache-2.0
"""Staff and set-up on SQLite and PostgreSQL, with several threads at once where that matters."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher
from flask import Flask

from dialog_core import installation, staff
from dialog_core.database import db
from dialog_core.errors import DialogError

PASSWORD = "a quiet river at dawn"


@pytest.fixture(autouse=True)
def light_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use argon2 with little memory."""
    monkeypatch.setattr("dialog_core.staff.passwords._hasher", PasswordHasher(1, 64, 1))


def at_once(app: Flask, *calls: Callable[[], object]) -> list[object]:
    """Make calls in threads of their own; an error of ours is an answer."""

    def run(call: Callable[[], object]) -> object:
        with app.app_context():
            try:
                return call()
            except DialogError as error:
                return error
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_defaults_are_inserted_once_by_many(any_core: Flask) -> None:
    assert at_once(any_core, *[installation.ensure_defaults] * 6) == [None] * 6
    assert len(staff.list_roles()) == 5


def test_the_way_of_an_account(any_core: Flask) -> None:
    installation.ensure_defaults()
    system = staff.system_actor()
    admin_id = staff.create_staff(system, email="ada@example.com", role="administrator", password=PASSWORD)
    admin = staff.actor_for_staff(admin_id, "web")
    team = staff.create_team(admin, name="First line", member_ids=[admin_id])
    token = staff.invite_staff(admin, email="sam@example.com", role="specialist", team_ids=[team])
    sam = staff.accept_invitation(token, name="Sam", password=PASSWORD)
    with pytest.raises(staff.SignInRefused):
        staff.authenticate(email="sam@example.com", password="wrong", address="192.0.2.1")
    person = staff.authenticate(email="sam@example.com", password=PASSWORD, address="192.0.2.1")
    plain = staff.create_token(person.actor, name="script")
    assert staff.actor_by_token(plain) is not None
    staff.set_role(admin, staff_id=sam, role="engineer")
    staff.switch_off(admin, staff_id=sam)
    assert staff.actor_by_token(plain) is None
    staff.change_team(admin, team_id=team, name="Line", member_ids=[])
    staff.remove_team(admin, team_id=team)
    assert [view.is_active for view in staff.list_staff(admin)] == [True, False]


def test_two_administrators_cannot_switch_each_other_off_at_once(any_core: Flask) -> None:
    installation.ensure_defaults()
    system = staff.system_actor()
    first, second = (
        staff.create_staff(system, email=f"{name}@example.com", role="administrator", password=PASSWORD)
        for name in ("ada", "bob")
    )
    db.session.remove()
    answers = at_once(
        any_core,
        lambda: staff.switch_off(system, staff_id=first),
        lambda: staff.switch_off(system, staff_id=second),
    )
    assert sum(answer is None for answer in answers) == 1
    assert staff.has_administrator()


def test_an_invitation_is_accepted_once_however_often_it_is_sent(any_core: Flask) -> None:
    installation.ensure_defaults()
    token = staff.invite_staff(staff.system_actor(), email="sam@example.com", role="specialist")
    db.session.remove()
    accept = lambda: staff.accept_invitation(token, name="Sam", password=PASSWORD)  # noqa: E731
    answers = at_once(any_core, *[accept] * 4)
    assert sum(isinstance(answer, int) for answer in answers) == 1
    assert len(staff.list_staff(staff.system_actor())) == 1


def test_guesses_at_once_are_all_counted(any_core: Flask) -> None:
    installation.ensure_defaults()
    staff.create_staff(staff.system_actor(), email="ada@example.com", role="administrator", password=PASSWORD)
    db.session.remove()
    guess = lambda: staff.authenticate(email="ada@example.com", password="wrong", address="192.0.2.1")  # noqa: E731
    answers = at_once(any_core, *[guess] * 10)
    assert sum(isinstance(answer, staff.SignInRefused) for answer in answers) <= 6
    assert any(isinstance(answer, staff.TooManyAttempts) for answer in answers)


def test_set_up_is_completed_once_however_often_it_is_sent(any_core: Flask) -> None:
    installation.ensure_defaults()
    link = installation.create_setup_link()
    installation.keep_setup_account(link, email="ada@example.com", name="Ada", password=PASSWORD)
    installation.keep_setup_profile(link, organisation="Desk", language="en", timezone="UTC", phone_region="RU")
    db.session.remove()
    complete = lambda: installation.complete_setup(link, prefix="", with_year=True, digits=6)  # noqa: E731
    answers = at_once(any_core, *[complete] * 4)
    assert sum(isinstance(answer, int) for answer in answers) == 1
    assert installation.is_set_up()
