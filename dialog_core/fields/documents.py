# SPDX-License-Identifier: Apache-2.0
"""A field as the JSON document in its row, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from dialog_core.hookspecs.fields import Clause, Comparison, FieldOption, FieldType, PeopleOf, TicketField


def to_document(field: TicketField) -> dict[str, Any]:
    """Return everything of a field but its key, type and place."""
    return {
        "title": dict(field.title),
        "help": dict(field.help),
        "kinds": list(field.kinds),
        "visible_when": clauses_json(field.visible_when),
        "required_when": None if field.required_when is None else clauses_json(field.required_when),
        "options": [
            {"code": one.code, "title": dict(one.title), "parent": one.parent, "is_archived": one.is_archived}
            for one in field.options
        ],
        "currencies": list(field.currencies),
        "people": field.people.value,
        "low": None if field.low is None else str(field.low),
        "high": None if field.high is None else str(field.high),
        "default": field.default,
        "in_list": field.in_list,
    }


def from_document(key: str, kind: str, order: int, document: Mapping[str, Any]) -> TicketField:
    """Return the field of a row; what an older version of the platform did not write has its default."""
    required = document.get("required_when")
    low, high = document.get("low"), document.get("high")
    return TicketField(
        key=key,
        type=FieldType(kind),
        title=dict(document["title"]),
        help=dict(document.get("help") or {}),
        kinds=tuple(document.get("kinds") or ()),
        visible_when=_read_clauses(document.get("visible_when") or ()),
        required_when=None if required is None else _read_clauses(required),
        options=tuple(
            FieldOption(one["code"], dict(one["title"]), one.get("parent"), bool(one.get("is_archived")))
            for one in document.get("options") or ()
        ),
        currencies=tuple(document.get("currencies") or ()),
        people=PeopleOf(document.get("people") or PeopleOf.STAFF),
        low=None if low is None else Decimal(low),
        high=None if high is None else Decimal(high),
        default=document.get("default"),
        in_list=bool(document.get("in_list")),
        order=order,
    )


def clauses_json(condition: Iterable[Clause]) -> list[dict[str, Any]]:
    """Return a condition as JSON values, as rows keep it and the API writes it."""
    return [{"subject": one.subject, "test": one.test.value, "values": list(one.values)} for one in condition]


def _read_clauses(condition: Iterable[Mapping[str, Any]]) -> tuple[Clause, ...]:
    return tuple(Clause(one["subject"], Comparison(one["test"]), tuple(one["values"])) for one in condition)
