# SPDX-License-Identifier: Apache-2.0
"""The deadline of a ticket for programs."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields

from dialog_core.plugin import ModuleApi, NotFound, api_actor, tickets
from dialog_sla import NAME
from dialog_sla.showing import as_json

api = ModuleApi(NAME, description="Solution deadlines in working time")


class DeadlineAnswer(ma.Schema):
    """A deadline; times are UTC, spans seconds of working time."""

    state = fields.String(metadata={"description": "runs, stands, overdue, met or missed"})
    due_at = fields.AwareDateTime(allow_none=True)
    ended_at = fields.AwareDateTime(allow_none=True)
    missed_at = fields.AwareDateTime(allow_none=True)
    goal_seconds = fields.Integer()
    used_seconds = fields.Integer()


@api.route("/tickets/<number>")
@api.response(200, DeadlineAnswer)
def get_deadline(number: str) -> dict[str, Any]:
    """Return the deadline of a ticket."""
    actor = api_actor()
    actor.require("sla.read")
    found = as_json(tickets.ticket_by_number(actor, number).id)
    if found is None:
        raise NotFound("This ticket has no deadline.")
    return found
