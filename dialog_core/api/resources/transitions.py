# SPDX-License-Identifier: Apache-2.0
"""Transitions: which ones the table allows now, and doing one."""

from __future__ import annotations

from typing import Any

from flask import Response

from dialog_core import tickets as reads
from dialog_core.api.answers.tickets import delivery_json, ticket_json, ticket_links
from dialog_core.api.blueprint import Resource, actor, answer
from dialog_core.api.idempotency import perform
from dialog_core.api.resources.given import etag
from dialog_core.api.schemas.entries import TransitionDone, TransitionList, TransitionNew
from dialog_core.api.schemas.modules import Nothing
from dialog_core.api.schemas.tickets import Ticket
from dialog_core.tickets import Act, Moved, allowed_transitions, transition

transitions = Resource("api-transitions", description="The lifecycle of a ticket, as the regulation's table has it.")


@transitions.get("/tickets/<number>/transitions")
@transitions.response(200, TransitionList)
def list_transitions(number: str) -> Response:
    """List what the caller may do with a ticket now, and what each transition needs."""
    view = reads.ticket_by_number(actor(), number)
    found = allowed_transitions(actor(), view.state, answer_on_its_way=view.answer_on_its_way)
    items = [{"transition": one.name, "target": one.target, "needs": list(one.needs), "by": one.by} for one in found]
    return answer({"items": items})


@transitions.post("/tickets/<number>/transitions")
@transitions.arguments(TransitionNew)
@transitions.response(200, TransitionDone)
@transitions.response(202, TransitionDone, description="The text is on its way; the state changes when it arrived.")
def post_transition(body: dict[str, Any], number: str) -> Response:
    """Do a transition.

    409 tells what the table still needs: `reason`, `text`, `contact`, `contact.may_represent`, `delivered_by`, ….
    """
    ticket_id = reads.ticket_id_of(actor(), number)
    act = Act(
        text=body["text"],
        reason=body["reason"],
        contact_id=body["contact"],
        delivered_by=body["delivered_by"],
        executor_id=body["executor"],
        target=body["target"],
        also_close=body["also_close"],
    )
    return perform(
        lambda: transition(actor(), ticket_id, body["transition"], act), lambda moved: _present(number, moved)
    )


@transitions.post("/tickets/<number>/unmerge")
@transitions.arguments(Nothing)
@transitions.response(200, Ticket)
def post_unmerge(body: dict[str, Any], number: str) -> Response:  # noqa: ARG001 - an empty object
    """Take a merge back, within 7 days: the ticket is in the state that it had before."""
    ticket_id = reads.ticket_id_of(actor(), number)

    def present(_: None) -> Response:
        view = reads.ticket_by_id(actor(), ticket_id)
        return answer(ticket_json(actor(), view), headers=etag(view.version))

    return perform(lambda: reads.unmerge(actor(), ticket_id), present)


def _present(number: str, moved: Moved) -> Response:
    entry = None
    if moved.delivery_ids and moved.entry_id is not None:
        entry = reads.entry_by_id(actor(), moved.ticket_id, moved.entry_id)
    done = {
        "number": number,
        "state": moved.state,
        "outcome": moved.outcome,
        "performed": list(moved.performed),
        "answer_on_its_way": moved.on_its_way,
        "entry": moved.entry_id,
        "deliveries": [delivery_json(one) for one in entry.deliveries] if entry else [],
        "_links": ticket_links(number),
    }
    return answer(done, 202 if moved.on_its_way else 200)
