# SPDX-License-Identifier: Apache-2.0
"""The one stream of events: timeline, journal, live updates and modules read it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from dialog_core.database import Base, JsonDocument


class Event(Base):
    """One thing that happened.

    `transaction` is PostgreSQL's transaction id (0 on SQLite, where ids are committed in order): a reader takes
    only events below the oldest open transaction, so none is passed over. `position`, `digest` and `salt` make the
    hash chain of the ticket's journal: digest = SHA-256(previous digest, position, kind, time, actor, payload digest),
    payload digest = SHA-256(salt, data).
    """

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_stream", "transaction", "id"), Index("ix_event_ticket", "ticket_id", "position"))

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    transaction: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    position: Mapped[int | None]
    actor_kind: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(String(300))
    channel: Mapped[str | None] = mapped_column(String(40))
    data: Mapped[dict[str, object]] = mapped_column(JsonDocument)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    payload_digest: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class Subscriber(Base):
    """How far a module has read the stream, and how often it has failed at the next event."""

    __tablename__ = "subscriber"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    transaction: Mapped[int] = mapped_column(BigInteger, default=0)
    event_id: Mapped[int] = mapped_column(BigInteger, default=0)
    failures: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
