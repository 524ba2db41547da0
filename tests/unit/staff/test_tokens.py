# SPDX-License-Identifier: Apache-2.0
"""API tokens."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from dialog_core import clock, staff
from dialog_core.database import db
from dialog_core.errors import NotFound, NotPermitted, WrongValue
from dialog_core.staff.models import ApiToken
from dialog_core.staff.tokens import forget_remembered


def test_a_token_is_shown_once_and_stands_for_its_owner(specialist: staff.Actor) -> None:
    plain = staff.create_token(specialist, name="Script")
    assert re.fullmatch(r"dlg_[A-Za-z0-9_-]{43}", plain)
    bearer = staff.actor_by_token(plain)
    assert bearer is not None
    assert bearer.actor.id == specialist.id
    assert bearer.actor.channel == "api"
    assert bearer.actor.permissions == specialist.permissions
    stored = db.session.execute(select(ApiToken.digest)).scalar_one()
    assert plain not in stored


@pytest.mark.parametrize("plain", ["", "dlg_", "dlg_" + "x" * 43, "Bearer x", "dlg_" + "ж" * 43, "x" * 100_000])
def test_what_is_no_token_stands_for_nobody(admin: staff.Actor, plain: str) -> None:
    assert staff.actor_by_token(plain) is None


def test_a_revoked_token_is_refused_at_once(specialist: staff.Actor) -> None:
    plain = staff.create_token(specialist, name="Script")
    assert staff.actor_by_token(plain) is not None
    staff.revoke_token(specialist, token_id=staff.list_tokens(specialist)[0].id)
    assert staff.actor_by_token(plain) is None


def test_the_token_of_somebody_switched_off_is_refused_at_once(admin: staff.Actor, specialist: staff.Actor) -> None:
    plain = staff.create_token(specialist, name="Script")
    assert staff.actor_by_token(plain) is not None
    staff.switch_off(admin, staff_id=specialist.id or 0)
    assert staff.actor_by_token(plain) is None


def test_a_new_role_holds_for_tokens_at_once(admin: staff.Actor, specialist: staff.Actor) -> None:
    plain = staff.create_token(specialist, name="Script")
    staff.actor_by_token(plain)
    staff.set_role(admin, staff_id=specialist.id or 0, role="supervisor")
    bearer = staff.actor_by_token(plain)
    assert bearer is not None
    assert bearer.actor.may("ticket.decline")


def test_tokens_of_others_are_for_those_who_manage_staff(admin: staff.Actor, specialist: staff.Actor) -> None:
    staff.create_token(admin, name="Admin's")
    token_id = staff.list_tokens(admin)[0].id
    with pytest.raises(NotPermitted):
        staff.create_token(specialist, name="x", staff_id=admin.id)
    with pytest.raises(NotPermitted):
        staff.list_tokens(specialist, staff_id=admin.id)
    with pytest.raises(NotFound):
        staff.revoke_token(specialist, token_id=token_id)
    with pytest.raises(WrongValue):
        staff.create_token(admin, name=" \n ")


def test_use_is_noted_at_most_each_minute(specialist: staff.Actor) -> None:
    plain = staff.create_token(specialist, name="Script")
    start = clock.now()
    seen = []
    for seconds in (0, 30, 59, 61):
        forget_remembered()
        with clock.set_to(lambda at=start + timedelta(seconds=seconds): at):  # type: ignore[misc]
            assert staff.actor_by_token(plain) is not None
        seen.append(staff.list_tokens(specialist)[0].last_used_at)
    assert seen == [start, start, start, start + timedelta(seconds=61)]
