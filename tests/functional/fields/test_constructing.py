# SPDX-License-Identifier: Apache-2.0
"""Fields made without a restart: who may, what is refused, what is kept, what the journal says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from dialog_core import fields, installation, staff, tickets
from dialog_core.app import create_core
from dialog_core.config import Config
from dialog_core.conversations import NewFile, Said
from dialog_core.database import db
from dialog_core.errors import NotAllowedNow, NotFound, NotPermitted, WrongValue
from dialog_core.events.models import Event
from dialog_core.fields.models import FieldValue
from dialog_core.hookspecs.fields import Clause, Comparison, FieldOption, FieldType, TicketField
from dialog_core.staff import Actor, ActorKind
from dialog_core.staff.permissions import BUILT_IN_ROLES

SYSTEM = staff.system_actor()
TITLE = {"ru": "Кабинет", "en": "Room"}


def one(key: str = "custom_room", kind: str = "text", **more: Any) -> TicketField:
    return TicketField(key, FieldType(kind), TITLE, **more)


def is_set(key: str) -> tuple[Clause, ...]:
    return (Clause(key, Comparison.SET),)


def ticket(actor: Actor = SYSTEM, **given: Any) -> int:
    return tickets.open_ticket(actor, tickets.Request(subject="Не печатает", said=Said("Молчит"), fields=given))


def values(ticket_id: int) -> dict[str, Any]:
    return dict(fields.values_of(SYSTEM, ticket_id, fields.Facts("user_failure", "normal")).shown)


def test_only_who_may_manage_fields(any_core: Flask) -> None:
    for name, _, _, permissions in BUILT_IN_ROLES:
        actor = Actor(ActorKind.STAFF, name, 1, permissions)
        if name == "administrator":
            assert fields.create_field(actor, one()) == "custom_room"
            continue
        for act in (
            lambda a=actor: fields.create_field(a, one("custom_other")),
            lambda a=actor: fields.change_field(a, "custom_room", version=None, title=TITLE),
            lambda a=actor: fields.archive_field(a, "custom_room"),
            lambda a=actor: fields.restore_field(a, "custom_room"),
            lambda a=actor: fields.move_field(a, "custom_room", by=1),
            lambda a=actor: fields.list_fields(a),
            lambda a=actor: fields.get_field(a, "custom_room"),
            lambda a=actor: fields.option_uses(a, "custom_room"),
        ):
            with pytest.raises(NotPermitted):
                act()


@pytest.mark.parametrize(
    ("wrong", "attribute"),
    [
        ({"key": "room"}, "key"),
        ({"key": "custom_"}, "key"),
        ({"key": "custom_Комната"}, "key"),
        ({"key": "custom_" + "x" * 90}, "key"),
        ({"key": "custom_x'; DROP TABLE ticket"}, "key"),
        ({"title": {"ru": "", "en": "Room"}}, "title_ru"),
        ({"title": {"ru": "Кабинет", "en": "\x00 \u200b"}}, "title_en"),
        ({"title": {"ru": "К" * 121, "en": "Room"}}, "title_ru"),
        ({"help": {"en": "x" * 301}}, "help_en"),
        ({"kinds": ("holiday",)}, "kinds"),
        ({"options": (FieldOption("a", TITLE),)}, "options"),
        ({"low": 1}, "low"),
        ({"type": FieldType.CHOICE}, "options"),
        ({"type": FieldType.CHOICE, "options": (FieldOption("a b", TITLE),)}, "options"),
        ({"type": FieldType.CHOICE, "options": (FieldOption("a", TITLE), FieldOption("a", TITLE))}, "options"),
        ({"type": FieldType.CHOICE, "options": (FieldOption("a", TITLE, "a"),)}, "options"),
        ({"type": FieldType.CHOICE, "options": tuple(FieldOption(f"o{n}", TITLE) for n in range(501))}, "options"),
        ({"type": FieldType.TREE, "options": (FieldOption("a", TITLE, "b"), FieldOption("b", TITLE, "a"))}, "options"),
        ({"type": FieldType.TREE, "options": (FieldOption("a", TITLE, "gone"),)}, "options"),
        ({"type": FieldType.MONEY}, "currencies"),
        ({"type": FieldType.MONEY, "currencies": ("rub",)}, "currencies"),
        ({"type": FieldType.MONEY, "currencies": ("RUB", "RUB")}, "currencies"),
        ({"type": FieldType.NUMBER, "default": "NaN"}, "default"),
        ({"type": FieldType.PERSON, "default": 1}, "default"),
        ({"visible_when": is_set("custom_room")}, "visible_when"),
        ({"visible_when": is_set("custom_gone")}, "visible_when"),
        ({"required_when": (Clause("kind", Comparison.EQUALS, ()),)}, "required_when"),
        ({"required_when": (Clause("kind", Comparison.SET, ("x",)),)}, "required_when"),
        ({"required_when": is_set("kind") * 11}, "required_when"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_attribute(sqlite_core: Flask, wrong: dict[str, Any], attribute: str) -> None:
    from decimal import Decimal

    if "low" in wrong:
        wrong = {"low": Decimal(1)}
    with pytest.raises(WrongValue) as refusal:
        fields.create_field(SYSTEM, replace(one(), **wrong))
    assert refusal.value.field == attribute
    assert fields.list_fields(SYSTEM) == ((), ())


def test_a_key_is_taken_once_for_ever(any_core: Flask) -> None:
    fields.create_field(SYSTEM, one())
    fields.archive_field(SYSTEM, "custom_room")
    with pytest.raises(WrongValue) as refusal:
        fields.create_field(SYSTEM, one())
    assert refusal.value.field == "key"


def test_conditions_in_a_circle_are_refused(any_core: Flask) -> None:
    fields.create_field(SYSTEM, one("custom_a"))
    fields.create_field(SYSTEM, one("custom_b", visible_when=is_set("custom_a")))
    fields.create_field(SYSTEM, one("custom_c", visible_when=is_set("custom_b")))
    with pytest.raises(WrongValue) as refusal:
        fields.change_field(SYSTEM, "custom_a", version=None, visible_when=is_set("custom_c"))
    assert refusal.value.field == "visible_when"
    with pytest.raises(NotAllowedNow):
        fields.archive_field(SYSTEM, "custom_a")
    fields.archive_field(SYSTEM, "custom_c")
    fields.change_field(SYSTEM, "custom_b", version=None, visible_when=())
    fields.change_field(SYSTEM, "custom_a", version=None, visible_when=is_set("custom_b"))
    with pytest.raises(NotAllowedNow):
        fields.archive_field(SYSTEM, "custom_b")
    fields.restore_field(SYSTEM, "custom_c")


def test_a_change_counts_versions_and_is_journaled(any_core: Flask) -> None:
    fields.create_field(SYSTEM, one())
    fields.change_field(SYSTEM, "custom_room", version=1, title={"ru": "Комната", "en": "Room"})
    with pytest.raises(NotAllowedNow) as refusal:
        fields.change_field(SYSTEM, "custom_room", version=1, title=TITLE)
    assert refusal.value.missing == ("version",)
    with pytest.raises(WrongValue):
        fields.change_field(SYSTEM, "custom_room", version=2, type=FieldType.DATE)
    with pytest.raises(NotFound):
        fields.change_field(SYSTEM, "custom_gone", version=None, title=TITLE)
    fields.archive_field(SYSTEM, "custom_room", version=2)
    fields.restore_field(SYSTEM, "custom_room", version=3)
    wanted = sa.select(Event.kind, Event.data).where(Event.kind.like("field_%")).order_by(Event.id)
    told = db.session.execute(wanted).all()
    assert [row.kind for row in told] == ["field_created", "field_changed", "field_archived", "field_restored"]
    assert told[1].data["before"] == {"title": TITLE}
    assert told[1].data["after"] == {"title": {"ru": "Комната", "en": "Room"}}
    assert fields.get_field(SYSTEM, "custom_room").version == 4


def test_fields_are_moved(sqlite_core: Flask) -> None:
    for name in "abc":
        fields.create_field(SYSTEM, one(f"custom_{name}"))
    fields.move_field(SYSTEM, "custom_c", by=-1)
    fields.move_field(SYSTEM, "custom_a", by=-1)
    assert [row.field.key for row in fields.list_fields(SYSTEM)[0]] == ["custom_a", "custom_c", "custom_b"]
    assert [field.key for field in fields.ticket_fields(SYSTEM)] == ["custom_a", "custom_c", "custom_b"]


def test_another_process_sees_a_new_field_within_a_second(
    any_core: Flask, any_config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = create_core(any_config)
    clock = [0.0]
    monkeypatch.setattr("dialog_core.fields.catalogues.time.monotonic", lambda: clock[0])
    with other.app_context():
        assert not fields.ticket_fields(SYSTEM)
        db.session.remove()
    fields.create_field(SYSTEM, one())
    assert [field.key for field in fields.ticket_fields(SYSTEM)] == ["custom_room"]
    clock[0] = 1.01
    with other.app_context():
        assert [field.key for field in fields.ticket_fields(SYSTEM)] == ["custom_room"]
        db.session.remove()
        db.engine.dispose()


def test_archived_fields_keep_their_values(any_core: Flask) -> None:
    fields.create_field(SYSTEM, one())
    made = ticket(custom_room="12")
    assert fields.get_field(SYSTEM, "custom_room").uses == 1
    fields.archive_field(SYSTEM, "custom_room")
    assert values(made) == {}
    with pytest.raises(WrongValue) as refusal:
        tickets.update_ticket(SYSTEM, made, fields={"custom_room": "13"})
    assert refusal.value.field == "fields.custom_room"
    fields.restore_field(SYSTEM, "custom_room")
    assert values(made) == {"custom_room": "12"}


def test_options_in_use_are_archived_and_never_taken_away(any_core: Flask) -> None:
    a, b, c = (FieldOption(code, TITLE) for code in "abc")
    fields.create_field(SYSTEM, one("custom_x", "choice", options=(a, b, c)))
    made = ticket(custom_x="a")
    assert fields.option_uses(SYSTEM, "custom_x") == {"a": 1}
    with pytest.raises(WrongValue) as refusal:
        fields.change_field(SYSTEM, "custom_x", version=None, options=(b, c))
    assert refusal.value.field == "options"
    fields.change_field(SYSTEM, "custom_x", version=None, options=(replace(a, is_archived=True), b))
    assert values(made) == {"custom_x": "a"}
    tickets.update_ticket(SYSTEM, made, fields={"custom_x": "a"}, subject="Другая тема")
    tickets.update_ticket(SYSTEM, made, fields={"custom_x": "b"})
    with pytest.raises(WrongValue):
        tickets.update_ticket(SYSTEM, made, fields={"custom_x": "a"})


def test_required_binds_people_and_never_a_channel(any_core: Flask) -> None:
    fields.create_field(SYSTEM, one(required_when=()))
    installation.ensure_defaults()
    clerk_id = staff.create_staff(SYSTEM, email="clerk@example.org", name="Clerk", role="specialist")
    clerk = Actor(ActorKind.STAFF, "Clerk", clerk_id, frozenset({"ticket.open", "ticket.work", "ticket.read"}))
    with pytest.raises(WrongValue) as refusal:
        ticket(clerk)
    assert refusal.value.field == "fields.custom_room"
    from_channel = ticket(Actor(ActorKind.CONTACT, "Anna", None, channel="telegram"))
    tickets.update_ticket(clerk, from_channel, subject="Другая тема")
    tickets.update_ticket(clerk, from_channel, fields={"custom_room": "12"})
    with pytest.raises(WrongValue):
        tickets.update_ticket(clerk, from_channel, fields={"custom_room": ""})


def test_defaults_fill_in_what_is_not_given(any_core: Flask) -> None:
    yes, no = FieldOption("yes", TITLE), FieldOption("no", TITLE)
    fields.create_field(SYSTEM, one("custom_a", "choice", options=(yes, no), default="yes"))
    fields.create_field(SYSTEM, one("custom_b", default="12", visible_when=is_set("custom_a")))
    fields.create_field(SYSTEM, one("custom_c", default="13", kinds=("outage",)))
    assert values(ticket()) == {"custom_a": "yes", "custom_b": "12"}
    assert values(ticket(custom_a="no", custom_b="")) == {"custom_a": "no"}
    fields.change_field(SYSTEM, "custom_a", version=None, options=(replace(yes, is_archived=True), no), default=None)
    assert values(ticket()) == {}


def test_a_default_whose_option_was_archived_is_refused_on_saving(any_core: Flask) -> None:
    yes, no = FieldOption("yes", TITLE), FieldOption("no", TITLE)
    fields.create_field(SYSTEM, one("custom_a", "choice", options=(yes, no), default="yes"))
    with pytest.raises(WrongValue) as refusal:
        fields.change_field(SYSTEM, "custom_a", version=None, options=(replace(yes, is_archived=True), no))
    assert refusal.value.field == "default"


def test_a_file_stands_in_the_ticket_as_a_note(any_core: Flask) -> None:
    fields.create_field(SYSTEM, one("custom_scan", "file"))
    made = ticket(custom_scan=NewFile("../../акт.pdf", b"%PDF-1.7"))
    other = ticket()
    found = values(made)["custom_scan"]
    assert found.name == "акт.pdf"
    notes = [entry for entry in tickets.entries(SYSTEM, made) if entry.kind == "note"]
    assert [file.id for entry in notes for file in entry.attachments] == [found.id]
    with pytest.raises(WrongValue) as refusal:
        tickets.update_ticket(SYSTEM, other, fields={"custom_scan": found.id})
    assert refusal.value.field == "fields.custom_scan"
    with pytest.raises(WrongValue):
        tickets.update_ticket(SYSTEM, made, fields={"custom_scan": NewFile("big", b"x" * (20 * 1024 * 1024 + 1))})
    tickets.update_ticket(SYSTEM, made, fields={"custom_scan": None})
    assert values(made) == {}


def test_a_refused_value_leaves_nothing_behind(any_core: Flask) -> None:
    fields.create_field(SYSTEM, one())
    fields.create_field(SYSTEM, one("custom_number", "number"))
    made = ticket(custom_room="12")
    with pytest.raises(WrongValue):
        tickets.update_ticket(SYSTEM, made, subject="Новая", fields={"custom_room": "13", "custom_number": "NaN"})
    assert tickets.ticket_by_id(SYSTEM, made).subject == "Не печатает"
    assert db.session.execute(sa.select(FieldValue.text).where(FieldValue.ticket_id == made)).scalars().all() == ["12"]
