# SPDX-License-Identifier: Apache-2.0
"""Who calls, and short lists to choose from."""

from __future__ import annotations

from flask import Response, g

from dialog_core.api.answers.ticket_fields import field_json
from dialog_core.api.blueprint import Resource, actor, answer
from dialog_core.api.schemas.common import CategoryList, Me, StaffList, TeamList
from dialog_core.api.schemas.ticket_fields import TicketFieldList
from dialog_core.fields import ticket_fields
from dialog_core.staff import Bearer, colleagues, list_teams
from dialog_core.tickets import category_choices

lists = Resource("api-lists", description="Who calls, and short lists to choose from.")


@lists.get("/me")
@lists.response(200, Me)
def get_me() -> Response:
    """Say who the token stands for and what it may do."""
    bearer: Bearer = g.bearer
    return answer(
        {
            "id": bearer.actor.id,
            "name": bearer.actor.name,
            "language": bearer.language,
            "timezone": bearer.timezone,
            "permissions": sorted(bearer.actor.permissions),
        }
    )


@lists.get("/staff")
@lists.response(200, StaffList)
def get_staff() -> Response:
    """List the active colleagues by name."""
    return answer({"items": [{"id": one.id, "name": one.name, "email": one.email} for one in colleagues(actor())]})


@lists.get("/teams")
@lists.response(200, TeamList)
def get_teams() -> Response:
    """List the teams by name."""
    items = [
        {"id": team.id, "name": team.name, "members": [{"id": one, "name": name} for one, name in team.members]}
        for team in list_teams(actor())
    ]
    return answer({"items": items})


@lists.get("/categories")
@lists.response(200, CategoryList)
def get_categories() -> Response:
    """List what a request can be about."""
    items = [{"code": one.code, "title": {"ru": one.title_ru, "en": one.title_en}} for one in category_choices(actor())]
    return answer({"items": items})


@lists.get("/ticket-fields")
@lists.response(200, TicketFieldList)
def get_ticket_fields() -> Response:
    """List the further fields that tickets have now, whoever brings them, in their order."""
    return answer({"items": [field_json(field) for field in ticket_fields(actor())]})
