# SPDX-License-Identifier: Apache-2.0
"""What the platform remembers of how modules behave: timings, breakers, strikes, notices, log lines."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dialog_core.database import Base, JsonDocument


class HookTiming(Base):
    """How the calls of one implementation went within one hour, over all processes."""

    __tablename__ = "hook_timing"
    __table_args__ = (UniqueConstraint("module", "hook", "hour"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    module: Mapped[str] = mapped_column(String(60))
    hook: Mapped[str] = mapped_column(String(60))
    hour: Mapped[datetime]
    failures: Mapped[int]
    skipped: Mapped[int]
    buckets: Mapped[list[int]] = mapped_column(JsonDocument)


class HookBreaker(Base):
    """The newest pause of an implementation that failed too often.

    `try_at`: when an administrator asked to try it at once.
    """

    __tablename__ = "hook_breaker"

    module: Mapped[str] = mapped_column(String(60), primary_key=True)
    hook: Mapped[str] = mapped_column(String(60), primary_key=True)
    is_open: Mapped[bool]
    trips: Mapped[int]
    problem: Mapped[str] = mapped_column(String(500))
    opened_at: Mapped[datetime]
    until: Mapped[datetime]
    try_at: Mapped[datetime | None]


class ModuleStrike(Base):
    """Something grave that a module did: enough of them within a time, and it is switched off.

    `kind`: `pause` (a breaker opened), `stuck` (a process had to be replaced), `death` (a process died in its call),
    `service` (a service was given up).
    """

    __tablename__ = "module_strike"
    __table_args__ = (Index("ix_module_strike_module", "module", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    module: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(12))
    place: Mapped[str] = mapped_column(String(120))
    problem: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime]


class ModuleNotice(Base):
    """What the platform did by itself and administrators have to know.

    `kind`: `quarantined` (the module was switched off) or `returned` (the change that brought it was taken back).
    `values`: what fills the places of `message`, an English gettext id.
    """

    __tablename__ = "module_notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    module: Mapped[str] = mapped_column(String(60), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    message: Mapped[str] = mapped_column(Text)
    values: Mapped[dict[str, object]] = mapped_column(JsonDocument)
    change_id: Mapped[int | None]
    at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class ModuleLogLine(Base):
    """One of the newest lines that a module logged."""

    __tablename__ = "module_log"
    __table_args__ = (Index("ix_module_log_module", "module", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    module: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
    process: Mapped[str] = mapped_column(String(80))
    level: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
