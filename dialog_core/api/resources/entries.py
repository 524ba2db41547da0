# SPDX-License-Identifier: Apache-2.0
"""Entries of a ticket: what was said and noted."""

from __future__ import annotations

from typing import Any

from flask import Response

from dialog_core import tickets as reads
from dialog_core.api.answers.tickets import entry_json, ticket_path
from dialog_core.api.blueprint import Resource, actor, answer
from dialog_core.api.idempotency import perform
from dialog_core.api.paging import Paging, read_cursor, write_cursor
from dialog_core.api.schemas.entries import Entry, EntryNew, EntryPage
from dialog_core.tickets import Added, add_entry

entries = Resource("api-entries", description="What was said and noted in a ticket.")


@entries.get("/tickets/<number>/entries")
@entries.arguments(Paging, location="query")
@entries.response(200, EntryPage)
def list_entries(query: dict[str, Any], number: str) -> Response:
    """List the entries of a ticket, the earliest first."""
    ticket_id = reads.ticket_id_of(actor(), number)
    after = read_cursor("entries", query["cursor"], int)
    limit: int = query["limit"]
    found = reads.entries(actor(), ticket_id, after=after[0] if after else 0, limit=limit + 1)
    shown = found[:limit]
    following = write_cursor("entries", (shown[-1].id,)) if len(found) > limit else None
    return answer({"items": [entry_json(one) for one in shown], "next": following})


@entries.post("/tickets/<number>/entries")
@entries.arguments(EntryNew)
@entries.response(201, Entry)
def post_entry(body: dict[str, Any], number: str) -> Response:
    """Add an entry: a note, a message to the customer, or what the customer said."""
    ticket_id = reads.ticket_id_of(actor(), number)

    def present(added: Added) -> Response:
        entry = reads.entry_by_id(actor(), ticket_id, added.entry_id)
        assert entry is not None, "it was just written"
        return answer(entry_json(entry), 201, {"Location": f"{ticket_path(number)}/entries"})

    return perform(
        lambda: add_entry(
            actor(),
            ticket_id,
            kind=body["kind"],
            text=body["text"],
            contact_id=body["contact"],
            delivered_by=body["delivered_by"],
        ),
        present,
    )
