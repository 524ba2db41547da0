# SPDX-License-Identifier: Apache-2.0
"""Contracts."""

from __future__ import annotations

from typing import Any

from flask import Response

from dialog_core.api.answers.parties import contract_json
from dialog_core.api.blueprint import PREFIX, Resource, actor, answer
from dialog_core.api.idempotency import perform
from dialog_core.api.paging import read_cursor, write_cursor
from dialog_core.api.resources.given import based_on, etag, refers_to
from dialog_core.api.schemas.parties import Contract, ContractChange, ContractNew, ContractPage, ContractQuery
from dialog_core.parties import create_contract, get_contract, list_contracts, update_contract

contracts = Resource("api-contracts", description="Contracts and cooperation agreements under which support is given.")
_ONE = "/contracts/<int(max=2147483647):contract_id>"


@contracts.get("/contracts")
@contracts.arguments(ContractQuery, location="query")
@contracts.response(200, ContractPage)
def list_all(query: dict[str, Any]) -> Response:
    """List contracts."""
    cursor, kind = query.pop("cursor"), f"contracts:{query['sort']}"
    query["organisation_id"] = query.pop("organisation")
    page = list_contracts(actor(), after=read_cursor(kind, cursor, int), **query)
    return answer({"items": [contract_json(row) for row in page.items], "next": write_cursor(kind, page.next)})


@contracts.post("/contracts")
@contracts.arguments(ContractNew)
@contracts.response(201, Contract)
def post_contract(body: dict[str, Any]) -> Response:
    """Create a contract."""
    body["organisation_id"] = body.pop("organisation")

    def create() -> int:
        with refers_to("organisation"):
            return create_contract(actor(), **body)

    def present(contract_id: int) -> Response:
        headers = {"Location": f"{PREFIX}/contracts/{contract_id}", **etag(1)}
        return answer(contract_json(get_contract(actor(), contract_id)), 201, headers)

    return perform(create, present)


@contracts.get(_ONE)
@contracts.response(200, Contract)
def get_one(contract_id: int) -> Response:
    """Read a contract."""
    return _one(contract_id)


@contracts.patch(_ONE)
@contracts.arguments(ContractChange)
@contracts.response(200, Contract)
def patch_contract(body: dict[str, Any], contract_id: int) -> Response:
    """Change a contract."""
    update_contract(actor(), contract_id, version=based_on(body), **body)
    return _one(contract_id)


def _one(contract_id: int) -> Response:
    row = get_contract(actor(), contract_id)
    return answer(contract_json(row), headers=etag(row.version))
