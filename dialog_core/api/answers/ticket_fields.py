# SPDX-License-Identifier: Apache-2.0
"""Further fields of tickets and their values as JSON values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dialog_core.fields import Facts, TicketValues, Values, as_json, clauses_json, plain_number, values_of
from dialog_core.hookspecs.fields import FieldType, TicketField
from dialog_core.staff import Actor
from dialog_core.tickets import Priority, TicketView


def field_json(field: TicketField) -> dict[str, Any]:
    """Return what a program needs to fill a field in."""
    return {
        "key": field.key,
        "type": field.type.value,
        "title": dict(field.title),
        "help": dict(field.help),
        "kinds": list(field.kinds),
        "visible_when": clauses_json(field.visible_when),
        "required_when": None if field.required_when is None else clauses_json(field.required_when),
        "options": [
            {"code": one.code, "title": dict(one.title), "parent": one.parent, "archived": one.is_archived}
            for one in field.options
        ],
        "currencies": list(field.currencies),
        "people": field.people.value if field.type is FieldType.PERSON else None,
        "low": None if field.low is None else plain_number(field.low),
        "high": None if field.high is None else plain_number(field.high),
        "default": field.default,
    }


def values_json(values: Values, keys: Iterable[str] | None = None) -> dict[str, Any]:
    """Return values as the API writes them; of a ticket only those of the fields that it has now."""
    found: Mapping[str, Any] = values if keys is None else {key: values[key] for key in keys if key in values}
    return {key: as_json(value) for key, value in found.items()}


def further_of(actor: Actor, view: TicketView) -> TicketValues:
    """Return the further fields of a ticket, in one statement at most."""
    organisation_id = view.organisation.id if view.organisation else None
    return values_of(actor, view.id, Facts(view.kind, Priority(view.priority).word, organisation_id))
