# SPDX-License-Identifier: Apache-2.0
"""What the module platform remembers: wheels, generations, changes, processes, settings, incidents."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

import dialog_core.modules.health_models
import dialog_core.modules.update_models  # noqa: F401 - tables of both are mapped with these
from dialog_core.database import Base, JsonDocument


class StoredWheel(Base):
    """A wheel that some generation uses; kept in the database so that every node finds it again.

    `source`: `catalog`, `index` or `upload`. `signature`: `{"key", "signature"}` as it came beside the wheel.
    `origin` and `index_key`: host of the index it was taken from, and the key that signed the index's list.
    """

    __tablename__ = "stored_wheel"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    filename: Mapped[str] = mapped_column(String(255), unique=True)
    distribution: Mapped[str] = mapped_column(String(120), index=True)
    version: Mapped[str] = mapped_column(String(60))
    source: Mapped[str] = mapped_column(String(40))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    stored_at: Mapped[datetime]
    signature: Mapped[dict[str, str] | None] = mapped_column(JsonDocument)
    origin: Mapped[str] = mapped_column(String(260), default="", server_default="")
    index_key: Mapped[str] = mapped_column(String(64), default="", server_default="")


class TrustedPublisher(Base):
    """A key whose signatures an administrator accepts; the name is the administrator's word for its owner."""

    __tablename__ = "trusted_publisher"

    key_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    public_key: Mapped[str] = mapped_column(String(80))
    added_by: Mapped[str] = mapped_column(String(300))
    added_at: Mapped[datetime]


class ModuleIndex(Base):
    """The organisation's own index: one row; `url` is empty when it was taken away, so that its serial is kept.

    `document`: the last list that was accepted; `problem`: `{"message", "values"}` of the last check that failed.
    """

    __tablename__ = "module_index"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(String(500))
    public_key: Mapped[str] = mapped_column(String(80))
    serial: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(64))
    document: Mapped[dict[str, object]] = mapped_column(JsonDocument)
    expires_at: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
    problem: Mapped[dict[str, object]] = mapped_column(JsonDocument)


class Generation(Base):
    """An immutable set of modules that run together.

    `lock`: `{"modules": [{"name", "distribution", "version", "sha256", "enabled"}], "libraries": [{"distribution",
    "version", "sha256"}]}`, sorted. `report`: what preflight found per module (settings form, hooks, routes).
    """

    __tablename__ = "generation"

    id: Mapped[int] = mapped_column(primary_key=True)
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("generation.id"))
    lock: Mapped[dict[str, object]] = mapped_column(JsonDocument)
    report: Mapped[dict[str, object]] = mapped_column(JsonDocument)
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(300))
    created_by: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime]
    activated_at: Mapped[datetime | None]
    platform: Mapped[str] = mapped_column(String(60), default="", server_default="")


class ActiveGeneration(Base):
    """The one row that says which generation is wanted; changed only by compare-and-swap."""

    __tablename__ = "active_generation"

    id: Mapped[int] = mapped_column(primary_key=True)
    generation_id: Mapped[int] = mapped_column(ForeignKey("generation.id"))
    last_good_id: Mapped[int] = mapped_column(ForeignKey("generation.id"))


class ModuleChange(Base):
    """A change that somebody asked for, and how far it has come.

    `request`: `{"actions": [{"action": "install|enable|…", "name": …, "sha256": …}], "reason": …,
    "expected": …}`, where `expected` is the generation that the plan was made for, null when it holds for any.
    `state`: `requested`, `running`, `active` (swapped, processes converge), `done`, `refused`, `failed`.
    `steps`: `[{"step": "resolve", "state": "done", "at": …, "text": …}]`.
    """

    __tablename__ = "module_change"
    __table_args__ = (Index("ix_module_change_state", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request: Mapped[dict[str, object]] = mapped_column(JsonDocument)
    state: Mapped[str] = mapped_column(String(12))
    steps: Mapped[list[dict[str, object]]] = mapped_column(JsonDocument)
    problem: Mapped[str] = mapped_column(Text, default="")
    generation_id: Mapped[int | None] = mapped_column(ForeignKey("generation.id"))
    requested_by: Mapped[str] = mapped_column(String(300))
    requested_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ModuleSettings(Base):
    """One revision of a module's settings; secret values are encrypted inside `values`."""

    __tablename__ = "module_settings"
    __table_args__ = (UniqueConstraint("module", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    module: Mapped[str] = mapped_column(String(60))
    revision: Mapped[int]
    values: Mapped[dict[str, object]] = mapped_column(JsonDocument)
    changed_by: Mapped[str] = mapped_column(String(300))
    changed_at: Mapped[datetime]


class NodeProcess(Base):
    """A process of the platform, what it runs and when it was last seen."""

    __tablename__ = "node_process"
    __table_args__ = (UniqueConstraint("node", "pid"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    node: Mapped[str] = mapped_column(String(80))
    pid: Mapped[int]
    role: Mapped[str] = mapped_column(String(60))
    generation_id: Mapped[int | None]
    wanted_id: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(12))
    problem: Mapped[str] = mapped_column(Text, default="")
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    platform_version: Mapped[str | None] = mapped_column(String(40))


class Incident(Base):
    """A failure of a module's code, with its traceback, counted while it repeats."""

    __tablename__ = "incident"
    __table_args__ = (Index("ix_incident_module", "module", "last_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    module: Mapped[str] = mapped_column(String(60))
    place: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(String(500))
    traceback: Mapped[str] = mapped_column(Text)
    count: Mapped[int] = mapped_column(default=1)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]


class KeptModule(Base):
    """A module that was removed while its data and settings stay: what it was, so that they are found again.

    `generation_id`: the last generation that had it, from whose wheels its scripts come when the data are purged.
    """

    __tablename__ = "kept_module"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    version: Mapped[str] = mapped_column(String(60))
    sha256: Mapped[str] = mapped_column(String(64))
    manifest: Mapped[dict[str, object]] = mapped_column(JsonDocument)
    generation_id: Mapped[int] = mapped_column(ForeignKey("generation.id"))
    removed_by: Mapped[str] = mapped_column(String(300))
    removed_at: Mapped[datetime]


class DataStep(Base):
    """Something after which an earlier generation cannot have a module's data back. `kind`: `destructive`, `purged`."""

    __tablename__ = "module_data_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    module: Mapped[str] = mapped_column(String(60), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    revision: Mapped[str] = mapped_column(String(60))
    generation_id: Mapped[int] = mapped_column(ForeignKey("generation.id"))
    at: Mapped[datetime]


class DataExport(Base):
    """A module's data as a ZIP for download. `why`: `asked`, `removed`, `migration`; `state`: `making`, `ready`."""

    __tablename__ = "module_export"

    id: Mapped[int] = mapped_column(primary_key=True)
    module: Mapped[str] = mapped_column(String(60), index=True)
    why: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12))
    row_count: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(default=0)
    created_by: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class DataExportPart(Base):
    """Content of an export in parts of at most 1 MiB: every node can send it, and none holds it whole in memory."""

    __tablename__ = "module_export_part"

    export_id: Mapped[int] = mapped_column(ForeignKey("module_export.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
