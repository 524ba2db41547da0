# SPDX-License-Identifier: Apache-2.0
"""What pages and the API ask of fields for tickets: values of many, and what counts for one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Any

from dialog_core.errors import WrongValue
from dialog_core.fields.catalogues import Catalogue, catalogue
from dialog_core.fields.conditions import Facts, Judgement, judge
from dialog_core.fields.reading import is_empty, read
from dialog_core.fields.rows import load
from dialog_core.fields.values import File, Person, Value, Values
from dialog_core.fields.words import in_words
from dialog_core.hookspecs.fields import FieldType, IntakeField, IntakeView, TicketField
from dialog_core.staff.actor import Actor
from dialog_core.staff.permissions import TICKET_READ


@dataclass(frozen=True, slots=True)
class TicketValues:
    """The fields of one ticket.

    Attributes:
        fields: those that it has now, in their order.
        values: by key, of these and of those that are not visible.
    """

    fields: tuple[TicketField, ...]
    values: Values
    judgement: Judgement

    @property
    def shown(self) -> dict[str, Value]:
        """The values of the fields that the ticket has now."""
        return {field.key: self.values[field.key] for field in self.fields if field.key in self.values}


def values_of(actor: Actor, ticket_id: int, facts: Facts) -> TicketValues:
    """Return the fields and values of a ticket, in one statement at most.

    Raises:
        NotPermitted: the actor may not read tickets.
    """
    actor.require(TICKET_READ)
    known = catalogue()
    return _judged(known, facts, load(known, [ticket_id])[ticket_id])


def values_of_many(actor: Actor, ticket_ids: Sequence[int], keys: Iterable[str] | None = None) -> Mapping[int, Values]:
    """Return the values of the rows of a list by ticket and key, in one statement; errors as of `values_of`.

    Args:
        keys: None means every field.
    """
    actor.require(TICKET_READ)
    found: dict[int, dict[str, Value]] = load(catalogue(), ticket_ids, keys)
    return found


def judge_entered(facts: Facts, entered: Mapping[str, Any], stored: Values | None = None) -> TicketValues:
    """Judge what somebody is entering, over what stands there; what cannot be read yet counts as not set."""
    known = catalogue()
    values: dict[str, Any] = dict(stored or {})
    for key, raw in entered.items():
        field = known.fields.get(key)
        if field is None:
            continue
        values.pop(key, None)
        value = _readable(field, raw, (stored or {}).get(key))
        if value is not None:
            values[key] = value
    return _judged(known, facts, values)


def asked_at_intake(found: TicketValues) -> tuple[IntakeField, ...]:
    """Return the required fields of a ticket as things that are asked for at intake, under `fields.<key>`."""
    wanted = [field for field in found.fields if field.key in found.judgement.required]
    return tuple(
        IntakeField(f"fields.{field.key}", dict(field.title), partial(_is_there, field.key)) for field in wanted
    )


def _is_there(key: str, view: IntakeView) -> bool:
    return key in view.fields


def intake_values(found: TicketValues) -> dict[str, str | bool | int | Decimal | None]:
    """Return the values of a ticket as `IntakeView.fields` has them."""
    return {
        field.key: value if isinstance(value, str | Decimal) else in_words(field, value, "en")
        for field in found.fields
        if (value := found.values.get(field.key)) is not None
    }


def completed(view: IntakeView, found: TicketValues) -> IntakeView:
    """Return the view with the values of further fields."""
    return replace(view, fields=intake_values(found))


def _judged(known: Catalogue, facts: Facts, values: Values) -> TicketValues:
    verdict = judge(known.fields, facts, values)
    return TicketValues(tuple(field for key, field in known.fields.items() if key in verdict.visible), values, verdict)


def _readable(field: TicketField, raw: Any, stored: Value | None) -> Value | None:
    if is_empty(raw):
        return None
    try:
        value = read(field, raw, stored)
    except WrongValue:
        return None
    made: dict[FieldType, Callable[[int, str], Value]] = {FieldType.PERSON: Person, FieldType.FILE: File}
    found: Value = made[field.type](value, "") if field.type in made else value
    return found
