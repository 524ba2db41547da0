# SPDX-License-Identifier: Apache-2.0
"""Which chats there are, to whom they belong, and how much waits for a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select

from dialog_core.conversations.desk import WAITING
from dialog_core.conversations.models import Chat, InboxItem
from dialog_core.database import db
from dialog_core.errors import NotFound
from dialog_core.parties import name_key
from dialog_core.parties.models import Organisation
from dialog_core.staff import Actor
from dialog_core.staff.permissions import CHAT_BIND, INBOX_WORK

COUNTED = 1_000


@dataclass(frozen=True, slots=True)
class ChatListRow:
    """A chat with its organisation (None: not bound) and the number of messages that wait for it to be bound."""

    id: int
    channel: str
    external_id: str
    kind: str
    title: str
    is_reachable: bool
    unreachable_reason: str
    created_at: datetime
    organisation_id: int | None
    organisation_name: str
    held: int


def list_chats(
    actor: Actor,
    *,
    search: str = "",
    is_bound: bool | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[ChatListRow]:
    """Return chats, the newest first; one statement.

    Args:
        search: a part of the chat's title or of its organisation's name.
        before: the id of the last row of the page before.

    Raises:
        NotPermitted: `chat.bind` is missing.
    """
    actor.require(CHAT_BIND)
    statement = _rows().order_by(Chat.id.desc()).limit(limit)
    key = name_key(search)
    if key:
        title = func.lower(Chat.title).contains(search.strip().lower(), autoescape=True)
        statement = statement.where(or_(title, Organisation.name_key.contains(key, autoescape=True)))
    if is_bound is not None:
        statement = statement.where(Chat.organisation_id.is_not(None) if is_bound else Chat.organisation_id.is_(None))
    if before is not None:
        statement = statement.where(Chat.id < before)
    return [_row(row) for row in db.session.execute(statement)]


def get_chat(actor: Actor, chat_id: int) -> ChatListRow:
    """Return one chat.

    Raises:
        NotPermitted: `chat.bind` is missing.
        NotFound: there is no such chat.
    """
    actor.require(CHAT_BIND)
    row = db.session.execute(_rows().where(Chat.id == chat_id)).first()
    if row is None:
        raise NotFound("There is no such chat.")
    return _row(row)


def inbox_waiting(actor: Actor) -> int:
    """Return how many items wait for a person, counted up to 1000; 0 for who may not work on them."""
    if not actor.may(INBOX_WORK):
        return 0
    first = select(InboxItem.id).where(InboxItem.state.in_(WAITING)).limit(COUNTED).subquery()
    return db.session.scalar(select(func.count()).select_from(first)) or 0


def _rows() -> Select[Any]:
    held = (
        select(func.count())
        .select_from(InboxItem)
        .where(InboxItem.chat_id == Chat.id, InboxItem.state == "held")
        .scalar_subquery()
    )
    columns: tuple[Any, ...] = (
        Chat.id, Chat.channel, Chat.external_id, Chat.kind, Chat.title, Chat.is_reachable, Chat.unreachable_reason,
        Chat.created_at, Chat.organisation_id, Organisation.name.label("organisation_name"), held.label("held"),
    )  # fmt: skip
    return select(*columns).outerjoin(Organisation, Organisation.id == Chat.organisation_id)


def _row(row: Any) -> ChatListRow:
    values = row._asdict()
    return ChatListRow(**{**values, "organisation_name": values["organisation_name"] or ""})
