# SPDX-License-Identifier: Apache-2.0
"""The inbox: raw input is stored before it is understood, and never dropped."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dialog_core.clock import now
from dialog_core.conversations.models import InboxItem
from dialog_core.conversations.routing import Routed, route
from dialog_core.database import read_committed, write
from dialog_core.errors import DialogError
from dialog_core.events import record
from dialog_core.hookspecs.channels import RawInbound, Received
from dialog_core.staff.actor import system_actor

if TYPE_CHECKING:
    from dialog_core.modules import Hooks

MAX_ATTEMPTS = 5
BATCH = 20
_log = logging.getLogger(__name__)


def store(channel: str, external_id: str, payload: dict[str, Any]) -> bool:
    """Store raw input and commit; False when this input was stored before.

    Args:
        external_id: unique within the channel, at most 160 characters.
    """
    try:
        with write() as session:
            known = select(InboxItem.id).where(InboxItem.channel == channel, InboxItem.external_id == external_id)
            if session.scalar(known) is not None:
                return False
            session.add(
                InboxItem(
                    channel=channel, external_id=external_id, payload=_storable(payload), received_at=now(),
                    state="pending", attempts=0, problem="",
                )
            )  # fmt: skip
    except IntegrityError:
        return False  # another process stored it in the same moment
    return True


def process_next(hooks: Hooks) -> bool:
    """Understand and route the next items that are due; tell whether there were any.

    One process in the cluster does this at a time (lease `inbox`, held by the job loop), so that messages keep
    their order. A process that dies in between leaves the item pending: routing and settling are one transaction.
    """
    from dialog_core.modules import HookResting

    resting = [
        name for name in hooks.implementations("channel_receive") if hooks.is_resting("channel_receive", module=name)
    ]
    with read_committed() as session:
        due = session.execute(
            select(InboxItem.id, InboxItem.channel, InboxItem.external_id, InboxItem.payload, InboxItem.received_at)
            .where(
                InboxItem.state == "pending",
                or_(InboxItem.due_at.is_(None), InboxItem.due_at <= now()),
                InboxItem.channel.not_in(resting),
            )
            .order_by(InboxItem.id)
            .limit(BATCH)
        ).all()
    for row in due:
        raw = RawInbound(row.channel, row.external_id, dict(row.payload), row.received_at)
        try:
            _process(hooks, row.id, raw)
        except HookResting as error:  # it failed at the items before, or is on trial: this one was not tried
            _put_off(row.id, str(error))
        except Exception as error:  # noqa: BLE001 - whatever one item does, the next one is served
            _log.exception("inbox item %s of %s could not be routed", row.id, row.channel)
            _postpone(row.id, error)
    return bool(due)


def _process(hooks: Hooks, item_id: int, raw: RawInbound) -> None:
    events: Sequence[Received] | None = hooks.ask("channel_receive", module=raw.channel, item=raw)
    if events is None:
        _put_off(item_id, "no running module reads this channel")
        return
    with write() as session:
        item = session.scalar(
            select(InboxItem).where(InboxItem.id == item_id, InboxItem.state == "pending").with_for_update()
        )
        if item is None:
            return
        outcome = route(session, item, raw, events)
        _settle(session, item, outcome)


def _settle(session: Session, item: InboxItem, outcome: Routed) -> None:
    item.state = outcome.state
    item.problem = outcome.problem
    item.chat_id = outcome.chat_id or item.chat_id
    item.ticket_id = outcome.ticket_id
    item.due_at = None
    item.settled_at = now() if outcome.state in {"done", "ignored"} else None
    _tell_desk(session, item)


def _tell_desk(session: Session, item: InboxItem) -> None:
    """Let the desk of what waits for a person know of an item that came to it."""
    if item.state in {"held", "asked", "dead"}:
        record(session, system_actor(item.channel), "inbox_item_waits", item=item.id, state=item.state)


def _put_off(item_id: int, problem: str) -> None:
    """Let an item wait that no module was asked for; that is no failed attempt."""
    with write() as session:
        item = session.get(InboxItem, item_id, with_for_update=True, populate_existing=True)
        if item is not None and item.state == "pending":
            item.due_at = now() + timedelta(seconds=5)
            item.problem = problem[:2000]


def _postpone(item_id: int, error: Exception) -> None:
    """Let an item wait after a failure, longer each time."""
    with write() as session:
        item = session.get(InboxItem, item_id, with_for_update=True, populate_existing=True)
        if item is None or item.state != "pending":
            return
        item.attempts += 1
        item.problem = f"{type(error).__name__}: {error.message if isinstance(error, DialogError) else error}"[:2000]
        item.due_at = now() + timedelta(seconds=2**item.attempts)
        if item.attempts >= MAX_ATTEMPTS:
            item.state = "dead"
            _tell_desk(session, item)


def _storable(value: Any) -> Any:
    """Return JSON without NUL characters, which PostgreSQL cannot keep, and without lone surrogates."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_storable(key): _storable(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_storable(part) for part in value]
    return value
