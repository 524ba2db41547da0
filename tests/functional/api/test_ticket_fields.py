# SPDX-License-Identifier: Apache-2.0
"""Further fields of tickets for programs: described, filled in, changed, found, on both databases."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from dialog_core import fields, staff
from dialog_core.database import db
from dialog_core.hookspecs.fields import Clause, Comparison, FieldOption, FieldType, PeopleOf, TicketField
from tests.functional.api.conftest import Caller, Callers
from tests.functional.api.test_cost import selects

SYSTEM = staff.system_actor()


def title(name: str) -> dict[str, str]:
    return {"ru": f"{name} по-русски", "en": name}


PLACES = (
    FieldOption("ural", title("Ural")),
    FieldOption("perm", title("Perm"), "ural"),
    FieldOption("south", title("South")),
)
FIELDS: tuple[TicketField, ...] = (
    TicketField("custom_room", FieldType.TEXT, title("Room")),
    TicketField("custom_users", FieldType.NUMBER, title("Users"), low=Decimal(0)),
    TicketField("custom_cost", FieldType.MONEY, title("Cost"), currencies=("RUB", "USD")),
    TicketField("custom_until", FieldType.DATE, title("Until")),
    TicketField("custom_device", FieldType.CHOICE, title("Device"), options=(
        FieldOption("printer", title("Printer")), FieldOption("phone", title("Phone")))),
    TicketField("custom_systems", FieldType.MULTI_CHOICE, title("Systems"), options=(
        FieldOption("mail", title("Mail")), FieldOption("crm", title("CRM")), FieldOption("web", title("Web")))),
    TicketField("custom_place", FieldType.TREE, title("Place"), options=PLACES),
    TicketField("custom_manager", FieldType.PERSON, title("Manager")),
    TicketField("custom_signer", FieldType.PERSON, title("Signer"), people=PeopleOf.CONTACTS),
    TicketField("custom_act", FieldType.FILE, title("Act")),
)  # fmt: skip


def make(app: Flask, *several: TicketField) -> None:
    with app.app_context():
        for one in several:
            fields.create_field(SYSTEM, one)
        db.session.remove()


@pytest.fixture
def any_caller(any_callers: Callers) -> Caller:
    make(any_callers.app, *FIELDS)
    return any_callers.specialist


def errors(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    return {one["field"]: one["message"] for one in answer.get_json()["errors"]}


def full(caller: Caller) -> dict[str, Any]:
    me = caller.get("/me").get_json()["id"]
    contact = caller.post("/contacts", {"full_name": "Подпись Анна", "phones": ["89123456780"]}).get_json()["id"]
    return {
        "custom_room": "Кабинет № 12", "custom_users": 40, "custom_cost": {"amount": "99.90", "currency": "USD"},
        "custom_until": "2026-12-31", "custom_device": "printer", "custom_systems": ["web", "mail"],
        "custom_place": "perm", "custom_manager": me, "custom_signer": contact,
    }  # fmt: skip


def test_fields_are_described(any_caller: Caller) -> None:
    items = any_caller.get("/ticket-fields").get_json()["items"]
    assert [one["key"] for one in items] == [one.key for one in FIELDS]
    assert items[6]["options"][1] == {"code": "perm", "title": title("Perm"), "parent": "ural", "archived": False}


def test_all_values_come_back_as_they_were_sent(any_caller: Caller) -> None:
    made = any_caller.ticket(fields=full(any_caller))
    shown = any_caller.get(f"/tickets/{made['number']}").get_json()["fields"]
    assert shown == made["fields"]
    assert {key: shown[key] for key in ("custom_room", "custom_users", "custom_cost", "custom_until")} == {
        "custom_room": "Кабинет № 12", "custom_users": "40", "custom_cost": {"amount": "99.90", "currency": "USD"},
        "custom_until": "2026-12-31",
    }  # fmt: skip
    assert shown["custom_systems"] == ["mail", "web"]
    assert (shown["custom_manager"]["name"], shown["custom_signer"]["name"]) == ("Specialist", "Подпись Анна")
    assert any_caller.get("/tickets").get_json()["items"][0]["fields"] == shown
    # What was read can be sent back as it is.
    assert any_caller.patch(f"/tickets/{made['number']}", {"fields": shown}).get_json()["version"] == made["version"]


def test_changes_are_merged_by_key_and_told(any_caller: Caller) -> None:
    made = any_caller.ticket(fields={"custom_room": "12", "custom_users": 3})
    changed = any_caller.patch(
        f"/tickets/{made['number']}",
        {"fields": {"custom_room": None, "custom_place": "south"}, "version": made["version"]},
    ).get_json()
    assert changed["fields"] == {"custom_users": "3", "custom_place": "south"}
    assert changed["version"] == made["version"] + 1
    stale = any_caller.patch(f"/tickets/{made['number']}", {"fields": {"custom_users": 4}, "version": made["version"]})
    assert stale.status_code == 409


def test_a_file_of_the_ticket_is_named_by_its_attachment(any_caller: Caller) -> None:
    made = any_caller.ticket()
    path = f"/tickets/{made['number']}"
    sent = any_caller.post(f"{path}/attachments?name=act.pdf", data=b"%PDF-1.7 act", content_type="application/pdf")
    file_id = sent.get_json()["items"][0]["id"]
    changed = any_caller.patch(path, {"fields": {"custom_act": file_id}}).get_json()
    assert changed["fields"] == {"custom_act": {"id": file_id, "name": "act.pdf"}}
    other = any_caller.ticket()
    assert "fields.custom_act" in errors(
        any_caller.patch(f"/tickets/{other['number']}", {"fields": {"custom_act": file_id}})
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("custom_gone", "x"), ("custom_room", 5), ("custom_room", "x" * 301), ("custom_users", "NaN"),
        ("custom_users", -1), ("custom_users", 10**30), ("custom_cost", {"amount": 1, "currency": "EUR"}),
        ("custom_until", "2026-13-01"), ("custom_device", "mail"), ("custom_systems", "mail"),
        ("custom_manager", 999_999), ("custom_signer", 999_999), ("custom_act", 1), ("custom_act", "../etc/passwd"),
        ("x" * 5000, "x"), ("custom_room", {"$gt": ""}), ("custom_device", ["printer"]),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named(any_caller: Caller, key: str, value: Any) -> None:
    any_caller.language = "ru"
    found = errors(any_caller.post("/tickets", {**REQUEST, "fields": {key: value}}))
    assert list(found) == [f"fields.{key[:80]}"]
    made = any_caller.ticket()
    assert list(errors(any_caller.patch(f"/tickets/{made['number']}", {"fields": {key: value}}))) == [
        f"fields.{key[:80]}"
    ]


@pytest.mark.parametrize("given", ["x", 5, [], None, {f"k{n}": 1 for n in range(101)}])
def test_fields_are_an_object(any_caller: Caller, given: Any) -> None:
    assert list(errors(any_caller.post("/tickets", {**REQUEST, "fields": given}))) == ["fields"]


def test_required_and_missing(any_callers: Callers) -> None:
    critical = (Clause("kind", Comparison.EQUALS, ("outage",)),)
    make(any_callers.app, TicketField("custom_room", FieldType.TEXT, title("Room"), required_when=critical))
    caller = any_callers.specialist
    assert list(errors(caller.post("/tickets", {**REQUEST, "kind": "outage"}))) == ["fields.custom_room"]
    made = caller.ticket()
    assert "fields.custom_room" not in made["missing"]
    changed = caller.patch(f"/tickets/{made['number']}", {"kind": "outage"}).get_json()
    assert changed["missing"][-1] == "fields.custom_room"
    done = caller.patch(f"/tickets/{made['number']}", {"fields": {"custom_room": "1"}}).get_json()
    assert "fields.custom_room" not in done["missing"]


def test_an_invisible_field_is_refused_and_not_shown(any_callers: Callers) -> None:
    make(
        any_callers.app, TicketField("custom_room", FieldType.TEXT, title("Room"), kinds=("outage",), required_when=())
    )
    caller = any_callers.specialist
    made = caller.ticket()
    assert "fields.custom_room" not in made["missing"]
    path = f"/tickets/{made['number']}"
    assert "fields.custom_room" in errors(caller.patch(path, {"fields": {"custom_room": "12"}}))
    assert caller.patch(path, {"kind": "outage", "fields": {"custom_room": "12"}}).get_json()["fields"]
    assert caller.patch(path, {"kind": "consultation"}).get_json()["fields"] == {}
    assert caller.patch(path, {"kind": "outage"}).get_json()["fields"] == {"custom_room": "12"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("custom_room=кабинет № 12", "a"), ("custom_room=каб", ""), ("custom_room=~КАБ", "a"),
        ("custom_room=~100%25", "b"),
        ("custom_room=~_", ""), ("custom_users=40", "a"), ("custom_users=5..50", "ab"), ("custom_users=..10", "b"),
        ("custom_users=10.5..", "a"), ("custom_cost=..100 USD", "a"), ("custom_cost=0..1000", "b"),
        ("custom_until=2026-12-31", "a"), ("custom_until=2027-01-01..", "b"), ("custom_device=printer,phone", "ab"),
        ("custom_device=phone", "b"), ("custom_systems=mail", "a"), ("custom_systems=web,crm", "ab"),
        ("custom_place=ural", "a"), ("custom_place=perm", "a"), ("custom_place=ural,south", "ab"),
        ("custom_manager=ME", "a"), ("custom_device=printer&field.custom_users=40", "a"),
        ("custom_device=printer&field.custom_users=5", ""),
    ],
)  # fmt: skip
def test_filters(any_caller: Caller, query: str, found: str) -> None:
    given = full(any_caller)
    any_caller.ticket(subject="a", fields=given)
    any_caller.ticket(subject="b", fields={
        "custom_room": "100%", "custom_users": "5", "custom_cost": {"amount": 500, "currency": "RUB"},
        "custom_until": "2027-03-01",
        "custom_device": "phone", "custom_systems": ["crm", "web"], "custom_place": "south",
    })  # fmt: skip
    any_caller.ticket(subject="c")
    for sort in ("newest", "activity", "priority"):
        query_now = query.replace("ME", str(given["custom_manager"]))
        answer = any_caller.get(f"/tickets?open=true&sort={sort}&field.{query_now}")
        assert answer.status_code == 200, answer.text
        assert "".join(sorted(one["subject"] for one in answer.get_json()["items"])) == found


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("field.custom_gone=1", "field.custom_gone"), ("field.custom_users=x", "field.custom_users"),
        ("field.custom_users=1e9", "field.custom_users"), ("field.custom_users=..", "field.custom_users"),
        ("field.custom_until=2026-99-01", "field.custom_until"), ("field.custom_device=x", "field.custom_device"),
        ("field.custom_cost=1 EUR", "field.custom_cost"), ("field.custom_manager=me", "field.custom_manager"),
        ("field.custom_act=1", "field.custom_act"), ("field=1", "field"), ("field=1&field.custom_room=1", "field"),
        ("fields.custom_room=1", "fields.custom_room"),
        ("&".join(f"field.custom_k{n}=1" for n in range(11)), "field.custom_k10"),
    ],
)  # fmt: skip
def test_a_wrong_filter_is_named(any_caller: Caller, query: str, named: str) -> None:
    # Unknown parameters are named up to their first dot, as everywhere in queries.
    assert next(iter(errors(any_caller.get(f"/tickets?{query}")))) in {named, named.partition(".")[0]}


def test_pages_go_on_under_a_filter(any_caller: Caller) -> None:
    for turn in range(5):
        any_caller.ticket(subject=f"{turn}", fields={"custom_device": "printer"} if turn != 2 else {})
    first = any_caller.get("/tickets?field.custom_device=printer&limit=3").get_json()
    rest = any_caller.get(f"/tickets?field.custom_device=printer&limit=3&cursor={first['next']}").get_json()
    assert [one["subject"] for one in first["items"] + rest["items"]] == ["4", "3", "1", "0"]
    assert rest["next"] is None


def test_statements_do_not_grow_with_the_number_of_fields(callers: Callers, statements: list[str]) -> None:
    caller = callers.specialist
    costs = []
    for count in (1, 20):
        known = len(caller.get("/ticket-fields").get_json()["items"])
        make(callers.app, *(TicketField(f"custom_f{n}", FieldType.TEXT, title("F")) for n in range(known, count)))
        made = [caller.ticket(fields={f"custom_f{n}": "x" for n in range(count)}) for _ in range(3)]
        found = []
        for path in (f"/tickets/{made[0]['number']}", "/tickets"):
            caller.get(path)
            statements.clear()
            caller.get(path)
            found.append(selects(statements))
        costs.append(found)
    assert costs == [[5, 2], [5, 2]]


REQUEST = {
    "subject": "Не печатает",
    "description": "Принтер молчит с утра.",
    "kind": "user_failure",
    "contact": {"full_name": "Иванова Анна Петровна", "phone": "8 912 345-67-89"},
}
