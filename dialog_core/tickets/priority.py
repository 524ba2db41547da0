# SPDX-License-Identifier: Apache-2.0
"""Priority from impact and urgency, raised for a failure that stopped the program (REGULATION.md)."""

from __future__ import annotations

from dialog_core.tickets.vocabulary import Kind, Level, Priority

_RANK = {Level.LOW: 0, Level.MEDIUM: 1, Level.HIGH: 2}
_BY_RANK = (Priority.LOW, Priority.LOW, Priority.NORMAL, Priority.HIGH, Priority.CRITICAL)


def priority_of(kind: Kind, impact: Level, urgency: Level) -> Priority:
    """Return the priority: impact and urgency count alike, an outage is one step higher."""
    base = _BY_RANK[_RANK[impact] + _RANK[urgency]]
    if kind is Kind.OUTAGE and base is not Priority.CRITICAL:
        return Priority(base + 1)
    return base
