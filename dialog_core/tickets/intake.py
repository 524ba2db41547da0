# SPDX-License-Identifier: Apache-2.0
"""What the regulation still asks of a request (REGULATION.md, "How a request comes in")."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialog_core.hookspecs.fields import IntakeField, IntakeView

if TYPE_CHECKING:
    from dialog_core.modules import Hooks


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many things are asked for, and which of them are missing."""

    asked: int
    missing: tuple[IntakeField, ...]


def completeness(hooks: Hooks, view: IntakeView, further: Iterable[IntakeField] = ()) -> Completeness:
    """Judge a request by the fields that the platform and its modules ask for; nothing missing is ever a refusal.

    Args:
        further: what `fields.asked_at_intake` says of the further fields of this request.
    """
    fields: dict[str, IntakeField] = {}
    for found in hooks.collect("intake_fields", kind=view.kind):
        fields.setdefault(found.value.name, found.value)
    for one in further:
        fields.setdefault(one.name, one)
    return Completeness(len(fields), tuple(field for field in fields.values() if not field.is_known(view)))
