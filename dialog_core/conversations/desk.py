# SPDX-License-Identifier: Apache-2.0
"""The desk of what waits for a person: groups not bound, writers who did not choose, input that cannot be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from dialog_core.clock import now
from dialog_core.conversations.models import Chat, InboxItem, Prompt
from dialog_core.database import db, write
from dialog_core.errors import NotAllowedNow, NotFound
from dialog_core.events import record
from dialog_core.staff.actor import Actor
from dialog_core.staff.permissions import INBOX_WORK
from dialog_core.tickets.models import Ticket

WAITING = ("held", "asked", "dead")


@dataclass(frozen=True, slots=True)
class InboxRow:
    """An item that waits for a person; `payload` is the raw input."""

    id: int
    channel: str
    state: str
    problem: str
    received_at: datetime
    chat_id: int | None
    chat_title: str | None
    payload: dict[str, object]


def inbox_rows(actor: Actor, *, before: int | None = None, limit: int = 50) -> list[InboxRow]:
    """Return what waits, newest first; `before` is the id of the last row of the page before.

    Raises:
        NotPermitted: `inbox.work` is missing.
    """
    actor.require(INBOX_WORK)
    columns = (InboxItem.id, InboxItem.channel, InboxItem.state, InboxItem.problem, InboxItem.received_at)
    statement = (
        select(*columns, InboxItem.chat_id, Chat.title, InboxItem.payload)
        .outerjoin(Chat, Chat.id == InboxItem.chat_id)
        .where(InboxItem.state.in_(WAITING))
        .order_by(InboxItem.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(InboxItem.id < before)
    rows = db.session.execute(statement).all()
    return [InboxRow(*row[:7], dict(row.payload)) for row in rows]


def route_by_hand(actor: Actor, item_id: int, *, ticket_number: str | None) -> None:
    """Let an item be routed again: into a new ticket (None) or into the open ticket of that number.

    Raises:
        NotPermitted: `inbox.work` is missing.
        NotFound: there is no such item or ticket.
        NotAllowedNow: the item does not wait any more, or waits for its chat to be bound.
    """
    actor.require(INBOX_WORK)
    with write() as session:
        item = session.get(InboxItem, item_id, with_for_update=True, populate_existing=True)
        if item is None:
            raise NotFound("There is no such item.")
        if item.state not in {"asked", "dead"}:
            raise NotAllowedNow("This item is routed already, or waits until its chat is bound to an organisation.")
        if item.state == "asked":
            ticket = None
            if ticket_number is not None:
                ticket = session.scalar(select(Ticket).where(Ticket.number == ticket_number, Ticket.is_open))
                if ticket is None:
                    raise NotFound("There is no open ticket with this number.")
            prompt = session.scalars(select(Prompt).where(Prompt.inbox_item_id == item.id)).first()
            if prompt is not None:
                choice = "new" if ticket is None else "add"
                prompt.settled_at = now()
                prompt.data = {**prompt.data, "choice": choice, "ticket": 0 if ticket is None else ticket.id}
        item.state, item.attempts, item.due_at = "pending", 0, None
        record(session, actor, "inbox_item_routed", item=item.id, number=ticket_number)


def put_aside(actor: Actor, item_id: int) -> None:
    """Settle an item as nothing to do; its raw input stays stored.

    Raises:
        NotPermitted: `inbox.work` is missing.
        NotFound: there is no such item.
        NotAllowedNow: the item does not wait any more.
    """
    actor.require(INBOX_WORK)
    with write() as session:
        item = session.get(InboxItem, item_id, with_for_update=True, populate_existing=True)
        if item is None:
            raise NotFound("There is no such item.")
        if item.state not in WAITING:
            raise NotAllowedNow("This item is routed already.")
        item.state, item.settled_at = "ignored", now()
        record(session, actor, "inbox_item_put_aside", item=item.id)
