# SPDX-License-Identifier: Apache-2.0
"""What the API remembers between calls."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from dialog_core.database import Base, JsonDocument


class IdempotencyRecord(Base):
    """The answer to a POST with an `Idempotency-Key`, kept 24 hours and written with the change itself."""

    __tablename__ = "idempotency_record"
    __table_args__ = (Index("ix_idempotency_record_age", "created_at"),)

    token_id: Mapped[int] = mapped_column(ForeignKey("api_token.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    headers: Mapped[dict[str, str]] = mapped_column(JsonDocument)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
