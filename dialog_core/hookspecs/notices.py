# SPDX-License-Identifier: Apache-2.0
"""What customers are told by itself, and how modules may change it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dialog_core.hookspecs.markers import HookKind, hookspec


@dataclass(frozen=True, slots=True)
class CustomerNotice:
    """What a notice is about.

    Attributes:
        occasion: `opened`, or the name of the transition.
        kind: kind of the request.
        opened_at: aware UTC.
        language: in which the customer reads, `ru` or `en`.
    """

    occasion: str
    ticket_id: int
    ticket_number: str
    kind: str
    opened_at: datetime
    language: str


@hookspec(kind=HookKind.TRANSFORM, since="0.1", budget=0.1)
def customer_notice(text: str, notice: CustomerNotice) -> str:
    """Change or complete the text of a notice that the platform sends into a customer's chat.

    Called: before a notice is put into the queue (registered, completed, closed and so on), each module with the text
    that the one before it left.
    Process: jobs. Transaction: none is open; reading is fine, no network: the next notices wait.
    Return: the text, in `notice.language`, or None to leave it as it is.
    On error: the text stays as it was before this module; the failure is recorded.
    """
