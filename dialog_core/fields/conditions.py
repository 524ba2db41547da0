# SPDX-License-Identifier: Apache-2.0
"""When a field is shown and when it is required: a closed language of tests, without any code in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dialog_core.fields.values import Value, comparable, folded
from dialog_core.hookspecs.fields import Clause, Comparison, FieldType, TicketField

SUBJECTS = ("kind", "priority", "organisation")
"""What a condition can ask of the ticket itself."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What conditions can ask of a ticket; `priority` is a word."""

    kind: str
    priority: str
    organisation_id: int | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What counts for a ticket: keys of the fields that it has now, that it must have, and of the latter the empty."""

    visible: frozenset[str]
    required: frozenset[str]
    missing: tuple[str, ...]


class _Judge:
    def __init__(self, fields: Mapping[str, TicketField], facts: Facts, values: Mapping[str, Value]) -> None:
        self._fields = fields
        self._values = values
        self._facts = facts
        self._visible: dict[str, bool] = {}

    def is_visible(self, key: str) -> bool:
        """Tell whether a field is there; one whose condition leads back to itself is not."""
        if key not in self._visible:
            self._visible[key] = False
            field = self._fields[key]
            is_of_kind = not field.kinds or self._facts.kind in field.kinds
            self._visible[key] = is_of_kind and self.holds(field.visible_when)
        return self._visible[key]

    def holds(self, condition: Iterable[Clause]) -> bool:
        return all(self._is_true(clause) for clause in condition)

    def _is_true(self, clause: Clause) -> bool:
        field = self._fields.get(clause.subject)
        known = self._known(clause.subject, field)
        if clause.test is Comparison.SET:
            is_there = field is not None and clause.subject in self._values and self.is_visible(clause.subject)
            return bool(known) or is_there
        is_text = field is not None and field.type is FieldType.TEXT
        return any((folded(value) if is_text else value) in known for value in clause.values)

    def _known(self, subject: str, field: TicketField | None) -> frozenset[str]:
        if subject == "kind":
            return frozenset((self._facts.kind,))
        if subject == "priority":
            return frozenset((self._facts.priority,))
        if subject == "organisation":
            return (
                frozenset() if self._facts.organisation_id is None else frozenset((str(self._facts.organisation_id),))
            )
        if field is None or not self.is_visible(subject):
            return frozenset()
        return comparable(field, self._values.get(subject))


def judge(fields: Mapping[str, TicketField], facts: Facts, values: Mapping[str, Value]) -> Judgement:
    """Judge a ticket by the conditions of all fields; what is not visible is not required, and counts as not set."""
    asked = _Judge(fields, facts, values)
    visible = frozenset(key for key in fields if asked.is_visible(key))
    required = frozenset(
        key for key in visible if (when := fields[key].required_when) is not None and asked.holds(when)
    )
    return Judgement(visible, required, tuple(key for key in fields if key in required and key not in values))


def circle(fields: Mapping[str, TicketField]) -> tuple[str, ...]:
    """Return the keys of fields whose visibility depends on itself, in their order around; empty when there is none."""
    done: set[str] = set()

    def walk(key: str, path: tuple[str, ...]) -> tuple[str, ...]:
        if key in path:
            return path[path.index(key) :]
        if key in done or key not in fields:
            return ()
        for clause in fields[key].visible_when:
            found = walk(clause.subject, (*path, key))
            if found:
                return found
        done.add(key)
        return ()

    for key in fields:
        found = walk(key, ())
        if found:
            return found
    return ()
