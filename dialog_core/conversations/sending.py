# SPDX-License-Identifier: Apache-2.0
"""Send what is due: one message of a chat after the other, the network outside of any transaction."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import aliased

from dialog_core.clock import now
from dialog_core.conversations.files import read_content
from dialog_core.conversations.kinds import DeliveryState
from dialog_core.conversations.models import Attachment, Chat, Delivery
from dialog_core.conversations.parts import split_delivery
from dialog_core.conversations.settling import settle
from dialog_core.database import read_committed, write
from dialog_core.hookspecs.channels import Button, Outbound, OutgoingFile, PressAnswer, SendResult, SendState
from dialog_core.jobs import is_gone, owner_here

if TYPE_CHECKING:
    from dialog_core.modules import Hooks

CLAIM = timedelta(seconds=90)
"""How long a sender may hold a delivery; longer than any send may take (`channel_send` has a hard limit)."""
RESTING_SECONDS = 15.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Claimed:
    id: int
    purpose: str
    message: dict[str, Any]
    attempts: int
    channel: str
    chat: str


def send_next(hooks: Hooks) -> bool:
    """Send one due delivery; tell whether there was one. Several processes may do this at once."""
    _give_up_lost_claims()
    claimed = _claim(hooks)
    if claimed is None:
        return False
    outbound = _outbound(claimed)
    from dialog_core.modules import HookResting

    try:
        result: SendResult | None = hooks.ask("channel_send", module=claimed.channel, message=outbound)
    except HookResting as error:
        result = SendResult(SendState.RETRY, error=str(error), retry_after=RESTING_SECONDS)
    except Exception as error:  # noqa: BLE001 - the relay has recorded it; nobody knows how far the module came
        result = SendResult(SendState.UNCONFIRMED, error=str(error))
    if result is None:
        result = SendResult(SendState.RETRY, error="no running module sends to this channel", retry_after=10)
    settle(claimed.id, result)
    return True


def _claim(hooks: Hooks) -> _Claimed | None:
    """Take the oldest due delivery whose chat has no earlier one under way, and split it when it is too long."""
    earlier = aliased(Delivery)
    blocked = (
        select(earlier.id)
        .where(
            earlier.chat_id == Delivery.chat_id,
            earlier.id < Delivery.id,
            earlier.state.in_([DeliveryState.QUEUED.value, DeliveryState.SENDING.value]),
        )
        .exists()
    )
    due = (
        select(Delivery.id)
        .where(
            Delivery.state == DeliveryState.QUEUED.value,
            Delivery.due_at <= now(),
            or_(Delivery.purpose == "press", ~blocked),
        )
        .order_by(Delivery.due_at, Delivery.id)
        .limit(1)
    )
    resting = [name for name in hooks.implementations("channel_send") if hooks.is_resting("channel_send", module=name)]
    if resting:
        due = due.where(Delivery.chat_id.in_(select(Chat.id).where(Chat.channel.not_in(resting))))
    with read_committed() as session:
        found = session.scalar(due)
    if found is None:
        return None
    limits = {item.value.name: item.value.max_text for item in hooks.collect("channels")}
    with write() as session:
        result = session.execute(
            update(Delivery)
            .where(and_(Delivery.id == found, Delivery.state == DeliveryState.QUEUED.value))
            .values(
                state=DeliveryState.SENDING.value, attempts=Delivery.attempts + 1,
                claimed_until=now() + CLAIM, claimed_by=owner_here(_node()),
            )
            .execution_options(synchronize_session=False)
        )  # fmt: skip
        if result.rowcount != 1:  # type: ignore[attr-defined]
            return None
        delivery = session.get_one(Delivery, found, populate_existing=True)
        chat = session.get_one(Chat, delivery.chat_id)
        if chat.channel in limits:
            split_delivery(session, delivery, limits[chat.channel])
        return _Claimed(
            delivery.id, delivery.purpose, dict(delivery.message), delivery.attempts, chat.channel, chat.external_id
        )


def _outbound(claimed: _Claimed) -> Outbound:
    message = claimed.message
    press = message.get("press")
    return Outbound(
        delivery_id=claimed.id,
        channel=claimed.channel,
        chat=claimed.chat,
        thread=message.get("thread"),
        text="" if press else message.get("text", ""),
        reply_to=message.get("reply_to"),
        buttons=tuple(tuple(Button(*button) for button in row) for row in message.get("buttons", ())),
        files=_files(message.get("attachment_ids", ())),
        press_answer=PressAnswer(press, message.get("text", ""), message.get("alert", False)) if press else None,
        clear_buttons_of=message.get("clear"),
    )


def _files(ids: list[int]) -> tuple[OutgoingFile, ...]:
    if not ids:
        return ()
    with read_committed() as session:
        rows = session.execute(
            select(Attachment.name, Attachment.media_type, Attachment.digest)
            .where(Attachment.id.in_(ids), Attachment.state == "stored")
            .order_by(Attachment.id)
        ).all()
        return tuple(OutgoingFile(row.name, row.media_type, read_content(session, row.digest)) for row in rows)


def _give_up_lost_claims() -> None:
    """Settle what a process that died was sending: nobody knows whether it went out, so it is never sent blindly.

    A process of this node is seen to have ended at once, so that a chat does not wait for the end of its claim.
    """
    with read_committed() as session:
        claims = session.execute(
            select(Delivery.id, Delivery.claimed_by, Delivery.claimed_until)
            .where(Delivery.state == DeliveryState.SENDING.value)
            .limit(200)
        ).all()
    lost = [row.id for row in claims if row.claimed_until < now() or is_gone(row.claimed_by or "", _node())]
    for delivery_id in lost:
        settle(delivery_id, SendResult(SendState.UNCONFIRMED, error="the sender stopped while sending"))


def _node() -> str:
    from dialog_core.modules import node_name
    from dialog_core.runtime import runtime

    return node_name(runtime().config.home)
