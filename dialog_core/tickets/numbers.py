# SPDX-License-Identifier: Apache-2.0
"""Registration numbers: unique, never reused, without gaps after a rollback.

The counter row is updated as the last statement of the creating transaction, so that writers queue behind one another
only for the moment of the commit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, text, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from dialog_core.database import Base, add_before_commit
from dialog_core.errors import WrongValue
from dialog_core.tickets.models import Ticket

_PREFIX = re.compile(r"[0-9A-Za-zА-Яа-яЁё]{0,10}")
_NEXT = text(
    "INSERT INTO number_counter (scope, value) VALUES (:scope, 1) "
    "ON CONFLICT (scope) DO UPDATE SET value = number_counter.value + 1 RETURNING value"
)

_TABLE = Base.metadata.tables[Ticket.__tablename__]
_GIVE = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("ticket_id"))
    .values(number=bindparam("number"), serial=bindparam("serial"))
)


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How numbers look: `prefix`, the year (counting anew each year), and at least `digits` digits."""

    prefix: str = ""
    with_year: bool = True
    digits: int = 6

    def __post_init__(self) -> None:
        """Refuse what would not make an address or a number one can say on the phone."""
        if not _PREFIX.fullmatch(self.prefix):
            raise WrongValue("prefix", "Use at most ten letters or digits.")
        if not 1 <= self.digits <= 10:
            raise WrongValue("digits", "Use from 1 to 10 digits.")

    def scope(self, at: datetime) -> str:
        """Return the counter's scope at a local time."""
        return str(at.year) if self.with_year else "all"

    def write(self, value: int, at: datetime) -> str:
        """Return the number for a counter's value at a local time."""
        parts = [self.prefix, str(at.year) if self.with_year else "", str(value).zfill(self.digits)]
        return "-".join(part for part in parts if part)


def assign_number_last(ticket: Ticket, number_format: NumberFormat, local_time: datetime) -> None:
    """Give the ticket its number in the last statements of the open write transaction."""

    def assign(session: Session) -> None:
        # Straight to the tables: every writer of SQLite waits while this one holds the database.
        connection = session.connection()
        value = connection.execute(_NEXT, {"scope": number_format.scope(local_time)}).scalar_one()
        number = number_format.write(value, local_time)
        connection.execute(_GIVE, {"ticket_id": ticket.id, "number": number, "serial": value})
        set_committed_value(ticket, "number", number)
        set_committed_value(ticket, "serial", value)

    add_before_commit(assign)
