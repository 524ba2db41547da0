# SPDX-License-Identifier: Apache-2.0
"""What a module asks of a request: a field that cannot say whether it is known is not asked for, and harms nobody."""

from __future__ import annotations

from typing import Any

from dialog_core.plugin import IntakeField
from dialog_core.runtime import runtime
from dialog_core.tickets.intake import completeness

TITLE = {"ru": "Поле", "en": "Field"}


class View:
    """A request of one kind; nothing else of it is looked at."""

    kind = "sample_kind"


def test_a_field_that_fails_is_not_asked_for(host: Any) -> None:
    def fails(view: Any) -> bool:
        raise SystemExit(2)

    fields = (IntakeField("sample_bad", TITLE, fails), IntakeField("sample_open", TITLE, lambda view: False))
    hooks = host(sample={"intake_fields": lambda kind: fields}) and runtime().hooks
    view: Any = View()
    assert [field.name for field in completeness(hooks, view).missing if field.name.startswith("sample")] == [
        "sample_open"
    ]
