# SPDX-License-Identifier: Apache-2.0
"""The module's table: one row per ticket that has a deadline."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from dialog_core.plugin import module_base
from dialog_sla import NAME


class Base(module_base(NAME)):  # type: ignore[misc]  # a base made for the module
    """Base of the module's tables."""

    __abstract__ = True


class Deadline(Base):
    """How a ticket stands to its deadline; all spans are seconds of working time.

    Attributes:
        ticket_id: the core's id of the ticket.
        goal: how much time there is; `used`: how much had passed when the clock last stood.
        since: from when on the clock runs; None while it stands (waiting for the customer, or ended).
        due_at: when the goal is reached if the clock goes on; None while it waits for the customer.
        ended_at: when the ticket was answered or closed.
        missed_at: when the deadline passed; None as long as it has not.
        questions: how often a question to the customer stopped the clock.
        policy: mark of the settings that it was computed with.
        event_id: the last event of the ticket that is in it.
    """

    __tablename__ = "sla_deadline"
    __table_args__ = (Index("ix_sla_deadline_due_at", "due_at"), Index("ix_sla_deadline_policy", "policy"))

    ticket_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(40))
    goal: Mapped[float]
    used: Mapped[float] = mapped_column(default=0.0)
    since: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    missed_at: Mapped[datetime | None]
    questions: Mapped[int] = mapped_column(default=0)
    policy: Mapped[str] = mapped_column(String(16))
    event_id: Mapped[int] = mapped_column(default=0)
