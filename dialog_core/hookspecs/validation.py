# SPDX-License-Identifier: Apache-2.0
"""What modules may refuse: values of a ticket, and a step of its life. They never add steps of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dialog_core.hookspecs.markers import HookKind, Refusal, hookspec


@dataclass(frozen=True, slots=True)
class TicketDraft:
    """A ticket as it would stand.

    Attributes:
        ticket_id: None while it is being opened.
        changed: names of the values here that differ from what stands now, further fields as `fields.<key>`; at
            opening all of the ticket's own, and the further fields that have a value.
        priority: 1 (most pressing) to 4.
        actor_id: the member of staff who opens or changes it.
        fields: further fields that have a value, by key, as the API writes them; those of every module.
    """

    ticket_id: int | None
    subject: str
    kind: str
    impact: str
    urgency: str
    priority: int
    category_id: int | None
    organisation_id: int | None
    contact_id: int | None
    entitlement: str
    channel: str
    actor_id: int | None
    changed: frozenset[str]
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TransitionAsked:
    """A step that a member of staff wants a ticket to take.

    Attributes:
        transition: name in the table of transitions (`answer`, `request_information`, …).
        state: where the ticket stands; `target`: where it would go.
        actor_id: the member of staff.
        data: what came with it (`text`, `reason`, `contact_id`, `delivered_by`); JSON values.
    """

    ticket_id: int
    ticket_number: str | None
    kind: str
    transition: str
    state: str
    target: str
    actor_id: int | None
    data: dict[str, Any]


@hookspec(kind=HookKind.VETO, since="0.1", budget=0.05)
def check_ticket(draft: TicketDraft) -> Refusal | None:
    """Refuse values of a ticket.

    Called: when staff or a program open a ticket or change its values, after the platform's own checks. Never for what
    comes through a channel: nothing that a customer sends is refused.
    Process: web. Transaction: the write transaction of the change is open or about to open: read with
    `dialog_core.plugin.read()`, briefly; no network, and nothing can be written.
    Return: None, or a `Refusal`; `field` names a value of the draft (a further field as `fields.<key>`), to which the
    form then points.
    On error: passed over and recorded: a broken module keeps nobody from working.
    """


@hookspec(kind=HookKind.VETO, since="0.1", budget=0.05)
def check_transition(asked: TransitionAsked) -> Refusal | None:
    """Refuse a step of a ticket's life; what a module wants to happen after a step it does by `ticket_event`.

    Called: when staff or a program ask for a transition that the table allows, before anything of it is done; for
    combined steps once for each. Never for a customer's own steps and the platform's (`silence`).
    Process: web. Transaction: the write transaction of the change is open: read with `dialog_core.plugin.read()`,
    briefly; no network, and nothing can be written.
    Return: None, or a `Refusal`; `field` names a value of `data`.
    On error: passed over and recorded: a broken module keeps nobody from working.
    """
