# SPDX-License-Identifier: Apache-2.0
"""Sign-in, and what guessing costs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dialog_core import clock, staff

from .conftest import PASSWORD

EMAIL = "admin@example.com"
HERE, ELSEWHERE = "192.0.2.7", "198.51.100.9"


def guess(password: str, address: str = HERE, email: str = EMAIL) -> staff.SignedIn:
    return staff.authenticate(email=email, password=password, address=address)


def test_the_right_password_signs_in(admin: staff.Actor) -> None:
    assert guess(PASSWORD, email=" ADMIN@example.com ").staff_id == admin.id


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.com", "", "x" * 5000])
def test_what_is_wrong_is_not_told(admin: staff.Actor, email: str) -> None:
    with pytest.raises(staff.SignInRefused) as refusal:
        guess("not the password", email=email)
    assert refusal.value.message == "The e-mail address or the password is wrong."


def test_who_is_switched_off_does_not_come_in(admin: staff.Actor, specialist: staff.Actor) -> None:
    staff.switch_off(admin, staff_id=specialist.id or 0)
    with pytest.raises(staff.SignInRefused):
        guess(PASSWORD, email="sam@example.com")


def test_guessing_is_slowed_down_even_for_the_right_password(admin: staff.Actor) -> None:
    start = clock.now()
    with clock.set_to(lambda: start):
        for _ in range(5):
            with pytest.raises(staff.SignInRefused):
                guess("wrong password")
        with pytest.raises(staff.TooManyAttempts) as pause:
            guess(PASSWORD)
        assert pause.value.retry_after >= 1
    with clock.set_to(lambda: start + timedelta(seconds=3)):
        assert guess(PASSWORD).staff_id == admin.id
        assert guess(PASSWORD).staff_id == admin.id


def test_guessing_from_elsewhere_does_not_lock_the_owner_out(admin: staff.Actor) -> None:
    start = clock.now()
    with clock.set_to(lambda: start):
        for _ in range(5):
            with pytest.raises(staff.SignInRefused):
                guess("wrong password", ELSEWHERE)
        with pytest.raises(staff.TooManyAttempts):
            guess("wrong password", ELSEWHERE)
        assert guess(PASSWORD, HERE).staff_id == admin.id


def test_pauses_grow_and_are_forgotten_after_an_hour(admin: staff.Actor) -> None:
    moment = clock.now()
    pauses = []
    for _ in range(10):
        with clock.set_to(lambda at=moment: at):  # type: ignore[misc]
            try:
                guess("wrong password")
            except staff.TooManyAttempts as pause:
                pauses.append(pause.retry_after)
                moment += timedelta(seconds=pause.retry_after)
            except staff.SignInRefused:
                pass
    assert pauses == sorted(pauses)
    assert len(set(pauses)) > 1
    with clock.set_to(lambda: moment + timedelta(hours=1, seconds=1)):
        for _ in range(5):
            with pytest.raises(staff.SignInRefused):
                guess("wrong password")


def test_addresses_of_one_ipv6_network_count_together(admin: staff.Actor) -> None:
    start = clock.now()
    with clock.set_to(lambda: start):
        for host in range(5):
            with pytest.raises(staff.SignInRefused):
                guess("wrong password", f"2001:db8::{host + 1}")
        with pytest.raises(staff.TooManyAttempts):
            guess(PASSWORD, "2001:db8::ffff")
