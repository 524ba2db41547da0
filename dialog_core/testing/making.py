# SPDX-License-Identifier: Apache-2.0
"""What tests need to be there: organisations, people, chats and tickets, made by the platform's own operations."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dialog_core import conversations, parties, staff, tickets
from dialog_core.clock import now
from dialog_core.conversations.models import Chat
from dialog_core.database import write


@dataclass(frozen=True, slots=True)
class Made:
    """A ticket that was made: its id and its registration number."""

    id: int
    number: str


class Factory:
    """Makes things; what is not given is chosen so that nothing clashes. `platform.make`."""

    def __init__(self, actor: Callable[[str], staff.Actor], channel: str) -> None:
        self._actor = actor
        self._channel = channel
        self._numbers = itertools.count(1)

    def organisation(self, name: str = "", **values: Any) -> int:
        """Make an organisation and return its id; `values` as in `parties.create_organisation`."""
        given = {"address": "Lenina 1, Perm", "language": "en", **values}
        return parties.create_organisation(
            staff.system_actor("test"), name=name or f"Romashka {next(self._numbers)}", **given
        )

    def contact(self, full_name: str = "", **values: Any) -> int:
        """Make a person and return the id; `values` as in `parties.create_contact` (`organisation_id`, `phones`, …)."""
        name = full_name or f"Ivan Petrov {next(self._numbers)}"
        return parties.create_contact(staff.system_actor("test"), full_name=name, **values)

    def chat(self, external_id: str = "", *, organisation_id: int | None = None, kind: str = "private") -> int:
        """Make a chat of the module's channel and return its id."""
        with write() as session:
            chat = Chat(
                channel=self._channel, external_id=external_id or f"chat-{next(self._numbers)}", kind=kind,
                title="Chat", organisation_id=organisation_id, is_reachable=True, unreachable_reason="",
                created_at=now(),
            )  # fmt: skip
            session.add(chat)
            session.flush()
            return chat.id

    def ticket(
        self,
        *,
        subject: str = "It does not print",
        text: str = "Nothing comes out.",
        kind: str = "user_failure",
        fields: Mapping[str, Any] | None = None,
        organisation_id: int | None = None,
        contact_id: int | None = None,
        chat_id: int | None = None,
        by: str = "specialist",
    ) -> Made:
        """Register a request as a member of staff with the role `by`; with `chat_id` it has that chat.

        Raises:
            WrongValue: a value is refused, by the platform or by a module.
        """
        actor = self._actor(by)
        request = tickets.Request(
            subject=subject, said=conversations.Said(text=text), kind=kind, fields=dict(fields or {}),
            organisation_id=organisation_id, contact_id=contact_id, chat_id=chat_id,
        )  # fmt: skip
        ticket_id = tickets.open_ticket(actor, request)
        return Made(ticket_id, tickets.ticket_by_id(actor, ticket_id).number)
