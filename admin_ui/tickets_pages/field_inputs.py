# SPDX-License-Identifier: Apache-2.0
"""Further fields as inputs of a form: which values stand in them, what was entered, and what is shown of a value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import request
from flask_babel import format_currency, format_date, format_decimal, get_locale, gettext, pgettext

from admin_ui.shell import Entries
from admin_ui.tickets_pages.uploads import uploaded
from dialog_core.plugin import FieldType, PeopleOf, TicketField, WrongValue, fields, staff, tickets


def name_of(field: TicketField) -> str:
    """Return the name of a field's input, which is also what the operation names when it refuses the value."""
    return f"fields.{field.key}"


def stored_entries(several: Iterable[TicketField], values: fields.Values) -> dict[str, Any]:
    """Return what stands in the inputs for values that a ticket has."""
    found: dict[str, Any] = {}
    for field in several:
        name, value = name_of(field), values.get(field.key)
        match value:
            case None:
                continue
            case fields.Money():
                found |= {name: f"{value.amount:.2f}", f"{name}.currency": value.currency}
            case fields.Person():
                found |= {name: value.id, f"{name}_id": value.id, f"{name}_text": value.name}
            case tuple():
                found[name] = list(value)
            case fields.File():
                found[name] = value
            case _:
                found[name] = fields.as_json(value)
    return found


def default_entries(several: Iterable[TicketField]) -> dict[str, Any]:
    """Return what stands in the inputs of a new ticket."""
    found: dict[str, Any] = {}
    for field in several:
        if field.default is None:
            continue
        name = name_of(field)
        if isinstance(field.default, Mapping):
            found |= {name: field.default.get("amount"), f"{name}.currency": field.default.get("currency")}
        else:
            found[name] = field.default
    return found


def entered(several: Iterable[TicketField], *, with_files: bool = True) -> dict[str, Any]:
    """Return what the submitted form holds of fields, as the operations take it; inputs that were not sent are not in.

    Raises:
        WrongValue: the name of somebody was typed and nobody was chosen.
        TooLarge: a file is larger than a ticket can hold.
    """
    found: dict[str, Any] = {}
    for field in several:
        name, form = name_of(field), request.form
        if field.type is FieldType.FILE:
            files = uploaded(name) if with_files else ()
            if files:
                found[field.key] = files[0]
            elif f"{name}.clear" in form:
                found[field.key] = None
        elif field.type is FieldType.PERSON and field.people is PeopleOf.CONTACTS:
            if f"{name}_id" in form:
                if with_files and form.get(f"{name}_text", "").strip() and not form[f"{name}_id"]:
                    raise WrongValue(name, "Choose somebody from the list.")
                found[field.key] = form[f"{name}_id"]
        elif name not in form:
            continue
        elif field.type is FieldType.MONEY:
            found[field.key] = {"amount": form[name], "currency": form.get(f"{name}.currency") or None}
        elif field.type is FieldType.MULTI_CHOICE:
            found[field.key] = [code for code in form.getlist(name) if code]
        else:
            found[field.key] = form[name]
    return found


def shown_again(several: Iterable[TicketField], entries: Entries) -> Entries:
    """Complete what was entered with the lists of multi-choices, of which a form has several values."""
    for field in several:
        if field.type is FieldType.MULTI_CHOICE and name_of(field) in request.form:
            entries.values[name_of(field)] = [code for code in request.form.getlist(name_of(field)) if code]
    return entries


def input_choices(actor: staff.Actor, several: Iterable[TicketField], entries: Entries) -> dict[str, Any]:
    """Return what the inputs of choices offer, by the keys of their fields."""
    found: dict[str, Any] = {}
    people: list[tuple[Any, str]] | None = None
    for field in several:
        if field.type is FieldType.PERSON and field.people is PeopleOf.STAFF:
            if people is None:
                people = [(one.id, one.name) for one in tickets.staff_choices(actor)]
            chosen = entries.values.get(name_of(field))
            kept = entries.values.get(f"{name_of(field)}_text")
            is_gone = chosen and kept and not any(str(one) == str(chosen) for one, _ in people)
            found[field.key] = [*people, (chosen, kept)] if is_gone else people
        elif field.options:
            found[field.key] = option_choices(field, entries.values.get(name_of(field)))
    return found


def option_choices(field: TicketField, chosen: Any = None) -> list[tuple[str, str]]:
    """Return the options to choose from with their titles, in a tree with those above; an archived one if chosen."""
    kept = set(chosen) if isinstance(chosen, list | tuple) else {chosen}
    found = []
    for option in field.options:
        path = list(fields.path_of(field, option.code))
        if option.code in kept or not any(one.is_archived for one in path):
            found.append((option.code, option_title(field, option.code)))
    return found


def option_title(field: TicketField, code: str) -> str:
    """Return what an option is called in the reader's language, in a tree with the options above it."""
    path = [in_language(one.title) for one in fields.path_of(field, code)]
    if not path:
        return code
    return " / ".join(reversed(path)) if field.type is FieldType.TREE else path[0]


def shown_value(field: TicketField, value: fields.Value) -> str:
    """Return a value as pages show it, in the reader's language."""
    match value:
        case fields.Money():
            return str(format_currency(value.amount, value.currency))
        case fields.Person() | fields.File():
            return value.name
        case tuple():
            return ", ".join(option_title(field, code) for code in value)
        case str():
            return value if field.type is FieldType.TEXT else option_title(field, value)
    if field.type is FieldType.NUMBER:
        return str(format_decimal(value, format="#,##0.######"))
    return str(format_date(value, "short" if _is_russian() else "medium"))


def in_language(titles: Mapping[str, str]) -> str:
    """Return a title in the reader's language."""
    return titles.get("ru" if _is_russian() else "en") or titles.get("en") or next(iter(titles.values()), "")


def type_title(kind: FieldType) -> str:
    """Return what a type of fields is called."""
    titles = {
        FieldType.TEXT: gettext("Text"),
        FieldType.NUMBER: pgettext("type of a field", "Number"),
        FieldType.MONEY: gettext("Money"),
        FieldType.DATE: gettext("Date"),
        FieldType.CHOICE: gettext("Choice"),
        FieldType.MULTI_CHOICE: gettext("Several choices"),
        FieldType.TREE: gettext("Tree"),
        FieldType.PERSON: gettext("Person"),
        FieldType.FILE: gettext("File"),
    }
    return str(titles[kind])


def _is_russian() -> bool:
    return getattr(get_locale(), "language", "en") == "ru"
