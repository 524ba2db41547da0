# SPDX-License-Identifier: Apache-2.0
"""The module's table, which its migration makes: what the directory said of each number."""

from __future__ import annotations

from datetime import datetime

from dialog_core.plugin import module_base
from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from dialog_customer_number import NAME

WAITING, KNOWN, UNKNOWN = "waiting", "known", "unknown"


class Base(module_base(NAME)):  # type: ignore[misc]  # a base made for the module
    """Base of the module's tables."""

    __abstract__ = True


class Verdict(Base):
    """What is known of one number; a number without a row has not been asked for, or too long ago.

    Attributes:
        state: WAITING until the directory answers, then KNOWN or UNKNOWN.
        customer: the name that the directory gives.
        due_at: when it is asked, while WAITING; `attempts` and `problem` tell of the times it did not answer.
        expires_at: until when the answer counts; afterwards the row goes.
    """

    __tablename__ = f"{NAME}_verdict"
    __table_args__ = (
        Index(f"ix_{NAME}_verdict_due_at", "due_at"),
        Index(f"ix_{NAME}_verdict_expires_at", "expires_at"),
    )

    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    state: Mapped[str] = mapped_column(String(10))
    customer: Mapped[str] = mapped_column(String(200))
    due_at: Mapped[datetime | None]
    attempts: Mapped[int]
    problem: Mapped[str] = mapped_column(String(200))
    checked_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
