# SPDX-License-Identifier: Apache-2.0
"""Cut a delivery that is too long for its channel into parts that are sent one after the other."""

from __future__ import annotations

from sqlalchemy.orm import Session

from dialog_core.conversations.models import Delivery
from dialog_core.conversations.text import split_utf16, utf16_length


def split_delivery(session: Session, delivery: Delivery, limit: int) -> None:
    """Keep the first part in the delivery and put all that follows into a new one, in the open transaction.

    The rest is cut again when its turn comes. Buttons and files go with the last part.
    """
    message = dict(delivery.message)
    text = str(message.get("text", ""))
    if utf16_length(text) <= limit or delivery.purpose == "press":
        return
    head = split_utf16(text, limit)[0]
    rest = {key: value for key, value in message.items() if key != "reply_to"} | {"text": text[len(head) :].lstrip()}
    delivery.message = {key: value for key, value in message.items() if key not in {"buttons", "attachment_ids"}} | {
        "text": head
    }
    session.add(
        Delivery(
            chat_id=delivery.chat_id,
            entry_id=delivery.entry_id,
            ticket_id=delivery.ticket_id,
            purpose=delivery.purpose,
            message=rest,
            state="queued",
            attempts=0,
            problem="",
            due_at=delivery.due_at,
            created_at=delivery.created_at,
        )
    )
    session.flush()
