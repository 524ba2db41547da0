# SPDX-License-Identifier: Apache-2.0
"""One-time links: invitations and links for a new password."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dialog_core import clock, installation, staff
from dialog_core.errors import NotAllowedNow, NotPermitted, WrongValue

GOOD = "seven green turtles"


def test_an_invitation_makes_the_account_once(admin: staff.Actor) -> None:
    team = staff.create_team(admin, name="First line")
    token = staff.invite_staff(admin, email="New@Example.com", role="engineer", name="Nina", team_ids=[team])
    assert staff.invitation(token).email == "new@example.com"
    staff_id = staff.accept_invitation(token, name="Nina New", password=GOOD)
    seen = staff.get_staff(admin, staff_id=staff_id)
    assert (seen.name, seen.roles, seen.teams) == ("Nina New", ("engineer",), ((team, "First line"),))
    assert staff.authenticate(email="new@example.com", password=GOOD, address="192.0.2.1").staff_id == staff_id
    with pytest.raises(installation.LinkGone) as gone:
        staff.accept_invitation(token, name="Again", password=GOOD)
    assert gone.value.problem is installation.LinkProblem.USED
    assert staff.open_invitations(admin) == []


def test_a_weak_password_leaves_the_link_usable(admin: staff.Actor) -> None:
    token = staff.invite_staff(admin, email="new@example.com", role="tester")
    with pytest.raises(WrongValue):
        staff.accept_invitation(token, name="Nina", password="weak")
    assert staff.accept_invitation(token, name="Nina", password=GOOD)


def test_an_invitation_expires_after_72_hours(admin: staff.Actor) -> None:
    token = staff.invite_staff(admin, email="new@example.com", role="tester")
    later = clock.now() + timedelta(hours=72, seconds=1)
    with clock.set_to(lambda: later), pytest.raises(installation.LinkGone) as gone:
        staff.accept_invitation(token, name="Nina", password=GOOD)
    assert gone.value.problem is installation.LinkProblem.EXPIRED


def test_a_second_invitation_and_a_withdrawal_end_the_first(admin: staff.Actor) -> None:
    first = staff.invite_staff(admin, email="new@example.com", role="tester")
    second = staff.invite_staff(admin, email="new@example.com", role="specialist")
    with pytest.raises(installation.LinkGone):
        staff.invitation(first)
    staff.withdraw_invitation(admin, reference=staff.open_invitations(admin)[0].reference)
    with pytest.raises(installation.LinkGone) as gone:
        staff.invitation(second)
    assert gone.value.problem is installation.LinkProblem.UNKNOWN


def test_only_those_who_manage_staff_invite(admin: staff.Actor, specialist: staff.Actor) -> None:
    with pytest.raises(NotPermitted):
        staff.invite_staff(specialist, email="new@example.com", role="tester")
    with pytest.raises(WrongValue):
        staff.invite_staff(admin, email="sam@example.com", role="tester")
    with pytest.raises(WrongValue):
        staff.invite_staff(admin, email="new@example.com", role="emperor")


def test_an_access_link_sets_a_new_password_and_ends_sessions(admin: staff.Actor, specialist: staff.Actor) -> None:
    own = specialist.id or 0
    before = staff.signed_in(own, channel="web")
    token = staff.create_access_link(admin, staff_id=own)
    assert not staff.invitation(token).is_new
    assert staff.accept_invitation(token, name="", password=GOOD) == own
    after = staff.authenticate(email="sam@example.com", password=GOOD, address="192.0.2.1")
    assert before is not None
    assert after.epoch == before.epoch + 1
    staff.switch_off(admin, staff_id=own)
    with pytest.raises(NotAllowedNow):
        staff.create_access_link(admin, staff_id=own)
