# SPDX-License-Identifier: Apache-2.0
"""Further fields of tickets in the pages of staff: filled in at registration, shown, changed, told, found."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from secrets import token_urlsafe
from typing import Any

import pytest

from dialog_core import fields, staff
from dialog_core.database import db
from dialog_core.hookspecs.fields import Clause, Comparison, FieldOption, FieldType, PeopleOf, TicketField

SYSTEM = staff.system_actor()


def title(name: str) -> dict[str, str]:
    return {"ru": f"{name} по-русски", "en": name}


OPTIONS = (FieldOption("north", title("North")), FieldOption("city", title("City"), "north"))
PLAIN = (FieldOption("mail", title("Mail")), FieldOption("crm", title("CRM")))
OUTAGE = (Clause("kind", Comparison.EQUALS, ("outage",)),)
FIELDS = (
    TicketField("custom_room", FieldType.TEXT, title("Room"), help=title("As on the door"), in_list=True),
    TicketField("custom_users", FieldType.NUMBER, title("Users"), low=Decimal(0)),
    TicketField("custom_cost", FieldType.MONEY, title("Cost"), currencies=("RUB", "USD")),
    TicketField("custom_until", FieldType.DATE, title("Until")),
    TicketField("custom_system", FieldType.CHOICE, title("System"), options=PLAIN, default="mail"),
    TicketField("custom_systems", FieldType.MULTI_CHOICE, title("Systems"), options=PLAIN),
    TicketField("custom_place", FieldType.TREE, title("Place"), options=OPTIONS, in_list=True),
    TicketField("custom_manager", FieldType.PERSON, title("Manager")),
    TicketField("custom_signer", FieldType.PERSON, title("Signer"), people=PeopleOf.CONTACTS),
    TicketField("custom_act", FieldType.FILE, title("Act")),
    TicketField("custom_lost", FieldType.TEXT, title("Lost"), visible_when=OUTAGE, required_when=()),
)


@pytest.fixture
def with_fields(desk: Any) -> Any:
    with desk.app.app_context():
        for one in FIELDS:
            fields.create_field(SYSTEM, one)
        db.session.remove()
    return desk


def given(desk: Any) -> dict[str, Any]:
    return {
        "fields.custom_room": "12 <b>", "fields.custom_users": "1 000,5", "fields.custom_cost": "99,9",
        "fields.custom_cost.currency": "USD", "fields.custom_until": "2026-12-31", "fields.custom_system": "crm",
        "fields.custom_systems": ["", "mail", "crm"], "fields.custom_place": "city", "fields.custom_manager": "1",
        "fields.custom_signer_id": str(desk.boss_id), "fields.custom_signer_text": "Bob Boss",
    }  # fmt: skip


def request(desk: Any, **more: Any) -> dict[str, Any]:
    plain = {"subject": "It does not print", "description": "Nothing comes out.", "kind": "user_failure"}
    return {
        **plain,
        "impact": "medium",
        "urgency": "medium",
        "contact_id": str(desk.asker_id),
        "form_key": token_urlsafe(18),
        **more,
    }


def stored(desk: Any, number: str) -> dict[str, Any]:
    with desk.app.app_context():
        view = desk.view(number)
        facts = fields.Facts(view.kind, "normal")
        found = {key: fields.as_json(one) for key, one in fields.values_of(SYSTEM, view.id, facts).values.items()}
        db.session.remove()
    return found


def test_a_request_is_registered_with_fields(with_fields: Any, specialist: Any) -> None:
    specialist.get("/tickets/new")
    assert 'name="fields.custom_room"' in specialist.page
    assert 'value="mail" selected' in specialist.page
    sent = request(with_fields, **given(with_fields))
    sent["fields.custom_act"] = (io.BytesIO(b"%PDF-1.7"), "act.pdf")
    answer = specialist.post("/tickets/new", sent)
    assert answer.status_code == 303, specialist.page
    specialist.get(answer.headers["Location"])
    for shown in (
        "12 <b>",
        "1,000.5",
        "$99.90",
        "Dec 31, 2026",
        "CRM",
        "Mail, CRM",
        "North / City",
        "Bob Boss",
        "act.pdf",
    ):
        assert shown in specialist.page, shown
    assert "Changed: Room “—” → “12 <b>”" in specialist.page
    assert "Lost" not in specialist.page.partition('id="ticket-side"')[2]


def test_html_in_values_is_shown_as_text(with_fields: Any, specialist: Any) -> None:
    specialist.get("/tickets/new")
    answer = specialist.post(
        "/tickets/new", request(with_fields, **{"fields.custom_room": "<img src=x onerror=alert(1)>"})
    )
    raw = specialist.client.get(answer.headers["Location"]).get_data(as_text=True)
    assert "<img src=x" not in raw
    assert "&lt;img src=x onerror=alert(1)&gt;" in raw
    assert "<img src=x" not in specialist.client.get("/queue").get_data(as_text=True)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"fields.custom_users": "NaN"}, "fields.custom_users"),
        ({"fields.custom_cost": "1", "fields.custom_cost.currency": "EUR"}, "fields.custom_cost"),
        ({"fields.custom_until": "yesterday"}, "fields.custom_until"),
        ({"fields.custom_system": "gone"}, "fields.custom_system"),
        ({"fields.custom_systems": ["mail", "gone"]}, "fields.custom_systems"),
        ({"fields.custom_manager": "99999"}, "fields.custom_manager"),
        ({"fields.custom_signer_id": "", "fields.custom_signer_text": "Nobody known"}, "fields.custom_signer"),
        ({"kind": "outage"}, "fields.custom_lost"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    with_fields: Any, specialist: Any, wrong: dict[str, Any], named: str
) -> None:
    specialist.get("/tickets/new")
    answer = specialist.post("/tickets/new", request(with_fields, **{"fields.custom_room": "kept", **wrong}))
    assert answer.status_code == 422
    assert specialist.error_of(named)
    assert 'value="kept"' in specialist.page
    assert with_fields.rows("SELECT 1 FROM ticket") == []


def test_what_is_there_is_judged_while_one_writes(with_fields: Any, specialist: Any) -> None:
    specialist.get("/tickets/new")
    plain = json.loads(specialist.post("/tickets/new/fields", request(with_fields)).data)
    outage = json.loads(specialist.post("/tickets/new/fields", request(with_fields, kind="outage")).data)
    assert set(outage["visible"]) - set(plain["visible"]) == {"custom_lost"}
    assert outage["required"] == ["custom_lost"]
    checked = specialist.post("/tickets/new/check", request(with_fields, kind="outage")).get_data(as_text=True)
    assert "Lost" in checked
    done = specialist.post(
        "/tickets/new/check", request(with_fields, kind="outage", **{"fields.custom_lost": "2 hours"})
    )
    assert "Lost" not in done.get_data(as_text=True)


def test_values_of_invisible_fields_are_not_taken(with_fields: Any, specialist: Any) -> None:
    specialist.get("/tickets/new")
    answer = specialist.post("/tickets/new", request(with_fields, **{"fields.custom_lost": "2 hours"}))
    assert answer.status_code == 303, specialist.page
    assert "custom_lost" not in stored(with_fields, answer.headers["Location"].split("/")[2].partition("?")[0])


def test_fields_are_changed_in_place(with_fields: Any, specialist: Any) -> None:
    number = with_fields.ticket()
    specialist.get(f"/tickets/{number}/fields")
    version = str(with_fields.view(number).version)
    answer = specialist.post(f"/tickets/{number}/fields", {**given(with_fields), "version": version})
    assert answer.status_code == 303, specialist.page
    now = stored(with_fields, number)
    assert now["custom_systems"] == ["mail", "crm"]
    assert now["custom_users"] == "1000.5"
    specialist.get(f"/tickets/{number}/fields")
    assert 'value="1000.5"' in specialist.page
    emptied = {"version": str(with_fields.view(number).version), "fields.custom_room": "", "fields.custom_systems": ""}
    assert specialist.post(f"/tickets/{number}/fields", emptied).status_code == 303
    assert {"custom_room", "custom_systems"}.isdisjoint(stored(with_fields, number))
    assert stored(with_fields, number)["custom_place"] == "city"


def test_nobodys_change_is_overwritten_unseen(with_fields: Any, specialist: Any) -> None:
    number = with_fields.ticket()
    specialist.get(f"/tickets/{number}/fields")
    version = str(with_fields.view(number).version)
    specialist.post(f"/tickets/{number}/fields", {"version": version, "fields.custom_room": "first"})
    answer = specialist.post(f"/tickets/{number}/fields", {"version": version, "fields.custom_room": "second"})
    assert answer.status_code == 422
    assert "now there:" in specialist.page
    assert "<strong>first</strong>" in specialist.page
    assert stored(with_fields, number)["custom_room"] == "first"


def test_a_file_is_taken_out_again(with_fields: Any, specialist: Any) -> None:
    number = with_fields.ticket()
    specialist.get(f"/tickets/{number}/fields")
    version = str(with_fields.view(number).version)
    sent = {"version": version, "fields.custom_act": (io.BytesIO(b"%PDF-1.7"), "act.pdf")}
    assert specialist.post(f"/tickets/{number}/fields", sent).status_code == 303
    specialist.get(f"/tickets/{number}/fields")
    assert "Take it out of this field" in specialist.page
    version = str(with_fields.view(number).version)
    assert (
        specialist.post(f"/tickets/{number}/fields", {"version": version, "fields.custom_act.clear": "on"}).status_code
        == 303
    )
    assert "custom_act" not in stored(with_fields, number)


def test_who_may_not_work_changes_nothing(with_fields: Any, visitor: Any) -> None:
    number = with_fields.ticket()
    with with_fields.app.app_context():
        with_fields.rows("SELECT 1")
    tester = visitor("tess@example.com")
    tester.get(f"/tickets/{number}")
    with with_fields.app.app_context():
        from sqlalchemy import text

        db.session.execute(text("UPDATE role SET permissions = '[\"ticket.read\"]' WHERE name = 'tester'"))
        db.session.commit()
        db.session.remove()
    assert tester.get(f"/tickets/{number}/fields").status_code == 403
    answer = tester.post(f"/tickets/{number}/fields", {"version": "1", "fields.custom_room": "x"})
    assert answer.status_code == 403


def test_lists_show_and_filter(with_fields: Any, specialist: Any) -> None:
    specialist.get("/tickets/new")
    answer = specialist.post("/tickets/new", request(with_fields, subject="with", **given(with_fields)))
    assert answer.status_code == 303
    specialist.post("/tickets/new", request(with_fields, subject="without", form_key=token_urlsafe(18)))
    specialist.get("/queue")
    assert "Room:" in specialist.page
    assert "North / City" in specialist.page
    for query, is_found in (
        ("field.custom_room=12", True),
        ("field.custom_room=13", False),
        ("field.custom_users.from=1000&field.custom_users.to=1001", True),
        ("field.custom_users.to=1000", False),
        ("field.custom_cost.from=50&field.custom_cost.currency=USD", True),
        ("field.custom_cost.from=50&field.custom_cost.currency=RUB", False),
        ("field.custom_until.from=2027-01-01", False),
        ("field.custom_place=north", True),
        ("field.custom_systems=crm", True),
        ("field.custom_manager=1", True),
        ("field.custom_manager=2", False),
        (f"field.custom_signer_id={with_fields.boss_id}&field.custom_signer_text=Bob", True),
        ("field.custom_signer_id=99", False),
    ):
        specialist.get(f"/queue?view=all&{query}")
        assert (">with</a>" in specialist.page) is is_found, query
        assert ">without</a>" not in specialist.page, query
    for hostile in (
        "field.custom_users.from=NaN",
        "field.custom_system=gone",
        "field.custom_gone=1",
        "field.custom_cost.from=1&field.custom_cost.currency=X",
    ):
        assert specialist.get(f"/queue?view=all&{hostile}").status_code == 200
        assert ">without</a>" in specialist.page, hostile


def test_pages_cost_the_same_whatever_the_number_of_fields(desk: Any, specialist: Any, statements: Any) -> None:
    number = desk.ticket()
    costs = []
    for count in (1, 20):
        with desk.app.app_context():
            for place in range(0 if count == 1 else 1, count):
                fields.create_field(SYSTEM, TicketField(f"custom_f{place}", FieldType.TEXT, title("F"), in_list=True))
            db.session.remove()
        specialist.get(f"/tickets/{number}/fields")
        version = str(desk.view(number).version)
        values = {f"fields.custom_f{place}": "x" for place in range(count)}
        assert specialist.post(f"/tickets/{number}/fields", {"version": version, **values}).status_code == 303
        found = []
        for path in (f"/tickets/{number}", "/queue"):
            specialist.get(path)
            with statements() as sent:
                specialist.get(path)
            found.append(sum("installation_fact" not in one for one in sent))
        costs.append(found)
    assert costs[0] == costs[1]
