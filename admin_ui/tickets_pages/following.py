# SPDX-License-Identifier: Apache-2.0
"""Live updates: the stream of a page, the counts beside its menu, and the parts of a ticket that have changed."""

from __future__ import annotations

from typing import Any

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue

from admin_ui.shell import counters
from admin_ui.tickets_pages.blocks import Block, blocks, side_of
from admin_ui.tickets_pages.blueprint import live, pages
from admin_ui.tickets_pages.queue import counts
from admin_ui.tickets_pages.ticket import ITEMS, around
from dialog_core.plugin import live_response, staff, tickets

STREAM_SECONDS = 600.0
"""A stream ends after that time and the browser comes back, so that permissions are looked at again."""
KINDS = ("ticket_", "entry_", "delivery_", "file_", "chat_", "inbox_")
_CHANGES_AN_ENTRY = frozenset({"delivery_settled", "delivery_repeated", "entry_edited", "file_settled"})


@live.get("/live")
def stream() -> ResponseReturnValue:
    """Tell the page what happens, as server-sent events."""
    staff.current_actor().require("ticket.read")
    return live_response(lambda event: event.event.kind.startswith(KINDS), max_seconds=STREAM_SECONDS)


@live.get("/live/counts")
def live_counts() -> ResponseReturnValue:
    """Return the counters of the menu and of the queues."""
    actor = staff.current_actor()
    known = counts(actor)
    answer: dict[str, Any] = {
        "queue-mine": known.mine,
        "queue-unassigned": known.unassigned,
        "queue-open": known.open,
        "queue-waiting": known.by_state["waiting_customer"],
        **{f"queue-{name}": known.by_state[name] for name in ("answered", "completed", "closed")},
        **counters.all_counts(actor),
    }
    return jsonify(answer)


@pages.get("/tickets/<number>/fresh")
def fresh(number: str) -> ResponseReturnValue:
    """Give what changed in a ticket since a place of its timeline, as parts that htmx puts in their places."""
    actor = staff.current_actor()
    view = tickets.ticket_by_number(actor, number)
    after = max(0, request.args.get("after", 0, type=int))
    found = tickets.timeline(actor, view.id, after=after, limit=ITEMS)
    told = [item.entry.id for item in found.items if item.entry is not None]
    changed = {
        int(item.data["entry"])
        for item in found.items
        if item.kind in _CHANGES_AN_ENTRY and isinstance(item.data.get("entry"), int)
    }
    return render_template(
        "admin_ui/tickets/fresh.html",
        blocks=blocks(actor, found.items, day=request.args.get("day", "")[:10], fold=False),
        changed=_entries(actor, view.id, sorted(changed - set(told))),
        position=found.items[-1].position if found.items else after,
        **around(actor, view),
    )


def _entries(actor: staff.Actor, ticket_id: int, ids: list[int]) -> list[Block]:
    found = [tickets.entry_by_id(actor, ticket_id, entry_id) for entry_id in ids[:20]]
    return [Block("entry", entry=entry, side=side_of(entry)) for entry in found if entry is not None]
