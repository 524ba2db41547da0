# SPDX-License-Identifier: Apache-2.0
"""Organisations, contacts and contracts as JSON values."""

from __future__ import annotations

from typing import Any

from dialog_core.api.blueprint import PREFIX
from dialog_core.parties import ContactRow, ContractRow, OrganisationRow


def organisation_json(row: OrganisationRow) -> dict[str, Any]:
    """Return an organisation."""
    return {
        "id": row.id,
        "name": row.name,
        "address": row.address,
        "inn": row.inn,
        "language": row.language,
        "timezone": row.timezone,
        "notes": row.notes,
        "created_at": row.created_at.isoformat(),
        "version": row.version,
        "_links": {
            "self": {"href": f"{PREFIX}/organisations/{row.id}"},
            "contacts": {"href": f"{PREFIX}/contacts?organisation={row.id}"},
            "contracts": {"href": f"{PREFIX}/contracts?organisation={row.id}"},
            "tickets": {"href": f"{PREFIX}/tickets?organisation={row.id}"},
        },
    }


def contact_json(row: ContactRow) -> dict[str, Any]:
    """Return a contact."""
    return {
        "id": row.id,
        "full_name": row.full_name,
        "phones": list(row.phones),
        "emails": list(row.emails),
        "language": row.language,
        "notes": row.notes,
        "memberships": [
            {
                "organisation": one.organisation_id,
                "name": one.name,
                "may_open": one.may_open,
                "may_confirm": one.may_confirm,
                "may_represent": one.may_represent,
            }
            for one in row.memberships
        ],
        "created_at": row.created_at.isoformat(),
        "version": row.version,
        "_links": {
            "self": {"href": f"{PREFIX}/contacts/{row.id}"},
            "tickets": {"href": f"{PREFIX}/tickets?contact={row.id}"},
        },
    }


def contract_json(row: ContractRow) -> dict[str, Any]:
    """Return a contract."""
    return {
        "id": row.id,
        "organisation": row.organisation_id,
        "number": row.number,
        "kind": row.kind,
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat() if row.ends_on else None,
        "kinds": list(row.kinds),
        "silence_days": row.silence_days,
        "notes": row.notes,
        "version": row.version,
        "_links": {
            "self": {"href": f"{PREFIX}/contracts/{row.id}"},
            "organisation": {"href": f"{PREFIX}/organisations/{row.organisation_id}"},
        },
    }
