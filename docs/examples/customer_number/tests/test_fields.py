# SPDX-License-Identifier: Apache-2.0
"""The field: the platform's promises, its form, and numbers that are known to be wrong."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from dialog_core.plugin import WrongValue, tickets
from dialog_core.testing import FarSide, FieldSuite, ModulePlatform

FIELD = "customer_number_given"
WRONG = "K-9999"


class TestNumber(FieldSuite):
    """The customer number; nobody has asked the directory for any of these yet."""

    field = FIELD
    good: ClassVar = ["K-1000", "K-9999"]
    wrong: ClassVar = ["x" * 301, 1000, "1000", "k-1000", "K-100", "K-10000", "K-１０００", "K-1000 ;", "<b>"]

    def settings(self, far_side: FarSide) -> dict[str, Any]:
        return {"prefix": "K-", "digits": 4}


def test_the_refusal_of_a_wrong_form_shows_a_right_one(platform: ModulePlatform) -> None:
    platform.settings(prefix="AB-", digits=12)
    with pytest.raises(WrongValue) as refused:
        platform.make.ticket(fields={FIELD: "AB-1"})
    assert refused.value.field == f"fields.{FIELD}"
    assert str(refused.value) == "A customer number looks like AB-123456789000."
    assert platform.make.ticket(fields={FIELD: "AB-123456789000"}).number


def test_a_number_that_is_known_to_be_wrong_is_refused_until_the_answer_is_old(
    platform: ModulePlatform, directory: FarSide
) -> None:
    first = platform.make.ticket(fields={FIELD: WRONG})
    platform.work()
    with pytest.raises(WrongValue, match="does not know the customer number K-9999"):
        platform.make.ticket(fields={FIELD: WRONG})
    other = platform.make.ticket()
    with pytest.raises(WrongValue):
        tickets.update_ticket(platform.actor(), other.id, fields={FIELD: WRONG})
    tickets.update_ticket(platform.actor(), first.id, subject="What is not the number can still be changed")
    assert len(directory.requests) == 1, "a refusal asks nobody"
    platform.clock.advance(minutes=61)
    assert platform.make.ticket(fields={FIELD: WRONG}).number


def test_a_wrong_number_can_be_let_through(platform: ModulePlatform, directory: FarSide) -> None:
    platform.settings(refuses_unknown=False)
    platform.make.ticket(fields={FIELD: WRONG})
    platform.work()
    again = platform.make.ticket(fields={FIELD: WRONG})
    assert "Нет в справочнике" in platform.browser(language="ru").text(f"/tickets/{again.number}")


def test_the_form_of_a_new_ticket_points_to_the_number(platform: ModulePlatform, directory: FarSide) -> None:
    body = {
        "subject": "It does not print", "description": "Nothing comes out.", "kind": "user_failure",
        "contact": {"full_name": "Ivan Petrov", "phone": "+7 912 345-67-89"}, "fields": {FIELD: "K-1"},
    }  # fmt: skip
    answer = platform.program(language="ru").post("/tickets", body)
    assert answer.status_code == 422
    assert "Номер клиента выглядит так: K-1234." in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"prefix": "K-(a+)+"}, "prefix"),
        ({"prefix": "A\n"}, "prefix"),
        ({"digits": 2}, "digits"),
        ({"directory": "ftp://example.org"}, "directory"),
        ({"directory": "https://user:password@example.org"}, "directory"),
        ({"directory": "https://example.org/?key=secret"}, "directory"),
        ({"known_days": 0}, "known_days"),
    ],
)
def test_wrong_settings_name_their_field(values: dict[str, Any], field: str) -> None:
    import marshmallow as ma

    from dialog_customer_number.settings import Settings

    with pytest.raises(ma.ValidationError) as caught:
        Settings().load(values)
    assert list(caught.value.messages_dict) == [field]
