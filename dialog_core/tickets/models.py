# SPDX-License-Identifier: Apache-2.0
"""Tickets, their executors and links, categories, number counters and kept counts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dialog_core.database import Base
from dialog_core.parties.models import Contact, Contract, Organisation
from dialog_core.staff.models import Staff, Team


class Category(Base):
    """What a request is about; a tree by `parent_id`."""

    __tablename__ = "category"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    title_ru: Mapped[str] = mapped_column(String(120))
    title_en: Mapped[str] = mapped_column(String(120))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))


class Ticket(Base):
    """One request. `number` is assigned as the last statement of the creating transaction.

    `serial` is the counter's value in it: people name a ticket by the tail of its number.
    """

    __tablename__ = "ticket"
    __table_args__ = (
        Index("ix_ticket_open_list", "is_open", "id"),
        Index("ix_ticket_state_list", "state", "id"),
        Index("ix_ticket_work_list", "state", "priority", "responsible_id", "id"),
        Index("ix_ticket_responsible_list", "responsible_id", "is_open", "id"),
        Index("ix_ticket_team_list", "team_id", "is_open", "id"),
        Index("ix_ticket_priority_list", "is_open", "priority", "id"),
        Index("ix_ticket_category_list", "category_id", "is_open", "id"),
        Index("ix_ticket_channel_list", "channel", "is_open", "id"),
        Index("ix_ticket_organisation_list", "organisation_id", "is_open", "id"),
        Index("ix_ticket_contact_list", "contact_id", "is_open", "id"),
        Index("ix_ticket_chat_list", "chat_id", "is_open", "id"),
        Index("ix_ticket_opened", "opened_at", "id"),
        Index("ix_ticket_activity", "is_open", "activity_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str | None] = mapped_column(String(40), unique=True)
    serial: Mapped[int | None] = mapped_column(index=True)
    subject: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    is_open: Mapped[bool] = mapped_column(default=True)
    outcome: Mapped[str | None] = mapped_column(String(20))
    impact: Mapped[str] = mapped_column(String(8), default="medium")
    urgency: Mapped[str] = mapped_column(String(8), default="medium")
    priority: Mapped[int]
    priority_reason: Mapped[str | None] = mapped_column(String(500))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"))
    entitlement: Mapped[str] = mapped_column(String(20), default="unknown")
    channel: Mapped[str] = mapped_column(String(40))
    chat_id: Mapped[int | None] = mapped_column(ForeignKey("chat.id"))
    thread: Mapped[str | None] = mapped_column(String(60))
    responsible_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    resolution: Mapped[int] = mapped_column(default=0)
    answer_on_its_way: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime]
    activity_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    event_count: Mapped[int] = mapped_column(default=0)
    event_digest: Mapped[str] = mapped_column(String(64), default="")

    organisation: Mapped[Organisation | None] = relationship()
    contact: Mapped[Contact | None] = relationship()
    contract: Mapped[Contract | None] = relationship()
    category: Mapped[Category | None] = relationship()
    responsible: Mapped[Staff | None] = relationship(foreign_keys=[responsible_id])
    team: Mapped[Team | None] = relationship()
    executors: Mapped[list[TicketExecutor]] = relationship(back_populates="ticket", cascade="all, delete-orphan")


class TicketExecutor(Base):
    """A person or a team that works on a ticket beside the responsible one."""

    __tablename__ = "ticket_executor"
    __table_args__ = (
        UniqueConstraint("ticket_id", "staff_id"),
        UniqueConstraint("ticket_id", "team_id"),
        Index("ix_ticket_executor_staff_list", "staff_id", "ticket_id"),
        Index("ix_ticket_executor_team_list", "team_id", "ticket_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id", ondelete="CASCADE"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    ticket: Mapped[Ticket] = relationship(back_populates="executors")
    staff: Mapped[Staff | None] = relationship()
    team: Mapped[Team | None] = relationship()


class TicketLink(Base):
    """A directed link between tickets: `follow_up`, `related`, `merged_into`."""

    __tablename__ = "ticket_link"
    __table_args__ = (UniqueConstraint("source_id", "target_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("ticket.id", ondelete="CASCADE"))
    target_id: Mapped[int] = mapped_column(ForeignKey("ticket.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))


class NumberCounter(Base):
    """Last number given within a scope (a year, or `all`). The row is the lock."""

    __tablename__ = "number_counter"

    scope: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int]


class TicketCount(Base):
    """Kept count of tickets per state."""

    __tablename__ = "ticket_count"

    state: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[int]
