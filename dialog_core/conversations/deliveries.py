# SPDX-License-Identifier: Apache-2.0
"""Deliveries: what is to be sent, written together with what it tells of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialog_core.clock import now
from dialog_core.conversations.kinds import DeliveryState
from dialog_core.conversations.models import Chat, Delivery, Entry


@dataclass(frozen=True, slots=True)
class Message:
    """What a delivery says, as stored in `Delivery.message`.

    Attributes:
        text: plain text.
        thread: topic of the chat, or None.
        reply_to: the channel's id of the message that this one answers.
        buttons: rows of (id, label).
        attachment_ids: files to send along.
        press, alert: with purpose `press`, the press that the text answers.
        clear: with purpose `clear`, the channel's id of the message that loses its buttons.
    """

    text: str = ""
    thread: str | None = None
    reply_to: str | None = None
    buttons: tuple[tuple[tuple[str, str], ...], ...] = ()
    attachment_ids: tuple[int, ...] = ()
    press: str | None = None
    alert: bool = False
    clear: str | None = None

    def to_json(self) -> dict[str, object]:
        """Return the JSON object that is stored."""
        values: dict[str, object] = {
            "text": self.text,
            "thread": self.thread,
            "reply_to": self.reply_to,
            "buttons": [[list(button) for button in row] for row in self.buttons],
            "attachment_ids": list(self.attachment_ids),
            "press": self.press,
            "alert": self.alert,
            "clear": self.clear,
        }
        return {key: value for key, value in values.items() if value}


def queue(
    session: Session,
    chat_id: int,
    message: Message,
    *,
    purpose: str,
    entry_id: int | None = None,
    ticket_id: int | None = None,
    once_key: str | None = None,
) -> int | None:
    """Write a delivery; with a `once_key` that was used already nothing is written and None is returned."""
    if once_key is not None and session.scalar(select(Delivery.id).where(Delivery.once_key == once_key)) is not None:
        return None
    delivery = Delivery(
        chat_id=chat_id,
        entry_id=entry_id,
        ticket_id=ticket_id,
        purpose=purpose,
        once_key=once_key,
        message=message.to_json(),
        state=DeliveryState.QUEUED.value,
        due_at=now(),
        created_at=now(),
    )
    session.add(delivery)
    session.flush()
    return delivery.id


def external_key(chat_external_id: str, message_id: str) -> str:
    """Return the key under which a message of a channel is found again.

    Message ids restart when a chat moves (Bot API: supergroups), so the chat's id at that time is part of the key.
    """
    return f"{chat_external_id}/{message_id}"


def last_customer_message(session: Session, ticket_id: int, chat: Chat) -> str | None:
    """Return the channel's id of the newest message of the customer in this chat, to reply to."""
    keys: Sequence[str | None] = session.scalars(
        select(Entry.external_id)
        .where(Entry.ticket_id == ticket_id, Entry.chat_id == chat.id, Entry.external_id.is_not(None))
        .order_by(Entry.id.desc())
        .limit(1)
    ).all()
    head = external_key(chat.external_id, "")
    return keys[0].removeprefix(head) if keys and keys[0] and keys[0].startswith(head) else None
