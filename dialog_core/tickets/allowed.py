# SPDX-License-Identifier: Apache-2.0
"""Which transitions the table allows to an actor from where a ticket stands: what pages offer, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from dialog_core.staff.actor import Actor
from dialog_core.tickets.vocabulary import State
from dialog_core.tickets.workflow import By, rows_from


@dataclass(frozen=True, slots=True)
class AllowedTransition:
    """A transition that can be begun now, and what it will ask for.

    Attributes:
        needs: words of `Need`, in the order of the table.
        by: on whose will it happens (`staff`, `customer`).
    """

    name: str
    target: str
    needs: tuple[str, ...]
    by: str


def allowed_transitions(actor: Actor, state: str, *, answer_on_its_way: bool = False) -> tuple[AllowedTransition, ...]:
    """Return the rows of the table that an actor may begin in a state; none of the system's own."""
    rows = rows_from(State(state))
    if answer_on_its_way:
        rows = tuple(row for row in rows if row.name not in {"answer", "request_information"})
    return tuple(
        AllowedTransition(row.name, row.target.value, tuple(need.value for need in row.needs), row.by.value)
        for row in rows
        if row.by is not By.SYSTEM and row.permission is not None and actor.may(row.permission)
    )
