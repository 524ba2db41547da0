# SPDX-License-Identifier: Apache-2.0
"""Contacts and their rights in organisations."""

from __future__ import annotations

from typing import Any

from flask import Response

from dialog_core.api.answers.parties import contact_json
from dialog_core.api.blueprint import PREFIX, Resource, actor, answer
from dialog_core.api.idempotency import perform
from dialog_core.api.paging import read_cursor, write_cursor
from dialog_core.api.resources.given import based_on, etag, refers_to
from dialog_core.api.schemas.parties import Contact, ContactChange, ContactNew, ContactPage, ContactQuery, Rights
from dialog_core.database import write
from dialog_core.parties import (
    create_contact,
    get_contact,
    list_contacts,
    remove_membership,
    set_membership,
    update_contact,
)

contacts = Resource("api-contacts", description="People at customers.")
_ONE = "/contacts/<int(max=2147483647):contact_id>"
_PLACE = f"{_ONE}/organisations/<int(max=2147483647):organisation_id>"


@contacts.get("/contacts")
@contacts.arguments(ContactQuery, location="query")
@contacts.response(200, ContactPage)
def list_all(query: dict[str, Any]) -> Response:
    """List contacts."""
    cursor, kind = query.pop("cursor"), f"contacts:{query['sort']}"
    types = (int,) if query["sort"].lstrip("-") == "id" else (str, int)
    query["organisation_id"] = query.pop("organisation")
    page = list_contacts(actor(), after=read_cursor(kind, cursor, *types), **query)
    return answer({"items": [contact_json(row) for row in page.items], "next": write_cursor(kind, page.next)})


@contacts.post("/contacts")
@contacts.arguments(ContactNew)
@contacts.response(201, Contact)
def post_contact(body: dict[str, Any]) -> Response:
    """Create a contact."""
    memberships = body.pop("memberships")

    def create() -> int:
        with write():
            made = create_contact(actor(), **body)
            for index, given in enumerate(memberships):
                rights = {name: value for name, value in given.items() if name != "organisation"}
                with refers_to(f"memberships.{index}.organisation"):
                    set_membership(actor(), organisation_id=given["organisation"], contact_id=made, **rights)
            return made

    def present(contact_id: int) -> Response:
        headers = {"Location": f"{PREFIX}/contacts/{contact_id}", **etag(1)}
        return answer(contact_json(get_contact(actor(), contact_id)), 201, headers)

    return perform(create, present)


@contacts.get(_ONE)
@contacts.response(200, Contact)
def get_one(contact_id: int) -> Response:
    """Read a contact."""
    return _one(contact_id)


@contacts.patch(_ONE)
@contacts.arguments(ContactChange)
@contacts.response(200, Contact)
def patch_contact(body: dict[str, Any], contact_id: int) -> Response:
    """Change a contact."""
    update_contact(actor(), contact_id, version=based_on(body), **body)
    return _one(contact_id)


@contacts.put(_PLACE)
@contacts.arguments(Rights)
@contacts.response(200, Contact)
def put_membership(body: dict[str, Any], contact_id: int, organisation_id: int) -> Response:
    """Put a contact into an organisation with these rights, or change them."""
    set_membership(actor(), organisation_id=organisation_id, contact_id=contact_id, **body)
    return _one(contact_id)


@contacts.delete(_PLACE)
@contacts.response(204)
def delete_membership(contact_id: int, organisation_id: int) -> Response:
    """Take a contact out of an organisation."""
    remove_membership(actor(), organisation_id=organisation_id, contact_id=contact_id)
    return Response(status=204)


def _one(contact_id: int) -> Response:
    row = get_contact(actor(), contact_id)
    return answer(contact_json(row), headers=etag(row.version))
