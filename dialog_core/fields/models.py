# SPDX-License-Identifier: Apache-2.0
"""Fields that administrators make, and the values of all fields, whoever brings them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from dialog_core.database import Base


class FieldDefinition(Base):
    """A field that an administrator made; `document` holds what can be changed of it (`documents.py`)."""

    __tablename__ = "ticket_field"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    type: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    is_archived: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    document: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


def _filtered(column: str) -> Index:
    """Return the index by which lists filter; it holds only the rows that have the column."""
    condition = text(f"{column} IS NOT NULL")
    name = f"ix_ticket_field_value_{column}"
    return Index(name, "field", column, "ticket_id", sqlite_where=condition, postgresql_where=condition)


class FieldValue(Base):
    """One value of a field of a ticket; a multi-choice has one row for each option (`place` 0, 1, …).

    `number` is the decimal times 10^6: exact and comparable on both databases. `text_key` is the text folded, by which
    it is found. `unit` is the currency of an amount.
    """

    __tablename__ = "ticket_field_value"
    __table_args__ = (
        UniqueConstraint("ticket_id", "field", "place"),
        *map(_filtered, ("text_key", "number", "day", "option", "staff_id", "contact_id")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id", ondelete="CASCADE"))
    field: Mapped[str] = mapped_column(String(80))
    place: Mapped[int] = mapped_column(default=0)
    text: Mapped[str | None] = mapped_column(String(300))
    text_key: Mapped[str | None] = mapped_column(String(300))
    number: Mapped[int | None] = mapped_column(BigInteger)
    unit: Mapped[str | None] = mapped_column(String(3))
    day: Mapped[date | None]
    option: Mapped[str | None] = mapped_column(String(60))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
