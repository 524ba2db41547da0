# SPDX-License-Identifier: Apache-2.0
"""What happens to tickets, told after it happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dialog_core.hookspecs.markers import HookKind, hookspec


@dataclass(frozen=True, slots=True)
class TicketEvent:
    """One event of the stream that timeline, journal and modules read.

    Attributes:
        id: grows; an event is delivered at least once, so remember what you have done by it.
        kind: for example `ticket_opened`, `ticket_transitioned`, `entry_added`, `delivery_settled`.
        at: aware UTC.
        actor_kind: `staff`, `contact`, `system` or `module`.
        data: JSON values; before and after of what changed.
    """

    id: int
    kind: str
    at: datetime
    ticket_id: int | None
    ticket_number: str | None
    actor_kind: str
    actor_id: int | None
    actor_name: str
    channel: str | None
    data: dict[str, Any]


@hookspec(kind=HookKind.NOTIFY, since="0.1", budget=2.0, limit=30.0)
def ticket_event(event: TicketEvent) -> None:
    """Learn of an event after its transaction was committed.

    Called: at least once per event, in the order of the stream. Process: jobs. Transaction: none is open.
    Return: nothing.
    On error: tried again with growing pauses; after five failures the event is set aside as an incident of
    the module and the next one comes. A module that is off gets what it missed when it is on again.
    """
