# SPDX-License-Identifier: Apache-2.0
"""Conditions on values in lists of tickets, written as one text each: in addresses of pages and of the API alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from dialog_core.errors import WrongValue
from dialog_core.fields.catalogues import Catalogue
from dialog_core.fields.models import FieldValue
from dialog_core.fields.reading import LARGEST_ID, read_date, read_number
from dialog_core.fields.rows import scaled
from dialog_core.fields.values import TEXT_LENGTH, below, folded, option_of
from dialog_core.hookspecs.fields import FieldType, PeopleOf, TicketField

MOST_FILTERS = 10
MOST_VALUES = 50
RANGE = ".."
CONTAINS = "~"


@dataclass(frozen=True, slots=True)
class FieldFilter:
    """A condition on one field, read: which it is depends on the field's type.

    Attributes:
        options: any of these codes.
        equals, contains: a folded text.
        low, high: bounds that both count; numbers as they stand in the table.
        unit: currency of an amount.
        person_id: with `people`.
    """

    key: str
    options: tuple[str, ...] = ()
    equals: str | None = None
    contains: str | None = None
    low: int | date | None = None
    high: int | date | None = None
    unit: str | None = None
    person_id: int | None = None
    people: PeopleOf | None = None


def read_filters(catalogue: Catalogue, given: Mapping[str, str]) -> tuple[FieldFilter, ...]:
    """Read filters by the keys of their fields.

    A choice, multi-choice or tree: codes parted by commas, any of which may stand there (in a tree also below them).
    A person: an id. A date, a number or an amount: one value, or a range `low..high` of which either end may be left
    out; an amount may end with a space and its currency. A text: the whole text, or `~` and a part of it.

    Raises:
        WrongValue: `field.<key>` names what cannot be read.
    """
    if len(given) > MOST_FILTERS:
        raise WrongValue(
            f"field.{list(given)[MOST_FILTERS]}", "Use at most %(limit)s of these filters.", limit=MOST_FILTERS
        )
    found = []
    for key, text in given.items():
        field = catalogue.fields.get(key)
        if field is None:
            raise WrongValue(f"field.{key[:80]}", "A ticket has no such field.")
        try:
            found.append(_read(field, text.strip()))
        except WrongValue as error:
            raise WrongValue(f"field.{key}", error.message, **error.values) from None
    return tuple(found)


def _read(field: TicketField, text: str) -> FieldFilter:
    match field.type:
        case FieldType.CHOICE | FieldType.MULTI_CHOICE | FieldType.TREE:
            return FieldFilter(field.key, options=_options(field, text))
        case FieldType.TEXT:
            key = folded(text.removeprefix(CONTAINS)[: 10 * TEXT_LENGTH])
            return (
                FieldFilter(field.key, contains=key)
                if text.startswith(CONTAINS)
                else FieldFilter(field.key, equals=key)
            )
        case FieldType.PERSON:
            if not (text.isascii() and text.isdigit() and len(text) < 11 and 1 <= int(text) <= LARGEST_ID):
                raise WrongValue("", "This must be an id.")
            return FieldFilter(field.key, person_id=int(text), people=field.people)
        case FieldType.FILE:
            raise WrongValue("", "Lists cannot be filtered by a file.")
        case FieldType.DATE:
            low, high = _ends(text)
            return FieldFilter(field.key, low=read_date(low) if low else None, high=read_date(high) if high else None)
    return _number(field, text)


def _number(field: TicketField, text: str) -> FieldFilter:
    unit = None
    if field.type is FieldType.MONEY:
        text, _, unit = text.rpartition(" ") if text[-3:].isalpha() else (text, "", field.currencies[0])
        if unit not in field.currencies:
            raise WrongValue("", "Use one of the currencies: %(known)s.", known=", ".join(field.currencies))
    low, high = _ends(text)
    return FieldFilter(
        field.key,
        low=scaled(read_number(low)) if low else None,
        high=scaled(read_number(high)) if high else None,
        unit=unit,
    )


def _ends(text: str) -> tuple[str, str]:
    low, dots, high = text.partition(RANGE)
    low, high = low.strip(), (high if dots else low).strip()
    if not low and not high:
        raise WrongValue("", "Give a value, or a range such as 10..20, 10.. or ..20.")
    return low, high


def _options(field: TicketField, text: str) -> tuple[str, ...]:
    codes = [code.strip() for code in text.split(",") if code.strip()]
    if not codes or len(codes) > MOST_VALUES:
        raise WrongValue("", "Name an option by its code.")
    for code in codes:
        if option_of(field, code) is None:
            raise WrongValue("", "There is no option “%(code)s”.", code=code[:80])
    if field.type is FieldType.TREE:
        codes = sorted({one for code in codes for one in below(field, code)})
    return tuple(dict.fromkeys(codes))


def condition(ticket_id: InstrumentedAttribute[int], wanted: FieldFilter) -> ColumnElement[bool]:
    """Return the condition on the id of a ticket, answered from one range of one index."""
    tests: list[ColumnElement[bool]] = [FieldValue.field == wanted.key]
    if wanted.options:
        one = len(wanted.options) == 1
        tests.append(FieldValue.option == wanted.options[0] if one else FieldValue.option.in_(wanted.options))
    elif wanted.person_id is not None:
        person = FieldValue.staff_id if wanted.people is PeopleOf.STAFF else FieldValue.contact_id
        tests.append(person == wanted.person_id)
    elif wanted.equals is not None:
        tests.append(FieldValue.text_key == wanted.equals)
    elif wanted.contains is not None:
        tests += [FieldValue.text_key.is_not(None), FieldValue.text_key.contains(wanted.contains, autoescape=True)]
    else:
        column: Any = FieldValue.day if isinstance(wanted.low or wanted.high, date) else FieldValue.number
        if wanted.low is not None:
            tests.append(column >= wanted.low)
        if wanted.high is not None:
            tests.append(column <= wanted.high)
        if wanted.unit is not None:
            tests.append(FieldValue.unit == wanted.unit)
    return ticket_id.in_(select(FieldValue.ticket_id).where(*tests))
