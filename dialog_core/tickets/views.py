# SPDX-License-Identifier: Apache-2.0
"""What is read of one ticket, as plain values for pages and the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody or something of which only the name is shown."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """The customer of a ticket."""

    id: int
    name: str
    address: str
    inn: str
    language: str
    timezone: str


@dataclass(frozen=True, slots=True)
class ContactView:
    """Who asks, how to reach them, and their rights in the ticket's organisation (all of them without one)."""

    id: int
    full_name: str
    language: str
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    may_open: bool
    may_confirm: bool
    may_represent: bool


@dataclass(frozen=True, slots=True)
class ContractView:
    """The contract that covers a ticket."""

    id: int
    number: str
    kind: str
    starts_on: date
    ends_on: date | None
    kinds: tuple[str, ...]
    silence_days: int | None


@dataclass(frozen=True, slots=True)
class CategoryView:
    """What a request is about."""

    id: int
    code: str
    title_ru: str
    title_en: str


@dataclass(frozen=True, slots=True)
class ChatView:
    """The chat through which the customer is told."""

    id: int
    channel: str
    kind: str
    title: str
    is_reachable: bool
    unreachable_reason: str


@dataclass(frozen=True, slots=True)
class ExecutorView:
    """A further executor: a colleague or a team, the other one is None."""

    staff_id: int | None
    team_id: int | None
    name: str


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link with another ticket; `is_outgoing` when it was made from this one."""

    kind: str
    is_outgoing: bool
    ticket_id: int
    number: str
    subject: str
    state: str


@dataclass(frozen=True, slots=True)
class TicketView:
    """Everything that the page and the API show of a ticket beside its timeline."""

    id: int
    number: str
    subject: str
    kind: str
    state: str
    is_open: bool
    outcome: str | None
    impact: str
    urgency: str
    priority: int
    priority_reason: str | None
    entitlement: str
    channel: str
    thread: str | None
    resolution: int
    answer_on_its_way: bool
    opened_at: datetime
    activity_at: datetime
    closed_at: datetime | None
    version: int
    event_count: int
    description: str
    organisation: OrganisationView | None
    contact: ContactView | None
    contract: ContractView | None
    category: CategoryView | None
    chat: ChatView | None
    responsible: Named | None
    team: Named | None
    opened_by: Named | None
    executors: tuple[ExecutorView, ...]
    links: tuple[LinkView, ...]


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """A file of an entry; `state` and `problem` as in the table."""

    id: int
    name: str
    media_type: str
    size: int | None
    state: str
    problem: str


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """One way on which an entry travels."""

    id: int
    channel: str
    chat_title: str
    state: str
    attempts: int
    problem: str
    created_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class EntryView:
    """One thing said or noted, with its files and deliveries."""

    id: int
    kind: str
    text: str
    author_kind: str
    author_id: int | None
    author_name: str
    channel: str
    delivered_by: str | None
    created_at: datetime
    edited_at: datetime | None
    earlier_texts: tuple[dict[str, str], ...]
    attachments: tuple[AttachmentView, ...]
    deliveries: tuple[DeliveryView, ...]


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One event of a ticket's journal; `entry` is there when the event tells that one was written."""

    position: int
    kind: str
    at: datetime
    actor_kind: str
    actor_id: int | None
    actor_name: str
    channel: str | None
    data: dict[str, Any]
    entry: EntryView | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Items in their order. `has_earlier` and `has_later` tell whether the journal goes on at either end."""

    items: tuple[TimelineItem, ...]
    has_earlier: bool
    has_later: bool
