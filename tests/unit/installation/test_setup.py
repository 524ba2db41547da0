# SPDX-License-Identifier: Apache-2.0
"""The first set-up: link, kept entries, completion."""

from __future__ import annotations

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import func, select

from dialog_core import clock, installation, staff
from dialog_core.database import db
from dialog_core.errors import NotAllowedNow, NotPermitted, WrongValue
from dialog_core.staff.models import Role
from dialog_core.tickets.models import Category

GOOD = "seven green turtles"


@pytest.fixture(autouse=True)
def light_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use argon2 with little memory."""
    monkeypatch.setattr("dialog_core.staff.passwords._hasher", PasswordHasher(1, 64, 1))


@pytest.fixture
def link(core_app: Flask) -> str:
    """Return the token of a set-up link of a fresh installation."""
    installation.ensure_defaults()
    return installation.create_setup_link()


def enter_everything(link: str) -> None:
    installation.keep_setup_account(link, email="ada@example.com", name="Ada", password=GOOD)
    installation.keep_setup_profile(
        link, organisation="Служба поддержки", language="ru", timezone="Asia/Omsk", phone_region="RU"
    )


def test_defaults_are_inserted_once(core_app: Flask) -> None:
    installation.ensure_defaults()
    installation.ensure_defaults()
    assert db.session.scalar(select(func.count()).select_from(Role)) == 5
    top = set(db.session.scalars(select(Category.code).where(Category.parent_id.is_(None))))
    assert {"hardware", "software", "network", "telephony", "access", "other"} <= top


def test_set_up_makes_an_administrator_who_can_sign_in(link: str) -> None:
    assert not installation.is_set_up()
    enter_everything(link)
    staff_id = installation.complete_setup(link, prefix="sd", with_year=True, digits=5)
    assert installation.is_set_up()
    person = staff.authenticate(email="ada@example.com", password=GOOD, address="192.0.2.1")
    assert person.staff_id == staff_id
    assert person.timezone == "Asia/Omsk"
    assert person.actor.may("installation.manage")
    assert installation.profile().organisation == "Служба поддержки"
    assert installation.numbering() == installation.Numbering(prefix="SD", with_year=True, digits=5)


def test_entries_stay_with_the_link_and_no_password_does(link: str) -> None:
    enter_everything(link)
    entries = installation.check_setup_link(link)
    assert (entries.email, entries.name) == ("ada@example.com", "Ada")
    assert entries.profile is not None
    assert GOOD not in repr(entries)
    kept = installation.keep_setup_account(link, email="ada@example.com", name="Ada B", password=None)
    assert kept.password_hash == entries.password_hash


def test_a_link_works_for_an_hour_from_the_last_step(link: str) -> None:
    start = clock.now()
    with clock.set_to(lambda: start + timedelta(minutes=50)):
        installation.keep_setup_account(link, email="ada@example.com", name="Ada", password=GOOD)
    with clock.set_to(lambda: start + timedelta(minutes=100)):
        installation.check_setup_link(link)
    with clock.set_to(lambda: start + timedelta(minutes=111)), pytest.raises(installation.LinkGone) as gone:
        installation.check_setup_link(link)
    assert gone.value.problem is installation.LinkProblem.EXPIRED


def test_nothing_is_completed_before_everything_is_entered(link: str) -> None:
    with pytest.raises(NotAllowedNow):
        installation.complete_setup(link, prefix="", with_year=True, digits=6)
    assert not installation.is_set_up()
    installation.check_setup_link(link)


def test_an_administrator_made_by_the_command_line_ends_set_up(link: str) -> None:
    staff.create_staff(
        staff.system_actor("cli"), email="cli@example.com", role="administrator", password=GOOD, name="CLI"
    )
    assert installation.is_set_up()
    with pytest.raises(NotAllowedNow):
        installation.check_setup_link(link)
    with pytest.raises(NotAllowedNow):
        installation.create_setup_link()


def test_a_link_completes_only_once_and_ends_the_others(link: str) -> None:
    other = installation.create_setup_link()
    enter_everything(link)
    installation.complete_setup(link, prefix="", with_year=True, digits=6)
    for token in (link, other):
        with pytest.raises(NotAllowedNow):
            installation.complete_setup(token, prefix="", with_year=True, digits=6)
    with pytest.raises(installation.LinkGone):
        installation.check_link(other, purpose="setup")


@pytest.mark.parametrize("token", ["", "x", "../../etc/passwd", "ж" * 50, "a" * 100_000])
def test_an_unknown_link_is_refused(link: str, token: str) -> None:
    with pytest.raises(installation.LinkGone) as gone:
        installation.check_setup_link(token)
    assert gone.value.problem is installation.LinkProblem.UNKNOWN


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"organisation": " "}, "organisation"),
        ({"organisation": "x" * 201}, "organisation"),
        ({"language": "de"}, "language"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": "../../etc/passwd"}, "timezone"),
        ({"phone_region": "ZZ"}, "phone_region"),
    ],
)
def test_a_wrong_profile_is_refused_by_field(link: str, values: dict[str, str], field: str) -> None:
    right = {"organisation": "Desk", "language": "en", "timezone": "UTC", "phone_region": "RU"}
    with pytest.raises(WrongValue) as refusal:
        installation.keep_setup_profile(link, **{**right, **values})
    assert refusal.value.field == field


def test_the_sample_shows_the_format(core_app: Flask) -> None:
    year = clock.now().year
    assert installation.Numbering().sample() == f"{year}-000042"
    assert installation.checked_numbering(prefix="сд", with_year=False, digits=4).sample() == "СД-0042"
    for prefix, digits in (("A/B", 6), ("<b>", 6), ("ABCDEFGHIJKL", 6), ("", 2), ("", 11)):
        with pytest.raises(WrongValue):
            installation.checked_numbering(prefix=prefix, with_year=True, digits=digits)


def test_changing_the_installation_takes_the_permission(core_app: Flask) -> None:
    nobody = staff.Actor(kind=staff.ActorKind.STAFF, name="Nobody", id=1)
    for change in (
        lambda: installation.save_profile(nobody, organisation="x", language="ru", timezone="UTC"),
        lambda: installation.save_numbering(nobody, prefix="", with_year=True, digits=6),
        lambda: installation.set_intake_window(nobody, seconds=5),
    ):
        with pytest.raises(NotPermitted):
            change()


def test_the_intake_window_is_two_minutes_until_changed(core_app: Flask) -> None:
    assert installation.intake_window() == 120
    installation.set_intake_window(staff.system_actor(), seconds=0)
    assert installation.intake_window() == 0
    with pytest.raises(WrongValue):
        installation.set_intake_window(staff.system_actor(), seconds=-1)
