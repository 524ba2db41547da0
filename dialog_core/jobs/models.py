# SPDX-License-Identifier: Apache-2.0
"""Work of modules that comes due again and again: when it is due next, and what came of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from dialog_core.database import Base


class ModuleWork(Base):
    """A job or a health check of a module; the row stays while the module is off, so that the work waits.

    `kind` is `job` or `health`, `seconds` how long the last run took, `text` what it said or why it failed.
    """

    __tablename__ = "module_work"

    module: Mapped[str] = mapped_column(String(60), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    due_at: Mapped[datetime]
    ran_at: Mapped[datetime | None]
    seconds: Mapped[float | None]
    is_ok: Mapped[bool | None]
    text: Mapped[str] = mapped_column(String(300), default="")
