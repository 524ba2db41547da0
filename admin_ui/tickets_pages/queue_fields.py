# SPDX-License-Identifier: Apache-2.0
"""Further fields in the queue: values beside the subject, and filters; what cannot be read is left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request

from admin_ui.shell import Entries
from admin_ui.tickets_pages.field_inputs import in_language, input_choices, shown_value
from dialog_core.plugin import FieldType, PeopleOf, TicketField, WrongValue, fields, staff, tickets

RANGES = frozenset({FieldType.DATE, FieldType.NUMBER, FieldType.MONEY})
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Shown:
    """One value in a row of the list."""

    title: str
    text: str


def filterable(several: Iterable[TicketField]) -> list[TicketField]:
    """Return the fields by which the list can be narrowed down."""
    return [field for field in several if field.type is not FieldType.FILE]


def asked_values(several: Iterable[TicketField]) -> dict[str, str]:
    """Return the parameters of the address that are filters by further fields."""
    found: dict[str, str] = {}
    for field in filterable(several):
        for suffix in _suffixes(field):
            text = request.args.get(f"field.{field.key}{suffix}", "").strip()[:200]
            if text:
                found[f"field.{field.key}{suffix}"] = text
        if not _as_text(field, found):
            for suffix in _suffixes(field):
                found.pop(f"field.{field.key}{suffix}", None)
    return found


def field_filters(several: Iterable[TicketField], values: Mapping[str, str]) -> tuple[fields.FieldFilter, ...]:
    """Return the filters of the list; one that cannot be read does not limit it."""
    found: list[fields.FieldFilter] = []
    for field in filterable(several):
        text = _as_text(field, values)
        if text and len(found) < fields.MOST_FILTERS:
            try:
                found += fields.read_filters(fields.catalogue(), {field.key: text})
            except WrongValue:
                continue
    return tuple(found)


def filter_choices(actor: staff.Actor, several: Sequence[TicketField]) -> dict[str, Any]:
    """Return what the filters of choices offer."""
    return input_choices(actor, filterable(several), Entries())


def values_shown(
    actor: staff.Actor, several: Iterable[TicketField], rows: Sequence[tickets.TicketRow]
) -> dict[int, list[Shown]]:
    """Return what stands beside the subject of each row: the fields that lists show, read in one statement."""
    wanted = {field.key: field for field in several if field.in_list}
    if not wanted or not rows:
        return {}
    read = fields.values_of_many(actor, [row.id for row in rows], wanted)
    return {
        ticket_id: [
            Shown(in_language(field.title), _cut(shown_value(field, values[key])))
            for key, field in wanted.items()
            if key in values
        ]
        for ticket_id, values in read.items()
    }


def _suffixes(field: TicketField) -> tuple[str, ...]:
    if field.type in RANGES:
        return (".from", ".to", ".currency") if field.type is FieldType.MONEY else (".from", ".to")
    is_looked_up = field.type is FieldType.PERSON and field.people is PeopleOf.CONTACTS
    return ("_id", "_text") if is_looked_up else ("",)


def _as_text(field: TicketField, values: Mapping[str, str]) -> str:
    """Return the filter of a field as `read_filters` takes it; empty when there is none."""
    name = f"field.{field.key}"
    if field.type in RANGES:
        low, high = values.get(f"{name}.from", ""), values.get(f"{name}.to", "")
        if not low and not high:
            return ""
        currency = values.get(f"{name}.currency", "") if field.type is FieldType.MONEY else ""
        return f"{low}..{high} {currency}".strip()
    text = values.get(f"{name}_id" if _suffixes(field)[0] == "_id" else name, "")
    return f"~{text}" if text and field.type is FieldType.TEXT else text


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
