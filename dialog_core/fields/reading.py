# SPDX-License-Identifier: Apache-2.0
"""Read values from outside, as the API writes them or as a form sends them; whatever cannot be is refused by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from dialog_core.errors import WrongValue
from dialog_core.fields.values import LARGEST, TEXT_LENGTH, Money, Value, plain_number
from dialog_core.hookspecs.fields import FieldType, TicketField
from dialog_core.text import clean_line

_NUMBER = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,6})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SPACES = str.maketrans({" ": None, "\u00a0": None, "\u202f": None, ",": "."})
_EARLIEST, _LATEST = date(1900, 1, 1), date(2199, 12, 31)
LARGEST_ID = 2_147_483_647
PLACES_OF_MONEY = 2
MOST_CHOSEN = 100


def is_empty(given: Any) -> bool:
    """Tell whether a value from outside takes the stored one away."""
    if isinstance(given, Mapping) and "amount" in given:
        return is_empty(given["amount"])
    return given is None or given in ("", [], ()) or (isinstance(given, str) and not given.strip())


def read(field: TicketField, given: Any, stored: Value | None = None) -> Any:
    """Return the value; of a person or a file only its id, which is looked up elsewhere.

    Args:
        stored: what stands there: an archived option may stay where it was chosen.

    Raises:
        WrongValue: `fields.<key>` cannot be this.
    """
    try:
        return _READERS[field.type](field, given, stored)
    except WrongValue as error:
        raise WrongValue(f"fields.{field.key}", error.message, **error.values) from None


def _text(field: TicketField, given: Any, stored: Value | None) -> str:  # noqa: ARG001
    if not isinstance(given, str):
        raise WrongValue("", "This must be a text.")
    if len(given) > 10 * TEXT_LENGTH:
        raise WrongValue("", "Use at most %(limit)s characters.", limit=TEXT_LENGTH)
    line = clean_line(given)
    if len(line) > TEXT_LENGTH:
        raise WrongValue("", "Use at most %(limit)s characters.", limit=TEXT_LENGTH)
    if not line:
        raise WrongValue("", "There is nothing to read in this text.")
    return line


def read_number(given: Any) -> Decimal:
    """Return a decimal number below 10^12 with at most 6 places.

    Raises:
        WrongValue: it is none; the field has no name.
    """
    if isinstance(given, bool) or not isinstance(given, str | int | float | Decimal):
        raise WrongValue("", "This must be a number.")
    if isinstance(given, int) and abs(given) >= LARGEST:
        raise WrongValue("", "This number is too large.")
    if isinstance(given, float):
        given = format(Decimal(repr(given)), "f")
    text = str(given)[:60].translate(_SPACES)
    if not _NUMBER.fullmatch(text):
        raise WrongValue("", "This must be a number below 10^12 with at most 6 decimal places.")
    return Decimal(text)


def _number(field: TicketField, given: Any, stored: Value | None) -> Decimal:  # noqa: ARG001
    return _within(field, read_number(given))


def _within(field: TicketField, value: Decimal) -> Decimal:
    if field.low is not None and value < field.low:
        raise WrongValue("", "The least that can be entered is %(low)s.", low=plain_number(field.low))
    if field.high is not None and value > field.high:
        raise WrongValue("", "The most that can be entered is %(high)s.", high=plain_number(field.high))
    return value


def _money(field: TicketField, given: Any, stored: Value | None) -> Money:
    if isinstance(given, Mapping):
        if given.keys() - {"amount", "currency"} or "amount" not in given:
            raise WrongValue("", "Give an object with “amount” and “currency”.")
        amount, currency = given["amount"], given.get("currency") or field.currencies[0]
    else:
        amount, currency = given, field.currencies[0]
    kept = stored.currency if isinstance(stored, Money) else None
    if not isinstance(currency, str) or (currency not in field.currencies and currency != kept):
        raise WrongValue("", "Use one of the currencies: %(known)s.", known=", ".join(field.currencies))
    value = read_number(amount)
    if -int(value.normalize().as_tuple().exponent) > PLACES_OF_MONEY:
        raise WrongValue("", "An amount has at most 2 decimal places.")
    return Money(_within(field, value).quantize(Decimal("0.01")), currency)


def read_date(given: Any) -> date:
    """Return a day from 1900 to 2199.

    Raises:
        WrongValue: it is none; the field has no name.
    """
    if not isinstance(given, str) or not _DATE.fullmatch(given.strip()):
        raise WrongValue("", "This must be a date such as 2026-01-31.")
    try:
        found = date.fromisoformat(given.strip())
    except ValueError:
        raise WrongValue("", "There is no such day.") from None
    if not _EARLIEST <= found <= _LATEST:
        raise WrongValue("", "Use a day from 1900 to 2199.")
    return found


def _date(field: TicketField, given: Any, stored: Value | None) -> date:  # noqa: ARG001
    return read_date(given)


def _choice(field: TicketField, given: Any, stored: Value | None) -> str:
    return _option(field, given, (stored,))


def _multi(field: TicketField, given: Any, stored: Value | None) -> tuple[str, ...]:
    if not isinstance(given, list | tuple):
        raise WrongValue("", "This must be a list.")
    if len(given) > MOST_CHOSEN:
        raise WrongValue("", "Choose at most %(limit)s.", limit=MOST_CHOSEN)
    kept = stored if isinstance(stored, tuple) else ()
    chosen = {_option(field, code, kept) for code in given}
    known = [option.code for option in field.options]
    order = {code: place for place, code in enumerate([*known, *sorted(chosen - set(known))])}
    return tuple(sorted(chosen, key=order.__getitem__))


def _option(field: TicketField, code: Any, kept: tuple[Any, ...]) -> str:
    if not isinstance(code, str):
        raise WrongValue("", "Name an option by its code.")
    if code in kept:
        return code
    by_code = {option.code: option for option in field.options}
    option = by_code.get(code)
    if option is None:
        raise WrongValue("", "There is no option “%(code)s”.", code=code[:80])
    for _ in by_code:
        if option.is_archived:
            raise WrongValue("", "The option “%(code)s” is not offered any more.", code=code)
        if option.parent is None:
            break
        option = by_code[option.parent]
    return code


def _id(field: TicketField, given: Any, stored: Value | None) -> int:  # noqa: ARG001
    if isinstance(given, Mapping):
        given = given.get("id")
    if isinstance(given, str) and given.isascii() and given.isdigit() and len(given) < 11:
        given = int(given)
    if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= LARGEST_ID:
        raise WrongValue("", "This must be an id.")
    return given


_READERS: dict[FieldType, Callable[[TicketField, Any, Value | None], Any]] = {
    FieldType.TEXT: _text,
    FieldType.NUMBER: _number,
    FieldType.MONEY: _money,
    FieldType.DATE: _date,
    FieldType.CHOICE: _choice,
    FieldType.TREE: _choice,
    FieldType.MULTI_CHOICE: _multi,
    FieldType.PERSON: _id,
    FieldType.FILE: _id,
}
