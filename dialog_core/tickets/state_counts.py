# SPDX-License-Identifier: Apache-2.0
"""Kept counts of tickets per state: changed with the tickets, never counted."""

from __future__ import annotations

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from dialog_core.database import Base, add_before_commit, transaction_memory
from dialog_core.tickets.models import TicketCount

_DELTAS = "dialog_ticket_count_deltas"
_TABLE = Base.metadata.tables[TicketCount.__tablename__]
_ADD = update(_TABLE).where(_TABLE.c.state == bindparam("counted")).values(value=_TABLE.c.value + bindparam("delta"))


def move_count(before: str | None, after: str, count: int = 1) -> None:
    """Count tickets from one state into another (`before` None: new ones), at the end of the transaction."""
    if before == after:
        return
    memory = transaction_memory()
    if _DELTAS not in memory:
        memory[_DELTAS] = {}
        add_before_commit(_apply)
    deltas: dict[str, int] = memory[_DELTAS]
    if before is not None:
        deltas[before] = deltas.get(before, 0) - count
    deltas[after] = deltas.get(after, 0) + count


def _apply(session: Session) -> None:
    """Update the rows in one order, so that two transactions never wait for each other in a circle."""
    deltas: dict[str, int] = transaction_memory()[_DELTAS]
    for state in sorted(deltas):
        if deltas[state]:
            session.connection().execute(_ADD, {"counted": state, "delta": deltas[state]})
