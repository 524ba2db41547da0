# SPDX-License-Identifier: Apache-2.0
"""What conditions can ask for, and what each can be compared with, as choices of the form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from admin_ui.fields_pages.drafts import ClauseRow
from admin_ui.tickets_pages import words
from admin_ui.tickets_pages.field_inputs import in_language, option_choices
from dialog_core.plugin import FieldType, TicketField

ONLY_SET = frozenset({FieldType.MONEY, FieldType.FILE})


def subject_choices(known: Mapping[str, TicketField]) -> list[tuple[str, str]]:
    """Return what a condition can ask for, with titles."""
    own = [
        ("kind", gettext("Kind of request")),
        ("priority", gettext("Priority")),
        ("organisation", gettext("Organisation")),
    ]
    return own + [(key, in_language(one.title)) for key, one in known.items()]


def value_choices(known: Mapping[str, TicketField], clause: ClauseRow) -> list[tuple[Any, str]]:
    """Return what a subject can be compared with; empty when it has to be written."""
    if clause.subject == "kind":
        return [(key, str(title)) for key, title in words.KINDS.items()]
    if clause.subject == "priority":
        return [(key, str(title)) for key, title in words.PRIORITIES.items()]
    field = known.get(clause.subject)
    return list(option_choices(field, clause.values)) if field is not None and field.options else []
