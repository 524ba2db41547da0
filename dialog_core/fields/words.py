# SPDX-License-Identifier: Apache-2.0
"""Values in words, as the journal keeps them: what an option or a person is called may change later."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from dialog_core.fields.values import File, Money, Person, Value, option_of, path_of, plain_number
from dialog_core.hookspecs.fields import FieldType, TicketField
from dialog_core.language import LANGUAGES


def title_in(titles: dict[str, str], language: str) -> str:
    """Return a title in a language, else in English, else in any."""
    return titles.get(language) or titles.get("en") or next(iter(titles.values()), "")


def in_words(field: TicketField, value: Value | None, language: str) -> str:
    """Return a value as people read it; empty when there is none."""
    match value:
        case None:
            return ""
        case Money():
            return f"{value.amount:.2f} {value.currency}"
        case Person() | File():
            return value.name
        case Decimal():
            return plain_number(value)
        case date():
            return value.strftime("%d.%m.%Y") if language == "ru" else value.isoformat()
        case tuple():
            return ", ".join(_option(field, code, language) for code in value)
    if field.type is FieldType.TREE:
        path = [title_in(option.title, language) for option in path_of(field, value)]
        return " / ".join(reversed(path)) or value
    return value if field.type is FieldType.TEXT else _option(field, value, language)


def change_in_words(field: TicketField, before: Value | None, after: Value | None) -> dict[str, Any]:
    """Return a change of a value for the journal, in every language."""
    return {
        "title": dict(field.title),
        "before": {language: in_words(field, before, language) for language in LANGUAGES},
        "after": {language: in_words(field, after, language) for language in LANGUAGES},
    }


def _option(field: TicketField, code: str, language: str) -> str:
    option = option_of(field, code)
    return code if option is None else title_in(option.title, language)
