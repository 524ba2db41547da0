# SPDX-License-Identifier: Apache-2.0
"""Who asks: nobody is silently taken for somebody else."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from dialog_core.database import db, write
from dialog_core.errors import WrongValue
from dialog_core.parties import (
    contact_card,
    create_contact,
    create_organisation,
    ensure_identity,
    find_or_create_organisation,
    get_contact,
    get_organisation,
    identity_contact,
    resolve_contact,
)
from dialog_core.parties.models import Contact, Identity, Organisation
from dialog_core.staff import Actor

pytestmark = pytest.mark.usefixtures("database")


def resolve(actor: Actor, full_name: str, **given: Any) -> tuple[int, bool]:
    with write() as session:
        found = resolve_contact(session, actor, full_name=full_name, **given)
    return found.id, found.is_new


def test_a_number_finds_its_only_owner_however_it_is_written(supervisor: Actor) -> None:
    anna = create_contact(supervisor, full_name="Анна Иванова", phones=["8 912 345-67-89"])
    assert resolve(supervisor, "Анна Иванова", phone="+79123456789") == (anna, False)
    assert resolve(supervisor, "ИВАНОВА АННА ПЕТРОВНА", phone="9123456789") == (anna, False)
    assert resolve(supervisor, "Anna Ivanova", phone="9123456789") == (anna, False)


def test_a_mailbox_finds_its_only_owner_under_any_name(supervisor: Actor) -> None:
    anna = create_contact(supervisor, full_name="Анна Иванова", emails=["anna@example.com"])
    assert resolve(supervisor, "Анна Петрова", email="ANNA@example.com") == (anna, False)


def test_a_shared_line_gives_nobody_silently(supervisor: Actor) -> None:
    anna = create_contact(supervisor, full_name="Анна Иванова", phones=["83432000001"])
    boris = create_contact(supervisor, full_name="Борис Петров", phones=["83432000001"])
    assert resolve(supervisor, "петров борис", phone="83432000001")[1] is True
    assert resolve(supervisor, "борис петров", phone="83432000001") == (boris, False)
    assert resolve(supervisor, "Анна Иванова", phone="83432000001") == (anna, False)
    stranger, is_new = resolve(supervisor, "Вера Лебедева", phone="83432000001")
    assert is_new
    assert stranger not in {anna, boris}


def test_another_name_on_a_known_line_is_another_person(supervisor: Actor) -> None:
    anna = create_contact(supervisor, full_name="Анна Иванова", phones=["83432000001"])
    other, is_new = resolve(supervisor, "Анна Сидорова", phone="83432000001")
    assert is_new
    assert other != anna


def test_of_two_records_of_one_person_the_member_is_meant_else_the_older(supervisor: Actor) -> None:
    home = create_organisation(supervisor, name="Ромашка")
    older = create_contact(supervisor, full_name="Анна", phones=["89123456789"])
    member = create_contact(supervisor, full_name="Анна", phones=["89123456789"], organisation_id=home)
    assert resolve(supervisor, "Анна", phone="89123456789", organisation_id=home) == (member, False)
    assert resolve(supervisor, "Анна", phone="89123456789") == (older, False)


def test_a_new_contact_joins_the_organisation_with_the_right_to_open_only(supervisor: Actor) -> None:
    home = create_organisation(supervisor, name="Ромашка")
    made, is_new = resolve(supervisor, "Анна", phone="89123456789", email="a@example.com", organisation_id=home)
    assert is_new
    (rights,) = get_contact(supervisor, made).memberships
    assert (rights.may_open, rights.may_confirm, rights.may_represent) == (True, False, False)
    assert resolve(supervisor, "Анна", email="a@example.com", organisation_id=home) == (made, False)
    assert len(get_contact(supervisor, made).memberships) == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"full_name": " ", "phone": "89123456789"}, "full_name"),
        ({"full_name": "Анна", "phone": "2000001"}, "phone"),
        ({"full_name": "Анна", "phone": "101"}, "phone"),
        ({"full_name": "Анна", "email": "nobody"}, "email"),
    ],
)
def test_what_cannot_be_read_names_its_field(supervisor: Actor, given: dict[str, str], field: str) -> None:
    with pytest.raises(WrongValue) as refusal:
        resolve(supervisor, **given)
    assert refusal.value.field == field
    assert db.session.scalar(select(func.count(Contact.id))) == 0


def test_a_stranger_in_a_channel_becomes_one_contact(supervisor: Actor) -> None:
    with write() as session:
        first = ensure_identity(session, "messenger", "42", "Анна \x00 К.")
        again = ensure_identity(session, "messenger", "42", "Анна К.")
        other = ensure_identity(session, "phone", "42", "")
    assert first == again
    assert other.contact_id != first.contact_id
    card = contact_card(supervisor, first.contact_id)
    assert (card.contact.full_name, [one.external_id for one in card.identities]) == ("Анна К.", ["42"])
    assert contact_card(supervisor, other.contact_id).contact.full_name == "42"
    assert identity_contact("messenger", "42") == first.contact_id


def test_a_new_name_in_the_channel_does_not_rename_the_contact(supervisor: Actor) -> None:
    with write() as session:
        first = ensure_identity(session, "messenger", "42", "Анна")
        ensure_identity(session, "messenger", "42", "Annushka")
    assert db.session.scalar(select(Identity.name).where(Identity.id == first.id)) == "Annushka"
    assert get_contact(supervisor, first.contact_id).full_name == "Анна"


def test_an_organisation_is_found_by_its_name_and_made_once(supervisor: Actor) -> None:
    with write() as session:
        made = find_or_create_organisation(session, supervisor, name="ООО «Ромашка»")
        again = find_or_create_organisation(session, supervisor, name='ооо "ромашка"', address="Ленина, 1")
        other = find_or_create_organisation(session, supervisor, name="АО «Ромашка»")
    assert made == again != other
    assert get_organisation(supervisor, made).address == "Ленина, 1"
    assert db.session.scalar(select(func.count(Organisation.id))) == 2


def test_of_two_branches_of_one_name_the_address_decides(supervisor: Actor) -> None:
    first = create_organisation(supervisor, name="Ромашка", address="Ленина, 1")
    second = create_organisation(supervisor, name="Ромашка", address="Мира, 2")
    with write() as session:
        assert find_or_create_organisation(session, supervisor, name="Ромашка", address="мира,  2") == second
        assert find_or_create_organisation(session, supervisor, name="Ромашка") == first


def test_a_failed_intake_leaves_nothing(supervisor: Actor, database: Flask) -> None:
    def fail() -> None:
        with write() as session:
            find_or_create_organisation(session, supervisor, name="Ромашка")
            resolve_contact(session, supervisor, full_name="Анна", phone="89123456789")
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        fail()
    assert db.session.scalar(select(func.count(Organisation.id))) == 0
    assert db.session.scalar(select(func.count(Contact.id))) == 0
