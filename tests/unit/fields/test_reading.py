# SPDX-License-Identifier: Apache-2.0
"""Values from outside: what is read, and what is refused by name."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dialog_core.errors import WrongValue
from dialog_core.fields.reading import is_empty, read
from dialog_core.fields.values import Money, as_json
from dialog_core.hookspecs.fields import FieldOption, FieldType, TicketField

OPTIONS = (
    FieldOption("north", {"ru": "Север", "en": "North"}),
    FieldOption("city", {"ru": "Город", "en": "City"}, parent="north"),
    FieldOption("old", {"ru": "Старый", "en": "Old"}, is_archived=True),
    FieldOption("under_old", {"ru": "Под старым", "en": "Under the old"}, parent="old"),
)


def field(kind: str, **more: Any) -> TicketField:
    if kind in {"choice", "multi_choice", "tree"}:
        more.setdefault("options", OPTIONS)
    if kind == "money":
        more.setdefault("currencies", ("RUB", "USD"))
    return TicketField("custom_x", FieldType(kind), {"ru": "Поле", "en": "Field"}, **more)


@pytest.mark.parametrize(
    ("kind", "given", "value", "written"),
    [
        ("text", "  Кабинет\t12 \x07", "Кабинет 12", "Кабинет 12"),
        ("text", "<script>alert(1)</script>", "<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("text", "a\u202eb", "ab", "ab"),
        ("number", "1 234,50", Decimal("1234.50"), "1234.5"),
        ("number", -0.1, Decimal("-0.1"), "-0.1"),
        ("number", 7, Decimal(7), "7"),
        ("number", "999999999999.999999", Decimal("999999999999.999999"), "999999999999.999999"),
        ("money", {"amount": "12.5", "currency": "USD"}, Money(Decimal("12.50"), "USD"),
         {"amount": "12.50", "currency": "USD"}),
        ("money", {"amount": 3}, Money(Decimal("3.00"), "RUB"), {"amount": "3.00", "currency": "RUB"}),
        ("date", "2026-02-28", date(2026, 2, 28), "2026-02-28"),
        ("choice", "north", "north", "north"),
        ("tree", "city", "city", "city"),
        ("multi_choice", ["city", "north", "city"], ("north", "city"), ["north", "city"]),
        ("person", {"id": 5, "name": "x"}, 5, 5),
        ("person", "17", 17, 17),
    ],
)  # fmt: skip
def test_what_is_read(kind: str, given: Any, value: Any, written: Any) -> None:
    found = read(field(kind), given)
    assert found == value
    assert as_json(found) == written


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("text", 5), ("text", ["a"]), ("text", "x" * 301), ("text", "x" * 1_000_000), ("text", "\x00\x01\u200b"),
        ("number", "NaN"), ("number", "Infinity"), ("number", float("nan")), ("number", float("inf")),
        ("number", "1e9"), ("number", 10**12), ("number", -(10**400)), ("number", 1e300), ("number", "0.1234567"),
        ("number", True), ("number", {}), ("number", "１２"), ("number", "12; DROP TABLE ticket"), ("number", "--1"),
        ("money", {"amount": "1", "currency": "EUR"}), ("money", {"amount": "1", "currency": ["RUB"]}),
        ("money", {"amount": "1.001"}), ("money", {"sum": 1}), ("money", {"amount": "1", "x": 1}), ("money", []),
        ("money", {"amount": "NaN"}), ("money", {"amount": 10**12}),
        ("date", "2026-02-30"), ("date", "1899-12-31"), ("date", "2200-01-01"), ("date", "01.02.2026"),
        ("date", "20260201"), ("date", 20260201), ("date", "2026-02-01T10:00:00Z"), ("date", "0000-00-00"),
        ("choice", "nowhere"), ("choice", 1), ("choice", ["north"]), ("choice", "old"), ("choice", "x" * 100_000),
        ("tree", "under_old"),
        ("multi_choice", "north"), ("multi_choice", ["north", None]), ("multi_choice", ["old"]),
        ("multi_choice", ["north"] * 101), ("multi_choice", {"north": True}),
        ("person", 0), ("person", -1), ("person", 2**31), ("person", True), ("person", "me"), ("person", 1.5),
        ("person", "9" * 5000), ("file", "x"), ("file", {"id": "1; --"}),
    ],
)  # fmt: skip
def test_what_is_refused_by_name(kind: str, given: Any) -> None:
    with pytest.raises(WrongValue) as refusal:
        read(field(kind), given)
    assert refusal.value.field == "fields.custom_x"
    assert str(refusal.value)


@pytest.mark.parametrize("given", [None, "", "   ", [], (), {"amount": ""}, {"amount": None, "currency": "RUB"}])
def test_what_takes_a_value_away(given: Any) -> None:
    assert is_empty(given)


@pytest.mark.parametrize("given", [0, "0", False, {"amount": 0}, {}, ["x"]])
def test_what_does_not(given: Any) -> None:
    assert not is_empty(given)


def test_an_archived_option_stays_where_it_was_chosen() -> None:
    assert read(field("choice"), "old", "old") == "old"
    assert read(field("multi_choice"), ["north", "old"], ("old",)) == ("north", "old")
    with pytest.raises(WrongValue):
        read(field("multi_choice"), ["old"], ("north",))


def test_an_option_that_is_gone_stays_too() -> None:
    assert read(field("multi_choice"), ["gone", "north"], ("gone",)) == ("north", "gone")


def test_a_currency_that_is_not_offered_any_more_stays() -> None:
    stored = Money(Decimal("1.00"), "EUR")
    assert read(field("money"), {"amount": "2", "currency": "EUR"}, stored) == Money(Decimal("2.00"), "EUR")


@pytest.mark.parametrize("given", ["0.99", "10.01"])
def test_bounds_count(given: str) -> None:
    for kind in ("number", "money"):
        bounded = field(kind, low=Decimal(1), high=Decimal(10))
        assert read(bounded, "10")
        with pytest.raises(WrongValue):
            read(bounded, given)
