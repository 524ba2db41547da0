# SPDX-License-Identifier: Apache-2.0
"""Lists and searches: pages without gaps or repeats, in a fixed number of queries."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dialog_core.parties import (
    Position,
    contacts_by_phone,
    create_contact,
    create_contract,
    create_organisation,
    list_contacts,
    list_contracts,
    list_organisations,
)
from dialog_core.staff import Actor
from tests.unit.parties.conftest import Statements

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize("sort", ["name", "-name", "id", "-id"])
def test_pages_show_every_row_once_while_rows_are_added(supervisor: Actor, sort: str) -> None:
    made = [create_organisation(supervisor, name=f"Фирма {n % 7}") for n in range(23)]
    seen: list[int] = []
    after: Position | None = None
    for turn in range(20):
        page = list_organisations(supervisor, sort=sort, after=after, limit=5)
        seen += [row.id for row in page.items]
        after = page.next
        create_organisation(supervisor, name=f"Фирма {turn}" if sort.startswith("-") else f"Агро {turn}")
        if after is None:
            break
    assert [one for one in seen if one in made] == [
        row.id for row in list_organisations(supervisor, sort=sort, limit=200).items if row.id in made
    ]
    assert len(seen) == len(set(seen))


def test_organisations_are_found_by_part_of_the_name_and_by_inn(supervisor: Actor) -> None:
    made = create_organisation(supervisor, name="ООО «Зелёный Сад»", inn="7707083893")
    create_organisation(supervisor, name="100% успех")

    def names(**given: Any) -> list[str]:
        return [row.name for row in list_organisations(supervisor, **given).items]

    assert names(search="зеленый сад") == ["ООО «Зелёный Сад»"]
    assert names(search="770708") == ["ООО «Зелёный Сад»"]
    assert names(inn="7707083893") == ["ООО «Зелёный Сад»"]
    assert names(search="%") == ["100% успех"]
    assert names(search="_") == []
    assert made


def test_contacts_are_found_by_name_phone_mail_and_organisation(supervisor: Actor, statements: Statements) -> None:
    home = create_organisation(supervisor, name="Ромашка")
    anna = create_contact(
        supervisor, full_name="Анна Семёнова", phones=["89123456789"], emails=["anna@example.com"], organisation_id=home
    )
    boris = create_contact(supervisor, full_name="Борис", phones=["+7 912 345 67 89"])

    def ids(**given: Any) -> list[int]:
        return [row.id for row in list_contacts(supervisor, **given).items]

    assert ids(search="семенова") == [anna]
    assert ids(search="8 (912) 345-67-89") == [anna, boris]
    assert ids(search="ANNA@example.com") == [anna]
    assert ids(phone="9123456789") == [anna, boris]
    assert ids(phone="2000001") == []
    assert ids(email="anna@example.com") == [anna]
    assert ids(organisation_id=home) == [anna]
    assert [row.id for row in contacts_by_phone(supervisor, "+79123456789")] == [anna, boris]
    assert contacts_by_phone(supervisor, "101") == ()
    statements.clear()
    assert len(list_contacts(supervisor).items) == 2
    assert len(statements) == 3


def test_contracts_are_listed_by_organisation_and_day(supervisor: Actor) -> None:
    home = create_organisation(supervisor, name="Ромашка")
    old = create_contract(
        supervisor, organisation_id=home, number="1", starts_on=date(2020, 1, 1), ends_on=date(2020, 12, 31)
    )
    new = create_contract(supervisor, organisation_id=home, number="2", starts_on=date(2026, 1, 1))

    def ids(**given: Any) -> list[int]:
        return [row.id for row in list_contracts(supervisor, **given).items]

    assert ids(organisation_id=home) == [old, new]
    assert ids(in_force_on=date(2020, 6, 1)) == [old]
    assert ids(in_force_on=date(2030, 6, 1), sort="-id") == [new]
    assert ids(organisation_id=404) == []
