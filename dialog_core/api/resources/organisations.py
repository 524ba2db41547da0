# SPDX-License-Identifier: Apache-2.0
"""Organisations."""

from __future__ import annotations

from typing import Any

from flask import Response

from dialog_core.api.answers.parties import organisation_json
from dialog_core.api.blueprint import PREFIX, Resource, actor, answer
from dialog_core.api.idempotency import perform
from dialog_core.api.paging import read_cursor, write_cursor
from dialog_core.api.resources.given import based_on, etag
from dialog_core.api.schemas.parties import (
    Organisation,
    OrganisationChange,
    OrganisationNew,
    OrganisationPage,
    OrganisationQuery,
)
from dialog_core.parties import create_organisation, get_organisation, list_organisations, update_organisation

organisations = Resource("api-organisations", description="Customers.")


@organisations.get("/organisations")
@organisations.arguments(OrganisationQuery, location="query")
@organisations.response(200, OrganisationPage)
def list_all(query: dict[str, Any]) -> Response:
    """List organisations."""
    cursor, kind = query.pop("cursor"), f"organisations:{query['sort']}"
    types = (int,) if query["sort"].lstrip("-") == "id" else (str, int)
    page = list_organisations(actor(), after=read_cursor(kind, cursor, *types), **query)
    return answer({"items": [organisation_json(row) for row in page.items], "next": write_cursor(kind, page.next)})


@organisations.post("/organisations")
@organisations.arguments(OrganisationNew)
@organisations.response(201, Organisation)
def post_organisation(body: dict[str, Any]) -> Response:
    """Create an organisation."""

    def present(organisation_id: int) -> Response:
        headers = {"Location": f"{PREFIX}/organisations/{organisation_id}", **etag(1)}
        return answer(organisation_json(get_organisation(actor(), organisation_id)), 201, headers)

    return perform(lambda: create_organisation(actor(), **body), present)


@organisations.get("/organisations/<int(max=2147483647):organisation_id>")
@organisations.response(200, Organisation)
def get_one(organisation_id: int) -> Response:
    """Read an organisation."""
    row = get_organisation(actor(), organisation_id)
    return answer(organisation_json(row), headers=etag(row.version))


@organisations.patch("/organisations/<int(max=2147483647):organisation_id>")
@organisations.arguments(OrganisationChange)
@organisations.response(200, Organisation)
def patch_organisation(body: dict[str, Any], organisation_id: int) -> Response:
    """Change an organisation."""
    update_organisation(actor(), organisation_id, version=based_on(body), **body)
    row = get_organisation(actor(), organisation_id)
    return answer(organisation_json(row), headers=etag(row.version))
