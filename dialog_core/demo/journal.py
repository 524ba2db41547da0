# SPDX-License-Identifier: Apache-2.0
"""Rows of one demonstration ticket as its life goes on: events in their hash chain, entries, search tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from dialog_core.demo.world import Person
from dialog_core.events import link_digest, payload_digest
from dialog_core.tickets import search_tokens

SALT_BYTES = 16


@dataclass(slots=True)
class Rows:
    """What a batch of tickets writes, by table."""

    tickets: list[dict[str, Any]] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    executors: list[dict[str, Any]] = field(default_factory=list)
    search: list[tuple[int, int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Doer:
    """Who does something, as events name them."""

    kind: str
    id: int | None
    name: str
    channel: str


SYSTEM = Doer("system", None, "Dialog", "system")


class Journal:
    """Writes the events and entries of one ticket into `rows`."""

    def __init__(self, rows: Rows, rng: Random, ticket_id: int, entry_ids: list[int]) -> None:
        self.rows, self.rng, self.ticket_id = rows, rng, ticket_id
        self.entry_ids = iter(entry_ids)
        self.count = 0
        self.digest = ""

    def event(self, doer: Doer, kind: str, at: datetime, **data: Any) -> None:
        """Add the next link of the chain."""
        salt = self.rng.randbytes(SALT_BYTES)
        payload = payload_digest(salt, doer.name, data)
        self.count += 1
        self.digest = link_digest(self.digest, self.count, kind, at, doer.kind, doer.id, payload)
        self.rows.events.append({
            "kind": kind, "at": at, "ticket_id": self.ticket_id, "position": self.count,
            "actor_kind": doer.kind, "actor_id": doer.id, "actor_name": doer.name, "channel": doer.channel,
            "data": data, "salt": salt, "payload_digest": payload, "digest": self.digest,
        })  # fmt: skip

    def entry(
        self, doer: Doer, kind: str, at: datetime, text: str, *, author: Person | None = None, extra: str = "",
        delivered_by: str | None = None,
    ) -> int:  # fmt: skip
        """Add an entry with its event and its search tokens; `author` is the customer whose words staff register."""
        entry_id = next(self.entry_ids)
        self.rows.entries.append({
            "id": entry_id, "ticket_id": self.ticket_id, "kind": kind, "text": text,
            "author_kind": doer.kind if author is None else "contact",
            "author_id": doer.id if author is None else author.id,
            "author_name": doer.name if author is None else author.name,
            "channel": doer.channel, "delivered_by": delivered_by, "created_at": at, "earlier_texts": [],
        })  # fmt: skip
        self.rows.search.append((entry_id, self.ticket_id, search_tokens(f"{extra}\n{text}")))
        self.event(doer, "entry_added", at, entry=entry_id, entry_kind=kind)
        return entry_id
