# SPDX-License-Identifier: Apache-2.0
"""The closed language of conditions: when a field is there, when it is required, and circles."""

from __future__ import annotations

from typing import Any

import pytest

from dialog_core.fields.conditions import Facts, circle, judge
from dialog_core.fields.values import Person
from dialog_core.hookspecs.fields import Clause, Comparison, FieldOption, FieldType, TicketField

OUTAGE = Facts("outage", "critical", 7)
TITLE = {"ru": "Поле", "en": "Field"}
TREE = (FieldOption("a", TITLE), FieldOption("b", TITLE, parent="a"))


def field(key: str, kind: str = "text", **more: Any) -> TicketField:
    return TicketField(key, FieldType(kind), TITLE, **more)


def fields(*several: TicketField) -> dict[str, TicketField]:
    return {one.key: one for one in several}


def equals(subject: str, value: str) -> tuple[Clause, ...]:
    return (Clause(subject, Comparison.EQUALS, (value,)),)


def is_set(subject: str) -> tuple[Clause, ...]:
    return (Clause(subject, Comparison.SET),)


@pytest.mark.parametrize(
    ("clause", "holds"),
    [
        (Clause("kind", Comparison.EQUALS, ("outage",)), True),
        (Clause("kind", Comparison.EQUALS, ("consultation",)), False),
        (Clause("priority", Comparison.ONE_OF, ("high", "critical")), True),
        (Clause("organisation", Comparison.EQUALS, ("7",)), True),
        (Clause("organisation", Comparison.ONE_OF, ("8", "9")), False),
        (Clause("organisation", Comparison.SET), True),
        (Clause("c_text", Comparison.EQUALS, ("ЕЛКА  зелёная",)), True),
        (Clause("c_tree", Comparison.EQUALS, ("a",)), True),
        (Clause("c_tree", Comparison.EQUALS, ("b",)), True),
        (Clause("c_many", Comparison.ONE_OF, ("y", "z")), True),
        (Clause("c_many", Comparison.EQUALS, ("z",)), False),
        (Clause("c_who", Comparison.EQUALS, ("3",)), True),
        (Clause("c_gone", Comparison.SET), False),
        (Clause("c_gone", Comparison.EQUALS, ("{{ 7*7 }}",)), False),
    ],
)
def test_each_test(clause: Clause, *, holds: bool) -> None:
    known = fields(
        field("c_text"), field("c_tree", "tree", options=TREE), field("c_many", "multi_choice"),
        field("c_who", "person"), field("c_x", visible_when=(clause,)),
    )  # fmt: skip
    values: dict[str, Any] = {"c_text": "Ёлка зеленая", "c_tree": "b", "c_many": ("x", "y"), "c_who": Person(3, "A")}
    assert ("c_x" in judge(known, OUTAGE, values).visible) is holds


def test_all_clauses_must_hold() -> None:
    both = field("c_x", visible_when=(*equals("kind", "outage"), *equals("priority", "low")))
    assert judge(fields(both), OUTAGE, {}).visible == frozenset()


def test_a_field_of_another_kind_is_neither_there_nor_required() -> None:
    found = judge(fields(field("c_x", kinds=("consultation",), required_when=())), OUTAGE, {})
    assert (found.visible, found.required, found.missing) == (frozenset(), frozenset(), ())


def test_what_is_invisible_is_not_required_and_counts_as_not_set() -> None:
    known = fields(
        field("c_a", visible_when=equals("kind", "consultation"), required_when=()),
        field("c_b", visible_when=is_set("c_a"), required_when=()),
        field("c_c", required_when=is_set("c_a")),
    )
    found = judge(known, OUTAGE, {"c_a": "stored before"})
    assert found.visible == {"c_c"}
    assert found.required == frozenset()
    again = judge(known, Facts("consultation", "low"), {"c_a": "stored before"})
    assert again.visible == {"c_a", "c_b", "c_c"}
    assert again.missing == ("c_b", "c_c")


def test_required_when_a_condition_holds() -> None:
    known = fields(field("c_x", required_when=equals("priority", "critical")))
    assert judge(known, OUTAGE, {}).missing == ("c_x",)
    assert judge(known, Facts("outage", "low"), {}).missing == ()
    assert judge(known, OUTAGE, {"c_x": "there"}).missing == ()


def test_circles_are_found_and_harm_nobody() -> None:
    known = fields(
        field("c_a", visible_when=is_set("c_b")),
        field("c_b", visible_when=is_set("c_c")),
        field("c_c", visible_when=is_set("c_b")),
        field("c_d", visible_when=is_set("kind")),
    )
    assert set(circle(known)) == {"c_b", "c_c"}
    assert judge(known, OUTAGE, {"c_a": "x", "c_b": "x", "c_c": "x"}).visible == {"c_d"}
    assert circle(fields(known["c_d"])) == ()
    assert circle(fields(field("c_a", visible_when=is_set("c_a")))) == ("c_a",)


def test_required_when_makes_no_circle() -> None:
    known = fields(field("c_a", required_when=is_set("c_b")), field("c_b", required_when=is_set("c_a")))
    assert circle(known) == ()
    assert judge(known, OUTAGE, {"c_a": "x"}).missing == ("c_b",)


def test_a_chain_of_a_hundred_is_judged() -> None:
    chain = [field("c_0"), *(field(f"c_{n}", visible_when=is_set(f"c_{n - 1}")) for n in range(1, 100))]
    values: dict[str, Any] = {one.key: "x" for one in chain}
    assert len(judge(fields(*chain), OUTAGE, values).visible) == 100
