# SPDX-License-Identifier: Apache-2.0
"""Kinds of entries, and who may see them."""

from __future__ import annotations

from enum import StrEnum


class EntryKind(StrEnum):
    """What an entry is."""

    REQUEST = "request"
    """The customer's description, the first entry of a ticket."""
    MESSAGE = "message"
    """What the customer said later, or staff registered for them."""
    REPLY = "reply"
    """A public message of staff that changes no state."""
    QUESTION = "question"
    ANSWER = "answer"
    REFUSAL = "refusal"
    """The polite answer that goes with a decline."""
    REASON = "reason"
    """Why the customer disagrees, or why staff took an answer back."""
    NOTE = "note"
    """Internal: no customer ever sees it."""


FROM_CUSTOMER = frozenset({EntryKind.REQUEST, EntryKind.MESSAGE})
TO_CUSTOMER = frozenset({EntryKind.REPLY, EntryKind.QUESTION, EntryKind.ANSWER, EntryKind.REFUSAL})


class DeliveryState(StrEnum):
    """States of a delivery (DESIGN.md, "Tickets and conversations")."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNCONFIRMED = "unconfirmed"
    FAILED = "failed"
    UNREACHABLE = "unreachable"


class DeliveredBy(StrEnum):
    """How something was given without a channel."""

    CALL = "call"
    IN_PERSON = "in_person"
    EMAIL = "email"
    OTHER = "other"
