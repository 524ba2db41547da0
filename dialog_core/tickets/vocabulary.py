# SPDX-License-Identifier: Apache-2.0
"""The words of the regulation: kinds, states, outcomes, levels and priorities."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Kind(StrEnum):
    """Kinds of request (REGULATION.md, "How a request comes in")."""

    USER_FAILURE = "user_failure"
    OUTAGE = "outage"
    CONSULTATION = "consultation"
    CHANGE_REQUEST = "change_request"


class State(StrEnum):
    """States of a ticket (REGULATION.md, "How it ends"). Open is every state but `closed`."""

    REGISTERED = "registered"
    IN_PROGRESS = "in_progress"
    WAITING_CUSTOMER = "waiting_customer"
    ANSWERED = "answered"
    COMPLETED = "completed"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a closed ticket ended."""

    CONFIRMED = "confirmed"
    DECLINED = "declined"
    SILENCE = "silence"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


class Level(StrEnum):
    """Impact and urgency."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Priority(IntEnum):
    """Priority, greater is more pressing; written in JSON as a lower-case word."""

    LOW = 1
    NORMAL = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        """Return the word for programs: `low`, `normal`, `high`, `critical`."""
        return self.name.lower()

    @classmethod
    def from_word(cls, word: str) -> Priority:
        """Return the priority of a word.

        Raises:
            KeyError: there is no such priority.
        """
        return cls[word.upper()]


OPEN_STATES = tuple(state for state in State if state is not State.CLOSED)
