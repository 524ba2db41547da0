# SPDX-License-Identifier: Apache-2.0
"""What can come of one call of the Bot API. None of these ever holds the token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dialog_core.plugin import mark

_NOT_REACHED = mark("Telegram was not reached")
_NO_ANSWER = mark("Telegram did not answer")


@dataclass(frozen=True, slots=True)
class Answer:
    """The call was carried out; `result` is what the Bot API returned."""

    result: Any

    @property
    def data(self) -> dict[str, Any]:
        """The result, where it is an object; otherwise an empty one."""
        return self.result if isinstance(self.result, dict) else {}


@dataclass(frozen=True, slots=True)
class ApiError:
    """The call was refused.

    Attributes:
        code: the Bot API's error code, which is an HTTP status.
        retry_after: seconds to wait, when it says so.
        migrate_to: the group's new id, when it became a supergroup.
    """

    code: int
    description: str
    retry_after: float | None = None
    migrate_to: str | None = None

    def says(self, *phrases: str) -> bool:
        """Whether the description contains one of the phrases, whatever the case."""
        text = self.description.lower()
        return any(phrase.lower() in text for phrase in phrases)

    def __str__(self) -> str:
        """Text for people."""
        return f"{self.description or 'no description'} ({self.code})"


@dataclass(frozen=True, slots=True)
class NotSent:
    """The request did not reach the Bot API: it may be repeated."""

    reason: str

    def __str__(self) -> str:
        """Text for people."""
        return f"{_NOT_REACHED}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Unknown:
    """The request was written and no readable answer came: nobody knows whether it was carried out."""

    reason: str

    def __str__(self) -> str:
        """Text for people."""
        return f"{_NO_ANSWER}: {self.reason}"


Outcome = Answer | ApiError | NotSent | Unknown
