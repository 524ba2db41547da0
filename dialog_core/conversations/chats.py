# SPDX-License-Identifier: Apache-2.0
"""Chats: known as soon as something comes from them, bound to an organisation by staff."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from dialog_core.clock import now
from dialog_core.conversations.models import Chat, Delivery, InboxItem
from dialog_core.conversations.text import clean
from dialog_core.database import write
from dialog_core.errors import NotFound, WrongValue
from dialog_core.events import record
from dialog_core.hookspecs.channels import ChatRef
from dialog_core.parties.models import Organisation
from dialog_core.staff.actor import Actor
from dialog_core.staff.permissions import CHAT_BIND


def ensure_chat(session: Session, channel: str, ref: ChatRef) -> Chat:
    """Return the chat's row, made or brought up to date, and held until the transaction ends.

    Holding it makes messages of one chat queue, so that two of them never open two tickets for one request.
    """
    chat = session.scalar(
        select(Chat)
        .where(Chat.channel == channel, Chat.external_id == ref.external_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    title = clean(ref.title)[:300]
    if chat is None:
        chat = Chat(
            channel=channel, external_id=ref.external_id, kind=ref.kind.value, title=title, is_reachable=True,
            unreachable_reason="", created_at=now(),
        )  # fmt: skip
        session.add(chat)
    elif title and title != chat.title:
        chat.title = title
    session.flush()
    return chat


def bind_chat(actor: Actor, chat_id: int, *, organisation_id: int | None) -> int:
    """Bind a chat to an organisation (None: unbind) and let what waited for it be routed; returns how much waited.

    Raises:
        NotPermitted: `chat.bind` is missing.
        NotFound: there is no such chat.
        WrongValue: there is no such organisation.
    """
    actor.require(CHAT_BIND)
    with write() as session:
        chat = session.get(Chat, chat_id, with_for_update=True, populate_existing=True)
        if chat is None:
            raise NotFound("There is no such chat.")
        if organisation_id is not None and session.get(Organisation, organisation_id) is None:
            raise WrongValue("organisation", "There is no organisation %(id)s.", id=organisation_id)
        before, chat.organisation_id = chat.organisation_id, organisation_id
        session.flush()
        record(session, actor, "chat_bound", chat=chat.id, before=before, after=organisation_id)
        return release_held(session, chat.id) if organisation_id is not None else 0


def release_held(session: Session, chat_id: int) -> int:
    """Let the items that wait for this chat be routed again, in their order."""
    result = session.execute(
        update(InboxItem)
        .where(InboxItem.chat_id == chat_id, InboxItem.state == "held")
        .values(state="pending", due_at=None, attempts=0)
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def move_chat(session: Session, chat: Chat, new_external_id: str) -> None:
    """Let a chat go on under another external id; a chat that was already made for that id is folded into it."""
    twin = session.scalar(
        select(Chat).where(Chat.channel == chat.channel, Chat.external_id == new_external_id).with_for_update()
    )
    if twin is not None and twin.id != chat.id:
        _fold(session, twin, chat)
    chat.external_id = new_external_id
    chat.is_reachable, chat.unreachable_reason = True, ""
    session.flush()


def _fold(session: Session, twin: Chat, chat: Chat) -> None:
    from dialog_core.conversations.models import Entry, Prompt
    from dialog_core.tickets.models import Ticket

    for table in (Entry, Prompt, Delivery, InboxItem, Ticket):
        session.execute(
            update(table)
            .where(table.chat_id == twin.id)
            .values(chat_id=chat.id)
            .execution_options(synchronize_session=False)
        )
    chat.organisation_id = chat.organisation_id or twin.organisation_id
    session.delete(twin)
    session.flush()


def set_unreachable(session: Session, actor: Actor, chat: Chat, reason: str) -> None:
    """Note that nothing can be sent to a chat until it comes back."""
    if not chat.is_reachable:
        return
    chat.is_reachable, chat.unreachable_reason = False, clean(reason)[:300]
    record(session, actor, "chat_unreachable", chat=chat.id, reason=chat.unreachable_reason)


def set_reachable(session: Session, actor: Actor, chat: Chat) -> None:
    """Note that a chat is back."""
    if chat.is_reachable:
        return
    chat.is_reachable, chat.unreachable_reason = True, ""
    record(session, actor, "chat_reachable", chat=chat.id)
