# SPDX-License-Identifier: Apache-2.0
"""A platform that runs the module, on either database, with its tables made by its own migrations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from dialog_core import installation, staff, tickets
from dialog_core.app import create_app
from dialog_core.clock import now
from dialog_core.config import Config
from dialog_core.conversations import Said
from dialog_core.database import db, write
from dialog_core.events.dispatch import dispatch_next
from dialog_core.modules import BootState, Hooks, LoadedModule, Running, forget_cached, new_manager
from dialog_core.modules.migrations.scripts import upgrade_modules
from dialog_core.modules.models import ModuleSettings
from dialog_core.modules.own_connection import begin_write
from dialog_core.modules.wheels.manifest import parse_manifest
from dialog_core.runtime import runtime
from dialog_sla import hooks
from dialog_sla.settings import SlaSettings
from tests.conftest import (  # noqa: F401 - fixtures that `any_config` stands on
    any_config,
    postgres_config,
    sqlite_config,
)

SOURCES = Path(__file__).parent.parent / "src"
ALWAYS = {"days": "every_day", "opens": "00:00", "closes": "24:00", "time_zone": "UTC"}
"""A calendar in which all time is working time."""


class Desk:
    """What the tests act with."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.revision = 0
        self.values: dict[str, Any] = {}
        self.specialist = self.actor("specialist")

    def actor(self, role: str) -> staff.Actor:
        """Make a member of staff."""
        person = staff.create_staff(
            staff.system_actor(), email=f"{role}@example.org", name=role.title(), role=role, language="en"
        )
        return staff.actor_for_staff(person, "web")

    def set(self, **values: Any) -> None:
        """Save settings of the module; what is not given stays."""
        self.values = {**self.values, **values}
        assert SlaSettings().validate(self.values) == {}
        self.revision += 1
        with write() as session:
            session.add(
                ModuleSettings(
                    module="sla", revision=self.revision, values=self.values, changed_by="Ada", changed_at=now()
                )
            )
        forget_cached()

    def open(self, kind: str = "user_failure") -> int:
        """Register a request and let the module learn of it."""
        request = tickets.Request(subject="Printer", said=Said(text="It does not print."), kind=kind)
        ticket_id = tickets.open_ticket(self.specialist, request)
        self.tell()
        return ticket_id

    def do(self, ticket_id: int, name: str, **act: Any) -> None:
        """Do a transition and let the module learn of it."""
        tickets.transition(self.specialist, ticket_id, name, tickets.Act(**act))
        self.tell()

    def tell(self) -> None:
        """Tell the module every event."""
        while dispatch_next(runtime().hooks):
            pass


@pytest.fixture
def desk(any_config: Config) -> Iterator[Desk]:  # noqa: F811 - the fixture imported above
    """Return a platform that runs the module, all time being working time."""
    manager = new_manager()
    manager.register(hooks, name="sla")
    manifest = parse_manifest((SOURCES / "dialog_sla" / "module.toml").read_bytes())
    module = LoadedModule("sla", "dialog-sla", "0.1.0", "", manifest)
    app = create_app(any_config, Running("web", None, None, BootState.RUNNING, Hooks(manager), (module,)))
    with app.app_context():
        installation.ensure_defaults()
        with begin_write(db.engine) as connection:
            upgrade_modules(connection, SOURCES, ["sla"])
        made = Desk(app)
        made.set(**ALWAYS)
        made.tell()
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def rows(desk: Desk) -> Callable[[], dict[int, dict[str, Any]]]:
    """Return a function that reads the module's table."""
    from sqlalchemy import select

    from dialog_sla.models import Deadline

    def read_all() -> dict[int, dict[str, Any]]:
        columns = Deadline.__table__.c
        found = {row.ticket_id: dict(row._mapping) for row in db.session.execute(select(*columns))}
        db.session.rollback()
        return found

    return read_all
