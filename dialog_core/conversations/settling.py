# SPDX-License-Identifier: Apache-2.0
"""What follows from an attempt to send: states, pauses, moved chats, and the transition that waited for the proof."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from dialog_core.clock import now
from dialog_core.conversations.chats import move_chat, set_unreachable
from dialog_core.conversations.deliveries import external_key
from dialog_core.conversations.kinds import DeliveryState, EntryKind
from dialog_core.conversations.models import Chat, Delivery, Entry
from dialog_core.database import write
from dialog_core.errors import NotAllowedNow, NotFound
from dialog_core.events import record
from dialog_core.hookspecs.channels import SendResult, SendState
from dialog_core.staff.actor import Actor, ActorKind, system_actor
from dialog_core.staff.permissions import TICKET_WORK
from dialog_core.tickets import BY_NAME, State, hold, perform
from dialog_core.tickets.models import Ticket

_WAITING = {EntryKind.ANSWER.value: "answer", EntryKind.QUESTION.value: "request_information"}
_FINAL = {
    SendState.SENT: DeliveryState.SENT,
    SendState.FAILED: DeliveryState.FAILED,
    SendState.UNREACHABLE: DeliveryState.UNREACHABLE,
    SendState.UNCONFIRMED: DeliveryState.UNCONFIRMED,
}
PAUSES = (1, 2, 4, 8, 15, 30, 60, 120, 300)
"""Seconds before the next attempt, by the number of attempts made, when the channel does not say."""


def settle(delivery_id: int, result: SendResult) -> None:
    """Write down what came of an attempt, with everything that follows from it."""
    with write() as session:
        delivery = session.get(Delivery, delivery_id, with_for_update=True, populate_existing=True)
        if delivery is None or delivery.state != DeliveryState.SENDING.value:
            return
        chat = session.get_one(Chat, delivery.chat_id)
        if result.state is SendState.MOVED and result.new_chat:
            move_chat(session, chat, result.new_chat)
            _again(session, delivery, 0)
        elif result.state in {SendState.RETRY, SendState.MOVED}:
            _pause(session, delivery, chat, result)
        else:
            _finish(session, delivery, chat, _FINAL[result.state], result)


def send_again(actor: Actor, delivery_id: int) -> None:
    """Send an unproven or failed delivery once more: a person has decided that it did not arrive.

    Raises:
        NotPermitted: `ticket.work` is missing.
        NotAllowedNow: the delivery is under way or was sent.
    """
    actor.require(TICKET_WORK)
    with write() as session:
        delivery = _stuck(session, delivery_id)
        _again(session, delivery, 0)
        ticket = hold(session, delivery.ticket_id) if delivery.ticket_id else None
        entry = session.get(Entry, delivery.entry_id) if delivery.entry_id else None
        if ticket is not None and entry is not None and _is_awaited(session, ticket, entry):
            ticket.answer_on_its_way = True
            ticket.version += 1
        record(session, actor, "delivery_repeated", ticket=ticket, delivery=delivery.id)


def confirm_sent(actor: Actor, delivery_id: int) -> None:
    """Settle an unproven delivery as sent: a person has seen it in the chat.

    Raises:
        NotPermitted: `ticket.work` is missing.
        NotAllowedNow: the delivery is under way or was sent.
    """
    actor.require(TICKET_WORK)
    with write() as session:
        delivery = _stuck(session, delivery_id)
        chat = session.get_one(Chat, delivery.chat_id)
        _finish(session, delivery, chat, DeliveryState.SENT, SendResult(SendState.SENT), actor=actor)


def _stuck(session: Session, delivery_id: int) -> Delivery:
    delivery = session.get(Delivery, delivery_id, with_for_update=True, populate_existing=True)
    if delivery is None:
        raise NotFound("There is no such delivery.")
    if delivery.state not in {DeliveryState.UNCONFIRMED, DeliveryState.FAILED, DeliveryState.UNREACHABLE}:
        raise NotAllowedNow("This message is on its way or was delivered.")
    return delivery


def _again(session: Session, delivery: Delivery, seconds: float) -> None:
    delivery.state = DeliveryState.QUEUED.value
    delivery.due_at = now() + timedelta(seconds=seconds)
    delivery.claimed_until = delivery.claimed_by = delivery.settled_at = None
    session.flush()


def _pause(session: Session, delivery: Delivery, chat: Chat, result: SendResult) -> None:
    seconds = result.retry_after or PAUSES[min(delivery.attempts, len(PAUSES)) - 1]
    delivery.problem = result.error[:500]
    _again(session, delivery, seconds)
    if result.whole_channel:
        chats = select(Chat.id).where(Chat.channel == chat.channel)
        session.execute(
            update(Delivery)
            .where(Delivery.chat_id.in_(chats), Delivery.state == DeliveryState.QUEUED.value)
            .values(due_at=now() + timedelta(seconds=seconds))
            .execution_options(synchronize_session=False)
        )


def _finish(
    session: Session,
    delivery: Delivery,
    chat: Chat,
    state: DeliveryState,
    result: SendResult,
    *,
    actor: Actor | None = None,
) -> None:
    delivery.state, delivery.settled_at, delivery.problem = state.value, now(), result.error[:500]
    delivery.claimed_until = None
    if result.external_id:
        delivery.external_id = external_key(chat.external_id, result.external_id)
    if state is DeliveryState.UNREACHABLE:
        set_unreachable(session, system_actor(chat.channel), chat, result.error or "unreachable")
    session.flush()
    if delivery.purpose != "entry" or delivery.ticket_id is None or delivery.entry_id is None:
        return
    ticket = hold(session, delivery.ticket_id)
    record(
        session, actor or system_actor(chat.channel), "delivery_settled", ticket=ticket,
        delivery=delivery.id, entry=delivery.entry_id, state=state.value, problem=delivery.problem,
    )  # fmt: skip
    _follow(session, ticket, session.get_one(Entry, delivery.entry_id), state)
    session.flush()


def _is_awaited(session: Session, ticket: Ticket, entry: Entry) -> bool:
    """Tell whether the ticket's next state waits for the delivery of this entry: its newest answer or question."""
    newest = session.scalar(select(func.max(Entry.id)).where(Entry.ticket_id == ticket.id, Entry.kind == entry.kind))
    return entry.kind in _WAITING and newest == entry.id and ticket.state == State.IN_PROGRESS.value


def _follow(session: Session, ticket: Ticket, entry: Entry, state: DeliveryState) -> None:
    """Do the transition that waited for this entry's delivery, or stop waiting when it cannot be proven."""
    if not _is_awaited(session, ticket, entry):
        return
    if state is not DeliveryState.SENT:
        ticket.answer_on_its_way = False
        ticket.version += 1
        return
    unsent = (
        select(Delivery.id).where(Delivery.entry_id == entry.id, Delivery.state != DeliveryState.SENT.value).limit(1)
    )
    if session.scalar(unsent) is not None:
        return
    author = Actor(kind=ActorKind(entry.author_kind), id=entry.author_id, name=entry.author_name, channel=entry.channel)
    perform(session, author, ticket, BY_NAME[_WAITING[entry.kind]], entry=entry.id, delivered_by="channel")
    ticket.answer_on_its_way = False
