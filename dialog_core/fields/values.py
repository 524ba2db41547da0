# SPDX-License-Identifier: Apache-2.0
"""Values of fields as Python knows them, as the API writes them, and as conditions compare them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from dialog_core.hookspecs.fields import FieldOption, FieldType, TicketField

TEXT_LENGTH = 300
PLACES = 6
LARGEST = Decimal(10**12)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount; `currency` is an ISO 4217 code."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Person:
    """A colleague or a contact."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class File:
    """A file of the ticket; `id` is that of the attachment."""

    id: int
    name: str


Value: TypeAlias = str | Decimal | Money | date | tuple[str, ...] | Person | File
"""Text and the codes of choices are `str`, a multi-choice is a tuple of codes."""
Values: TypeAlias = Mapping[str, Value]
"""The values of one ticket that are set, by the keys of their fields."""


def plain_number(value: Decimal) -> str:
    """Return a number in digits, without zeros that say nothing."""
    shown = format(value, "f")
    return (shown.rstrip("0").rstrip(".") if "." in shown else shown) or "0"


def as_json(value: Value | None) -> Any:
    """Return a value as the API writes it; numbers are texts, which no reader rounds."""
    match value:
        case Money():
            return {"amount": f"{value.amount:.2f}", "currency": value.currency}
        case Person() | File():
            return {"id": value.id, "name": value.name}
        case Decimal():
            return plain_number(value)
        case date():
            return value.isoformat()
        case tuple():
            return list(value)
    return value


def folded(text: str) -> str:
    """Return a text in the one spelling in which texts are compared: case, ё and spaces make no difference."""
    spelt = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    return " ".join(spelt.split())[:TEXT_LENGTH]


def option_of(field: TicketField, code: str) -> FieldOption | None:
    """Return an option of a field by its code."""
    return next((option for option in field.options if option.code == code), None)


def path_of(field: TicketField, code: str) -> Iterator[FieldOption]:
    """Yield an option and those above it, the nearest first."""
    by_code = {option.code: option for option in field.options}
    found = by_code.pop(code, None)
    while found is not None:
        yield found
        found = by_code.pop(found.parent, None) if found.parent else None


def below(field: TicketField, code: str) -> frozenset[str]:
    """Return the codes of an option and of all options under it."""
    return frozenset(
        option.code for option in field.options if any(above.code == code for above in path_of(field, option.code))
    )


def comparable(field: TicketField, value: Value | None) -> frozenset[str]:
    """Return the texts that a condition may name this value by; in a tree also the options above it."""
    match value:
        case None | Money() | File():
            return frozenset()
        case Person():
            return frozenset((str(value.id),))
        case tuple():
            return frozenset(value)
        case str() if field.type is FieldType.TREE:
            return frozenset(option.code for option in path_of(field, value))
        case str() if field.type is FieldType.TEXT:
            return frozenset((folded(value),))
    return frozenset((str(as_json(value)),))
