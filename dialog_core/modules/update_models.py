# SPDX-License-Identifier: Apache-2.0
"""What the updates of modules remember: how far each may go by itself, and each that was begun."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from dialog_core.database import Base, JsonDocument


class ModulePolicy(Base):
    """How far a module is updated by itself: `off`, `patch` or `minor`."""

    __tablename__ = "module_policy"

    module: Mapped[str] = mapped_column(String(60), primary_key=True)
    policy: Mapped[str] = mapped_column(String(8))
    changed_by: Mapped[str] = mapped_column(String(300))
    changed_at: Mapped[datetime]


class ModuleUpdate(Base):
    """An update that was begun by itself, or that waits for an administrator; `state` as in `UpdateView`.

    `asks`: `[{"what", "values"}]`, what needs consent. `change_id`: the change that makes it, or takes it back.
    """

    __tablename__ = "module_update"
    __table_args__ = (
        Index("ix_module_update_state", "state"), Index("ix_module_update_version", "module", "new_sha256", "id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    module: Mapped[str] = mapped_column(String(60))
    old_version: Mapped[str] = mapped_column(String(60))
    old_sha256: Mapped[str] = mapped_column(String(64))
    new_version: Mapped[str] = mapped_column(String(60))
    new_sha256: Mapped[str] = mapped_column(String(64))
    was_enabled: Mapped[bool]
    state: Mapped[str] = mapped_column(String(12))
    asks: Mapped[list[dict[str, object]]] = mapped_column(JsonDocument)
    problem: Mapped[str] = mapped_column(Text, default="")
    change_id: Mapped[int | None] = mapped_column(ForeignKey("module_change.id"))
    started_at: Mapped[datetime]
    watch_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
