# SPDX-License-Identifier: Apache-2.0
"""Tell modules of events: at least once, in the order of the stream, each module at its own pace."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from dialog_core.clock import now
from dialog_core.database import insert_new, read_committed, write
from dialog_core.events.models import Subscriber
from dialog_core.events.stream import Cursor, StreamEvent, committed_after, last_cursor

if TYPE_CHECKING:
    from dialog_core.modules import Hooks

MAX_FAILURES = 5
BATCH = 100
_log = logging.getLogger(__name__)


def dispatch_next(hooks: Hooks) -> bool:
    """Tell each module that listens its next events; tell whether there were any."""
    found = False
    for module in hooks.implementations("ticket_event"):
        if not hooks.is_resting("ticket_event", module=module):  # what it would be told waits until it is called again
            found = _dispatch_to(hooks, module) or found
    return found


def _dispatch_to(hooks: Hooks, module: str) -> bool:
    with read_committed() as session:
        row = session.execute(
            select(Subscriber.transaction, Subscriber.event_id, Subscriber.failures, Subscriber.due_at).where(
                Subscriber.name == module
            )
        ).first()
        if row is not None and row.due_at is not None and row.due_at > now():
            return False
        start = last_cursor(session) if row is None else Cursor(row.transaction, row.event_id)
        events = [] if row is None else committed_after(session, start, BATCH)
    if row is None:
        _subscribe(module, start)
        return True
    reached, problem = start, False
    for item in events:
        if not _tell(hooks, module, item):
            problem = row.failures + 1 < MAX_FAILURES if item is events[0] else True
            if problem:
                break
            _log.error("event %s was set aside for module %s after %s failures", item.event.id, module, MAX_FAILURES)
        reached = item.cursor
    if reached != start or problem:
        failures = (row.failures if reached == start else 0) + int(problem)
        due_at = now() + timedelta(seconds=2**failures) if problem else None
        _advance(module, start, reached, failures, due_at)
    return reached != start


def _tell(hooks: Hooks, module: str, item: StreamEvent) -> bool:
    if hooks.notify("ticket_event", module=module, event=item.event):
        return True
    _log.warning("module %s failed at event %s", module, item.event.id)
    return False


def _subscribe(module: str, start: Cursor) -> None:
    """Begin at the end of the stream: a module learns what happens from the moment it is first enabled."""
    with write() as session:
        insert_new(session, Subscriber, name=module, transaction=start.transaction, event_id=start.event_id, failures=0)


def _advance(module: str, start: Cursor, reached: Cursor, failures: int, due_at: datetime | None) -> None:
    with write() as session:
        session.execute(
            update(Subscriber)
            .where(
                Subscriber.name == module,
                Subscriber.transaction == start.transaction,
                Subscriber.event_id == start.event_id,
            )
            .values(transaction=reached.transaction, event_id=reached.event_id, failures=failures, due_at=due_at)
            .execution_options(synchronize_session=False)
        )
