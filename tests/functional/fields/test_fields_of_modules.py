# SPDX-License-Identifier: Apache-2.0
"""Fields that modules bring by the hook `ticket_fields`: beside the own ones, gone while they are off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from dialog_core import fields, staff, tickets
from dialog_core.app import create_core
from dialog_core.builtin import fields as constructor
from dialog_core.config import Config
from dialog_core.conversations import Said
from dialog_core.database import db
from dialog_core.errors import WrongValue
from dialog_core.fields.catalogues import gather
from dialog_core.fields.models import FieldValue
from dialog_core.modules import BootState, Running
from dialog_core.modules.activation.running import new_manager
from dialog_core.modules.calls.relay import Hooks
from dialog_core.plugin import Clause, Comparison, FieldType, TicketField, hookimpl

SYSTEM = staff.system_actor()
TITLE = {"ru": "Прибор", "en": "Device"}
FACTS = fields.Facts("user_failure", "normal")


def one(key: str, **more: Any) -> TicketField:
    return TicketField(**{"key": key, "type": FieldType.TEXT, "title": TITLE, **more})


def is_set(key: str) -> tuple[Clause, ...]:
    return (Clause(key, Comparison.SET),)


@dataclass
class Inventory:
    """A module that knows devices."""

    brings: list[Any] = field(default_factory=lambda: [one("inventory_device", order=-1)])
    calls: int = 0

    @hookimpl
    def ticket_fields(self) -> Iterable[TicketField]:
        self.calls += 1
        return self.brings


def process(config: Config, *modules: object) -> Flask:
    manager = new_manager()
    manager.register(constructor, name="fields")
    for module in modules:
        manager.register(module, name="inventory")
    running = Running(role="web", wanted=None, generation=None, state=BootState.CORE, hooks=Hooks(manager))
    return create_core(config, running)


def keys() -> list[str]:
    return [one.key for one in fields.ticket_fields(SYSTEM)]


def test_values_stay_while_the_module_is_off(any_config: Config) -> None:
    with_module, without = process(any_config, Inventory()), process(any_config)
    with with_module.app_context():
        fields.create_field(SYSTEM, one("custom_room"))
        assert keys() == ["inventory_device", "custom_room"]
        request = tickets.Request(
            subject="Молчит", said=Said("x"), fields={"inventory_device": "P-1", "custom_room": "1"}
        )
        made = tickets.open_ticket(SYSTEM, request)
        own, of_modules = fields.list_fields(SYSTEM)
        assert [(row.field.key, row.module, row.uses) for row in of_modules] == [("inventory_device", "inventory", 1)]
        assert [row.field.key for row in own] == ["custom_room"]
        db.session.remove()
    with without.app_context():
        assert keys() == ["custom_room"]
        assert dict(fields.values_of(SYSTEM, made, FACTS).values) == {"custom_room": "1"}
        with pytest.raises(WrongValue):
            tickets.update_ticket(SYSTEM, made, fields={"inventory_device": "P-2"})
        assert db.session.scalar(sa.select(FieldValue.text).where(FieldValue.field == "inventory_device")) == "P-1"
        db.session.remove()
        db.engine.dispose()
    with with_module.app_context():
        assert fields.values_of(SYSTEM, made, FACTS).values["inventory_device"] == "P-1"
        with pytest.raises(WrongValue) as refusal:
            fields.create_field(SYSTEM, one("inventory_device"))
        assert refusal.value.field == "key"
        db.session.remove()
        db.engine.dispose()


def test_a_module_is_asked_once_a_second_and_never_while_the_database_is_held(
    sqlite_config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = Inventory()
    clock = [0.0]
    monkeypatch.setattr("dialog_core.fields.catalogues.time.monotonic", lambda: clock[0])
    with process(sqlite_config, module).app_context():
        for _ in range(5):
            assert keys() == ["inventory_device"]
        assert module.calls == 1
        from dialog_core.database import write

        clock[0] = 5.0
        with write():
            assert keys() == ["inventory_device"]
        assert module.calls == 1
        assert keys() == ["inventory_device"]
        assert module.calls == 2
        db.session.remove()
        db.engine.dispose()


def test_a_failing_module_costs_its_own_fields_only(sqlite_config: Config) -> None:
    class Broken:
        @hookimpl
        def ticket_fields(self) -> Iterable[TicketField]:
            raise RuntimeError("broken")

    with process(sqlite_config, Broken()).app_context():
        fields.create_field(SYSTEM, one("custom_room"))
        assert keys() == ["custom_room"]
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize(
    ("module", "wrong"),
    [
        ("inventory", one("room")),
        ("inventory", one("other_device")),
        ("inventory", one("custom_room")),
        ("custom", one("custom_room")),
        ("inventory", one("inventory_Device")),
        ("inventory", one("inventory_device", title={"ru": "", "en": ""})),
        ("inventory", one("inventory_device", title=None)),
        ("inventory", one("inventory_device", options=7)),
        ("inventory", one("inventory_device", visible_when=is_set("inventory_gone"))),
        ("inventory", one("inventory_device", visible_when=is_set("inventory_device"))),
        ("inventory", TicketField(None, None, None)),  # type: ignore[arg-type]
    ],
)  # fmt: skip
def test_a_field_that_cannot_be_is_left_out_and_named(module: str, wrong: TicketField) -> None:
    found = gather([("fields", one("custom_mine")), (module, wrong), ("shop", one("shop_number"))])
    assert list(found.fields) == ["custom_mine", "shop_number"]
    assert len(found.problems) == 1
    assert found.problems[0].startswith(module)


def test_circles_between_modules_are_left_out() -> None:
    a, b = one("a_x", visible_when=is_set("b_x")), one("b_x", visible_when=is_set("a_x"))
    found = gather([("a", a), ("b", b), ("c", one("c_x")), ("c", one("c_x"))])
    assert list(found.fields) == ["c_x"]
    assert len(found.problems) == 2
