# SPDX-License-Identifier: Apache-2.0
"""What the regulation still asks of a request (REGULATION.md, "How a request comes in")."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from dialog_core.hookspecs.fields import IntakeField, IntakeView

if TYPE_CHECKING:
    from dialog_core.modules import HandedOver, Hooks

BUDGET_SECONDS, LIMIT_SECONDS = 0.05, 2.0


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
    fields: dict[str, tuple[str, IntakeField]] = {}
    for found in hooks.collect("intake_fields", kind=view.kind):
        fields.setdefault(found.value.name, (found.module, found.value))
    for one in further:
        fields.setdefault(one.name, ("", one))
    missing = tuple(field for module, field in fields.values() if not _is_known(module, field, view))
    return Completeness(len(fields), missing)


_guards: dict[tuple[str, str], HandedOver] = {}


def _is_known(module: str, field: IntakeField, view: IntakeView) -> bool:
    """Whether a request tells it already; what fails to say so is not asked for.

    Args:
        module: who brings the field, empty for the platform's own.
    """
    from dialog_core.modules import HandedOver, HookFailed  # the module platform stands on this room

    if not module:
        return field.is_known(view)
    key = module, field.name
    if key not in _guards:
        _guards[key] = HandedOver(module, f"field {field.name}", budget=BUDGET_SECONDS, limit=LIMIT_SECONDS)
    try:
        return bool(_guards[key].call(partial(field.is_known, view)))
    except HookFailed:
        return True
