# SPDX-License-Identifier: Apache-2.0
"""A desk whose calendar has nothing but working time, and the rows of the module's table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from dialog_core.plugin import read, tickets
from dialog_core.testing import ModulePlatform
from dialog_sla.models import Deadline

ALWAYS = {"days": "every_day", "opens": "00:00", "closes": "24:00", "time_zone": "UTC"}
"""A calendar in which all time is working time."""


class Desk:
    """What the tests act with."""

    def __init__(self, platform: ModulePlatform) -> None:
        self.platform = platform
        self.app = platform.app
        self.specialist = platform.actor("specialist")

    def set(self, **values: Any) -> None:
        """Save settings of the module; what is not given stays."""
        self.platform.settings(**values)

    def open(self, kind: str = "user_failure") -> int:
        """Register a request and let the module learn of it."""
        made = self.platform.make.ticket(kind=kind)
        self.platform.tell()
        return made.id

    def do(self, ticket_id: int, name: str, **act: Any) -> None:
        """Do a transition and let the module learn of it."""
        tickets.transition(self.specialist, ticket_id, name, tickets.Act(**act))
        self.platform.tell()


@pytest.fixture
def desk(platform: ModulePlatform) -> Desk:
    """Return a platform that runs the module, all time being working time."""
    platform.settings(**ALWAYS)
    return Desk(platform)


@pytest.fixture
def rows(desk: Desk) -> Callable[[], dict[int, dict[str, Any]]]:
    """Return a function that reads the module's table."""

    def read_all() -> dict[int, dict[str, Any]]:
        with read() as session:
            return {row.ticket_id: dict(row._mapping) for row in session.execute(select(*Deadline.__table__.c))}

    return read_all
