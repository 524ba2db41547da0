# SPDX-License-Identifier: Apache-2.0
"""What the database remembers of its own tables."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from dialog_core.database.base import Base


class ServedRevision(Base):
    """A revision of the tables whose code may run on them as they are now: all since the last one that took away."""

    __tablename__ = "served_revision"

    revision: Mapped[str] = mapped_column(String(32), primary_key=True)
