# SPDX-License-Identifier: Apache-2.0
"""Fields of tickets beside those of the regulation: made in the browser or brought by modules, stored in one place.

Loaded when first asked for, as the rooms of tickets and conversations are.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dialog_core.fields.catalogues import CONSTRUCTOR, PREFIX, Catalogue, catalogue, constructed_fields, forget
    from dialog_core.fields.conditions import Facts, Judgement
    from dialog_core.fields.constructing import archive_field, change_field, create_field, move_field, restore_field
    from dialog_core.fields.documents import clauses_json
    from dialog_core.fields.filtering import MOST_FILTERS, FieldFilter, condition, read_filters
    from dialog_core.fields.overview import FieldRow, ModuleField, get_field, list_fields, option_uses, ticket_fields
    from dialog_core.fields.reading import is_empty, read_number
    from dialog_core.fields.rows import load
    from dialog_core.fields.setting import Change, prepare, write_change
    from dialog_core.fields.tickets import (
        TicketValues,
        asked_at_intake,
        completed,
        intake_values,
        judge_entered,
        values_of,
        values_of_many,
    )
    from dialog_core.fields.values import File, Money, Person, Value, Values, as_json, option_of, path_of, plain_number
    from dialog_core.fields.words import in_words

_LAZY = {
    "CONSTRUCTOR": "catalogues",
    "Catalogue": "catalogues",
    "Change": "setting",
    "Facts": "conditions",
    "FieldFilter": "filtering",
    "FieldRow": "overview",
    "File": "values",
    "Judgement": "conditions",
    "MOST_FILTERS": "filtering",
    "ModuleField": "overview",
    "Money": "values",
    "PREFIX": "catalogues",
    "Person": "values",
    "TicketValues": "tickets",
    "Value": "values",
    "Values": "values",
    "archive_field": "constructing",
    "as_json": "values",
    "asked_at_intake": "tickets",
    "catalogue": "catalogues",
    "change_field": "constructing",
    "clauses_json": "documents",
    "completed": "tickets",
    "condition": "filtering",
    "constructed_fields": "catalogues",
    "create_field": "constructing",
    "forget": "catalogues",
    "get_field": "overview",
    "in_words": "words",
    "intake_values": "tickets",
    "is_empty": "reading",
    "judge_entered": "tickets",
    "list_fields": "overview",
    "load": "rows",
    "move_field": "constructing",
    "option_of": "values",
    "option_uses": "overview",
    "path_of": "values",
    "plain_number": "values",
    "prepare": "setting",
    "read_filters": "filtering",
    "read_number": "reading",
    "restore_field": "constructing",
    "ticket_fields": "overview",
    "values_of": "tickets",
    "values_of_many": "tickets",
    "write_change": "setting",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)


__all__ = [
    "CONSTRUCTOR",
    "MOST_FILTERS",
    "PREFIX",
    "Catalogue",
    "Change",
    "Facts",
    "FieldFilter",
    "FieldRow",
    "File",
    "Judgement",
    "ModuleField",
    "Money",
    "Person",
    "TicketValues",
    "Value",
    "Values",
    "archive_field",
    "as_json",
    "asked_at_intake",
    "catalogue",
    "change_field",
    "clauses_json",
    "completed",
    "condition",
    "constructed_fields",
    "create_field",
    "forget",
    "get_field",
    "in_words",
    "intake_values",
    "is_empty",
    "judge_entered",
    "list_fields",
    "load",
    "move_field",
    "option_of",
    "option_uses",
    "path_of",
    "plain_number",
    "prepare",
    "read_filters",
    "read_number",
    "restore_field",
    "ticket_fields",
    "values_of",
    "values_of_many",
    "write_change",
]
