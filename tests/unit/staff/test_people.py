# SPDX-License-Identifier: Apache-2.0
"""Accounts: made, switched off and on, roles and teams."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from dialog_core import staff
from dialog_core.database import db
from dialog_core.errors import NotAllowedNow, NotFound, NotPermitted, WrongValue
from dialog_core.events.models import Event
from dialog_core.staff import permissions

from .conftest import PASSWORD


def events_of(kind: str) -> int:
    return db.session.scalar(select(func.count()).where(Event.kind == kind)) or 0


def test_an_account_keeps_its_address_in_lower_case(admin: staff.Actor) -> None:
    assert staff.get_staff(admin, staff_id=admin.id or 0).email == "admin@example.com"


def test_permissions_come_from_the_role(admin: staff.Actor, specialist: staff.Actor) -> None:
    assert admin.may(permissions.STAFF_MANAGE)
    assert specialist.may(permissions.TICKET_WORK)
    assert not specialist.may(permissions.STAFF_MANAGE)


@pytest.mark.parametrize(
    ("email", "password", "field"),
    [
        ("", "a quiet river at dawn", "email"),
        ("no-at-sign", "a quiet river at dawn", "email"),
        ("two@@example.com", "a quiet river at dawn", "email"),
        ("a b@example.com", "a quiet river at dawn", "email"),
        ("<script>@example.com", "a quiet river at dawn", "email"),
        ("x" * 250 + "@example.com", "a quiet river at dawn", "email"),
        ("ADMIN@example.com", "a quiet river at dawn", "email"),
        ("new@example.com", "short", "password"),
        ("new@example.com", "aaaaaaaaaaaa", "password"),
        ("new@example.com", "new@example.com", "password"),
        ("new@example.com", "1234567890", "password"),
        ("new@example.com", "x y z " * 60, "password"),
    ],
)
def test_what_cannot_be_an_account_is_refused_by_field(
    admin: staff.Actor, email: str, password: str, field: str
) -> None:
    with pytest.raises(WrongValue) as refusal:
        staff.create_staff(admin, email=email, role="specialist", password=password)
    assert refusal.value.field == field


def test_control_characters_do_not_reach_a_name(admin: staff.Actor) -> None:
    staff_id = staff.create_staff(admin, email="n@example.com", name="Eve\x00\n\u202eEvil\x1b[0m", role="tester")
    assert staff.get_staff(admin, staff_id=staff_id).name == "Eve Evil [0m"


def test_a_specialist_may_not_manage_staff(specialist: staff.Actor) -> None:
    with pytest.raises(NotPermitted):
        staff.create_staff(specialist, email="x@example.com", role="administrator", password=PASSWORD)
    with pytest.raises(NotPermitted):
        staff.set_role(specialist, staff_id=specialist.id or 0, role="administrator")
    with pytest.raises(NotPermitted):
        staff.list_staff(specialist)


def test_the_last_administrator_stays(admin: staff.Actor, specialist: staff.Actor) -> None:
    own = admin.id or 0
    with pytest.raises(NotAllowedNow):
        staff.switch_off(admin, staff_id=own)
    with pytest.raises(NotAllowedNow):
        staff.set_role(admin, staff_id=own, role="specialist")
    staff.set_role(admin, staff_id=specialist.id or 0, role="administrator")
    staff.switch_off(admin, staff_id=own)
    assert staff.signed_in(own, channel="web") is None


def test_an_administrator_without_a_password_does_not_count(admin: staff.Actor) -> None:
    staff.create_staff(admin, email="later@example.com", role="administrator")
    with pytest.raises(NotAllowedNow):
        staff.switch_off(admin, staff_id=admin.id or 0)


def test_switching_off_ends_sessions_and_is_recorded_once(admin: staff.Actor, specialist: staff.Actor) -> None:
    own = specialist.id or 0
    before = staff.signed_in(own, channel="web")
    assert before is not None
    staff.switch_off(admin, staff_id=own)
    staff.switch_off(admin, staff_id=own)
    assert staff.signed_in(own, channel="web") is None
    assert events_of("staff_switched_off") == 1
    staff.switch_on(admin, staff_id=own)
    after = staff.signed_in(own, channel="web")
    assert after is not None
    assert after.epoch > before.epoch


def test_teams_are_made_changed_and_removed(admin: staff.Actor, specialist: staff.Actor) -> None:
    own = specialist.id or 0
    team = staff.create_team(admin, name="  First   line ", member_ids=[own])
    assert [(view.name, view.members) for view in staff.list_teams(specialist)] == [
        ("First line", ((own, "Сэм Специалист"),))
    ]
    with pytest.raises(WrongValue):
        staff.create_team(admin, name="First line")
    staff.change_team(admin, team_id=team, name="Second line", member_ids=[])
    staff.set_teams(admin, staff_id=own, team_ids=[team])
    assert staff.get_staff(admin, staff_id=own).teams == ((team, "Second line"),)
    staff.remove_team(admin, team_id=team)
    assert staff.list_teams(admin) == []
    with pytest.raises(NotFound):
        staff.set_teams(admin, staff_id=own, team_ids=[team])


def test_everybody_changes_their_own_profile_and_password(specialist: staff.Actor) -> None:
    staff.change_own_profile(specialist, name="Sam", language="en", timezone="Asia/Yekaterinburg")
    seen = staff.signed_in(specialist.id or 0, channel="web")
    assert seen is not None
    assert (seen.name, seen.language, seen.timezone) == ("Sam", "en", "Asia/Yekaterinburg")
    with pytest.raises(WrongValue) as refusal:
        staff.change_own_password(specialist, current="wrong one", password="seven green turtles", address="10.0.0.1")
    assert refusal.value.field == "current"
    epoch = staff.change_own_password(specialist, current=PASSWORD, password="seven green turtles", address="10.0.0.1")
    assert epoch == seen.epoch + 1
    assert (
        staff.authenticate(email="sam@example.com", password="seven green turtles", address="10.0.0.1").epoch == epoch
    )


def test_lists_take_a_fixed_number_of_queries(admin: staff.Actor, count_queries: object) -> None:
    for number in range(12):
        staff.create_staff(admin, email=f"s{number}@example.com", role="tester")
    with count_queries() as counted:  # type: ignore[operator]
        assert len(staff.list_staff(admin)) == 13
    assert counted.number == 3
