# SPDX-License-Identifier: Apache-2.0
"""Organisations, contacts and contracts: what is written, refused and recorded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from dialog_core.database import db
from dialog_core.errors import NotAllowedNow, NotFound, NotPermitted, WrongValue
from dialog_core.events.models import Event
from dialog_core.parties import (
    contact_card,
    create_contact,
    create_contract,
    create_organisation,
    get_contact,
    get_contract,
    get_organisation,
    organisation_card,
    remove_membership,
    set_membership,
    update_contact,
    update_contract,
    update_organisation,
)
from dialog_core.staff import Actor
from tests.unit.parties.conftest import Statements

pytestmark = pytest.mark.usefixtures("database")


def recorded() -> list[str]:
    return list(db.session.scalars(select(Event.kind).order_by(Event.id)))


def test_an_organisation_is_cleaned_kept_and_recorded(supervisor: Actor) -> None:
    made = create_organisation(
        supervisor, name="  ООО\t«Ромашка» ", address="Екатеринбург,\nЛенина 1", inn="7707083893"
    )
    row = get_organisation(supervisor, made)
    assert (row.name, row.address, row.inn, row.language, row.version) == (
        "ООО «Ромашка»", "Екатеринбург, Ленина 1", "7707083893", "ru", 1
    )  # fmt: skip
    assert recorded() == ["organisation_created"]


def test_a_change_counts_the_version_and_tells_before_and_after(supervisor: Actor) -> None:
    made = create_organisation(supervisor, name="Ромашка")
    assert update_organisation(supervisor, made, version=1, name="Ромашка 2", timezone="Asia/Yekaterinburg") == 2
    assert update_organisation(supervisor, made, version=2, name="Ромашка 2") == 2
    event = db.session.scalars(select(Event).where(Event.kind == "organisation_changed")).one()
    assert event.data["before"] == {"name": "Ромашка", "timezone": "Europe/Moscow"}
    assert event.data["after"] == {"name": "Ромашка 2", "timezone": "Asia/Yekaterinburg"}


def test_who_saw_an_older_version_is_refused(supervisor: Actor) -> None:
    made = create_organisation(supervisor, name="Ромашка")
    update_organisation(supervisor, made, name="Ромашка 2")
    with pytest.raises(NotAllowedNow):
        update_organisation(supervisor, made, version=1, name="Лютик")
    assert get_organisation(supervisor, made).name == "Ромашка 2"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 301}, "name"),
        ({"name": "x", "address": "x" * 501}, "address"),
        ({"name": "x", "inn": "123"}, "inn"),
        ({"name": "x", "inn": "0000000000"}, "inn"),
        ({"name": "x", "inn": "77070838٩3"}, "inn"),
        ({"name": "x", "language": "de"}, "language"),
        ({"name": "x", "timezone": "Mars/Base"}, "timezone"),
        ({"name": "x", "notes": "x" * 10_001}, "notes"),
    ],
)
def test_a_wrong_value_names_its_field_and_leaves_nothing(
    supervisor: Actor, values: dict[str, str], field: str
) -> None:
    with pytest.raises(WrongValue) as refusal:
        create_organisation(supervisor, **values)
    assert refusal.value.field == field
    assert recorded() == []


def test_a_contact_has_phones_and_mail_in_one_form(supervisor: Actor) -> None:
    home = create_organisation(supervisor, name="Ромашка")
    made = create_contact(
        supervisor,
        full_name="Иванова Анна",
        phones=["8 912 345-67-89", "+79123456789", ""],
        emails=["Anna@Example.com"],
        organisation_id=home,
        may_represent=True,
    )
    row = get_contact(supervisor, made)
    assert [(point.kind, point.key) for point in row.points] == [
        ("phone", "+79123456789"),
        ("email", "anna@example.com"),
    ]
    assert row.phones == ("8 912 345-67-89",)
    assert [(one.name, one.may_open, one.may_confirm, one.may_represent) for one in row.memberships] == [
        ("Ромашка", True, False, True)
    ]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"full_name": ""}, "full_name"),
        ({"full_name": "x", "phones": ["8 912 345-67-89", "2000001"]}, "phones.1"),
        ({"full_name": "x", "phones": ["101"]}, "phones.0"),
        ({"full_name": "x", "emails": ["nobody"]}, "emails.0"),
        ({"full_name": "x", "emails": [f"a{i}@example.com" for i in range(21)]}, "emails"),
    ],
)
def test_a_contact_that_cannot_be_reached_that_way_is_refused(
    supervisor: Actor, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(WrongValue) as refusal:
        create_contact(supervisor, **values)
    assert refusal.value.field == field


def test_the_lists_of_a_contact_are_replaced_as_a_whole(supervisor: Actor) -> None:
    made = create_contact(supervisor, full_name="Анна", phones=["89123456789", "89123456780"], emails=["a@example.com"])
    assert update_contact(supervisor, made, version=1, phones=["+7 912 345 67 80", "89123456781"]) == 2
    row = get_contact(supervisor, made)
    assert row.phones == ("+7 912 345 67 80", "89123456781")
    assert row.emails == ("a@example.com",)
    assert update_contact(supervisor, made, phones=["+7 912 345 67 80", "89123456781"]) == 2
    assert update_contact(supervisor, made, full_name="Анна К.", emails=[]) == 3
    assert recorded() == ["contact_created", "contact_changed", "contact_changed"]


def test_rights_are_set_changed_and_taken_away(supervisor: Actor) -> None:
    home = create_organisation(supervisor, name="Ромашка")
    made = create_contact(supervisor, full_name="Анна")
    set_membership(supervisor, organisation_id=home, contact_id=made, may_confirm=True)
    set_membership(supervisor, organisation_id=home, contact_id=made, may_confirm=True)
    set_membership(supervisor, organisation_id=home, contact_id=made, may_open=False, may_represent=True)
    (rights,) = get_contact(supervisor, made).memberships
    assert (rights.may_open, rights.may_confirm, rights.may_represent) == (False, False, True)
    remove_membership(supervisor, organisation_id=home, contact_id=made)
    assert get_contact(supervisor, made).memberships == ()
    with pytest.raises(NotFound):
        remove_membership(supervisor, organisation_id=home, contact_id=made)
    assert recorded()[2:] == ["membership_changed", "membership_changed", "membership_removed"]


def test_a_contract_has_dates_scope_and_a_term_of_silence(supervisor: Actor) -> None:
    home = create_organisation(supervisor, name="Ромашка")
    made = create_contract(
        supervisor,
        organisation_id=home,
        number="№ 17/26",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        kinds=["outage", "user_failure", "outage"],
        silence_days=5,
    )
    row = get_contract(supervisor, made)
    assert (row.kinds, row.silence_days, row.ends_on) == (("user_failure", "outage"), 5, date(2026, 12, 31))
    assert update_contract(supervisor, made, version=1, ends_on=None, kinds=[]) == 2
    assert get_contract(supervisor, made).ends_on is None
    event = db.session.scalars(select(Event).where(Event.kind == "contract_changed")).one()
    assert event.data["before"] == {"ends_on": "2026-12-31", "kinds": ["user_failure", "outage"]}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"number": ""}, "number"),
        ({"number": "1"}, "number"),
        ({"ends_on": date(2025, 12, 31)}, "ends_on"),
        ({"starts_on": date(1066, 1, 1)}, "starts_on"),
        ({"kinds": ["repair"]}, "kinds"),
        ({"kind": "handshake"}, "kind"),
        ({"silence_days": 0}, "silence_days"),
        ({"silence_days": 366}, "silence_days"),
    ],
)
def test_a_contract_that_cannot_be_is_refused(supervisor: Actor, values: dict[str, Any], field: str) -> None:
    home = create_organisation(supervisor, name="Ромашка")
    create_contract(supervisor, organisation_id=home, number="1", starts_on=date(2026, 1, 1))
    with pytest.raises(WrongValue) as refusal:
        create_contract(supervisor, **{"organisation_id": home, "number": "2", "starts_on": date(2026, 1, 1), **values})
    assert refusal.value.field == field


CALLS: list[Callable[[Actor], object]] = [
    lambda actor: create_organisation(actor, name="x"),
    lambda actor: update_organisation(actor, 1, name="x"),
    lambda actor: create_contact(actor, full_name="x"),
    lambda actor: update_contact(actor, 1, full_name="x"),
    lambda actor: set_membership(actor, organisation_id=1, contact_id=1),
    lambda actor: remove_membership(actor, organisation_id=1, contact_id=1),
    lambda actor: create_contract(actor, organisation_id=1, number="1", starts_on=date(2026, 1, 1)),
    lambda actor: update_contract(actor, 1, number="1"),
    lambda actor: get_organisation(actor, 1),
    lambda actor: get_contact(actor, 1),
    lambda actor: get_contract(actor, 1),
]


@pytest.mark.parametrize("call", CALLS)
def test_nothing_goes_without_permission(stranger: Actor, call: Callable[[Actor], object]) -> None:
    with pytest.raises(NotPermitted):
        call(stranger)


@pytest.mark.parametrize("call", [*CALLS[1:2], *CALLS[3:]])
def test_what_is_not_there_is_not_found(supervisor: Actor, call: Callable[[Actor], object]) -> None:
    with pytest.raises(NotFound):
        call(supervisor)


def test_the_cards_cost_a_fixed_number_of_queries(supervisor: Actor, statements: Statements) -> None:
    home = create_organisation(supervisor, name="Ромашка")
    people = [
        create_contact(supervisor, full_name=f"Анна {n}", phones=[f"8912345670{n}"], organisation_id=home)
        for n in range(9)
    ]
    create_contract(supervisor, organisation_id=home, number="1", starts_on=date(2026, 1, 1))
    statements.clear()
    card = organisation_card(supervisor, home)
    assert len(statements) == 6
    assert [(member.full_name, member.phones) for member in card.members] == [
        (f"Анна {n}", (f"8912345670{n}",)) for n in range(9)
    ]
    assert (len(card.contracts), card.chats, card.open_tickets) == (1, (), 0)
    statements.clear()
    assert contact_card(supervisor, people[0]).contact.full_name == "Анна 0"
    assert len(statements) == 5
