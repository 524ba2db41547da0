# SPDX-License-Identifier: Apache-2.0
"""How an inbox item was settled."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Routed:
    """State of the inbox item after routing (`InboxItem.state`), and where its content went."""

    state: str
    problem: str = ""
    chat_id: int | None = None
    ticket_id: int | None = None
