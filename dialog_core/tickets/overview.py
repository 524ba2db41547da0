# SPDX-License-Identifier: Apache-2.0
"""Numbers beside the menu, and the choices of forms: kept counts and short lists, one statement each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, literal, select, union_all

from dialog_core.database import db
from dialog_core.staff import Actor, ActorKind
from dialog_core.staff.models import Staff, Team
from dialog_core.staff.permissions import TICKET_READ
from dialog_core.tickets.models import Category, Ticket, TicketCount
from dialog_core.tickets.views import CategoryView, Named
from dialog_core.tickets.vocabulary import State

COUNTED_UP_TO = 1_000


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tickets there are.

    Attributes:
        by_state: every state, kept counts.
        mine, unassigned: open ones, counted up to 1000 (more says nothing more, and counting stays cheap).
    """

    by_state: dict[str, int]
    mine: int
    unassigned: int

    @property
    def open(self) -> int:
        """Return the number of open tickets."""
        return sum(value for state, value in self.by_state.items() if state != State.CLOSED.value)


def counts(actor: Actor) -> Counts:
    """Return the counts for an actor.

    Raises:
        NotPermitted: the actor may not read tickets.
    """
    actor.require(TICKET_READ)
    staff_id = actor.id if actor.kind is ActorKind.STAFF else None
    parts: list[Any] = [select(TicketCount.state, TicketCount.value)]
    for name, condition in (("mine", Ticket.responsible_id == staff_id), ("none", Ticket.responsible_id.is_(None))):
        if name == "mine" and staff_id is None:
            continue
        found = select(Ticket.id).where(condition, Ticket.is_open).limit(COUNTED_UP_TO).subquery()
        parts.append(select(literal(f"#{name}"), func.count()).select_from(found))
    values: dict[str, int] = {row[0]: row[1] for row in db.session.execute(union_all(*parts))}
    return Counts(
        by_state={state.value: values.get(state.value, 0) for state in State},
        mine=values.get("#mine", 0),
        unassigned=values.get("#none", 0),
    )


def staff_choices(actor: Actor) -> tuple[Named, ...]:
    """Return the active colleagues by name."""
    actor.require(TICKET_READ)
    rows = db.session.execute(select(Staff.id, Staff.name).where(Staff.is_active).order_by(Staff.name, Staff.id))
    return tuple(Named(*row) for row in rows)


def team_choices(actor: Actor) -> tuple[Named, ...]:
    """Return the teams by name."""
    actor.require(TICKET_READ)
    return tuple(Named(*row) for row in db.session.execute(select(Team.id, Team.name).order_by(Team.name)))


def category_choices(actor: Actor) -> tuple[CategoryView, ...]:
    """Return the categories by code."""
    actor.require(TICKET_READ)
    rows = db.session.execute(
        select(Category.id, Category.code, Category.title_ru, Category.title_en).order_by(Category.code)
    )
    return tuple(CategoryView(*row) for row in rows)
