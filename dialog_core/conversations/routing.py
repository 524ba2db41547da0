# SPDX-License-Identifier: Apache-2.0
"""Route what came from a channel: to a ticket, a new ticket, a question to the writer, or a person's desk.

Everything here runs in one transaction with settling the inbox item, so an input is in a ticket exactly once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from dialog_core.conversations.chats import ensure_chat, move_chat, release_held, set_reachable, set_unreachable
from dialog_core.conversations.edits import edit_entry
from dialog_core.conversations.messages import route_text
from dialog_core.conversations.models import InboxItem
from dialog_core.conversations.presses import press
from dialog_core.conversations.routed import Routed
from dialog_core.hookspecs.channels import (
    ButtonPressed,
    ChatChange,
    ChatChanged,
    NothingToDo,
    NotUnderstood,
    RawInbound,
    Received,
    TextEdited,
    TextReceived,
)
from dialog_core.staff.actor import system_actor

_ORDER = {"dead": 0, "asked": 1, "held": 2, "done": 3, "ignored": 4}

__all__ = ["Routed", "route"]


@dataclass(frozen=True, slots=True)
class _Place:
    session: Session
    item: InboxItem
    raw: RawInbound


def route(session: Session, item: InboxItem, raw: RawInbound, events: Sequence[Received]) -> Routed:
    """Route the neutral events of one inbox item and say how the item is settled."""
    place = _Place(session, item, raw)
    outcomes = [_route_one(place, event) for event in events]
    return min(outcomes, key=lambda outcome: _ORDER[outcome.state], default=Routed("ignored", "nothing to do"))


def _route_one(place: _Place, event: Received) -> Routed:
    session, channel = place.session, place.raw.channel
    match event:
        case TextReceived():
            return route_text(session, place.item, channel, event)
        case TextEdited():
            return edit_entry(session, channel, event)
        case ButtonPressed():
            return press(session, channel, event)
        case ChatChanged():
            return _change_chat(session, channel, event)
        case NothingToDo():
            return Routed("ignored", event.reason)
        case NotUnderstood():
            return Routed("dead", event.reason)


def _change_chat(session: Session, channel: str, event: ChatChanged) -> Routed:
    chat = ensure_chat(session, channel, event.chat)
    actor = system_actor(channel)
    if event.change is ChatChange.MOVED and event.new_external_id:
        move_chat(session, chat, event.new_external_id)
        if chat.organisation_id is not None:
            release_held(session, chat.id)
    elif event.change is ChatChange.LEFT:
        set_unreachable(session, actor, chat, "left")
    else:
        set_reachable(session, actor, chat)
    return Routed("done", chat_id=chat.id)
