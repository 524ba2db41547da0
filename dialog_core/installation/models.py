# SPDX-License-Identifier: Apache-2.0
"""Facts about this installation, one row per key."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from dialog_core.database import Base, JsonDocument


class InstallationFact(Base):
    """A named JSON value: organisation profile, language, numbering, set-up state, intake window."""

    __tablename__ = "installation_fact"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[object] = mapped_column(JsonDocument)
    changed_at: Mapped[datetime]


class OneTimeLink(Base):
    """A link that works once until it expires: first set-up, or an invitation of staff. Only a hash is kept."""

    __tablename__ = "one_time_link"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))
    data: Mapped[dict[str, object]] = mapped_column(JsonDocument)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Lease(Base):
    """A right that one process in the cluster holds for a while (a service, the inbox of a channel, a change)."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    owner: Mapped[str] = mapped_column(String(120))
    generation: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime]
