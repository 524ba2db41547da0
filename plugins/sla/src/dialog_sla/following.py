# SPDX-License-Identifier: Apache-2.0
"""Follow the stream of events: each event of a ticket is taken into account once, whatever is told twice."""

from __future__ import annotations

from dialog_core.plugin import TicketEvent, write
from dialog_sla import clock
from dialog_sla.models import Deadline
from dialog_sla.settings import Policy, policy


def follow(event: TicketEvent) -> None:
    """Take an event of a ticket into account."""
    if event.ticket_id is None:
        return
    if event.kind == "ticket_opened":
        _opened(event, policy())
    elif _changes_the_clock(event):
        _change(event, policy())


def _changes_the_clock(event: TicketEvent) -> bool:
    after = event.data.get("after")
    if event.kind == "ticket_updated":
        return isinstance(after, dict) and "kind" in after
    return event.kind in {"ticket_transitioned", "ticket_unmerged"} and after is not None


def _opened(event: TicketEvent, now_policy: Policy) -> None:
    assert event.ticket_id is not None, "follow() asked"
    row = clock.begin(event.ticket_id, str(event.data.get("request_kind")), event.at, now_policy)
    if row is None:
        return
    row.event_id = event.id
    with write() as session:
        if session.get(Deadline, event.ticket_id) is None:
            session.add(row)


def _change(event: TicketEvent, now_policy: Policy) -> None:
    with write() as session:
        row = session.get(Deadline, event.ticket_id, with_for_update=True, populate_existing=True)
        if row is None or row.event_id >= event.id:
            return
        row.event_id = event.id
        if event.kind != "ticket_updated":
            clock.move(row, str(event.data["after"]), event.at, now_policy)
            return
        kind = str(event.data["after"]["kind"])
        if kind in now_policy.goals:
            clock.change_kind(row, kind, now_policy)
        else:
            session.delete(row)
