# SPDX-License-Identifier: Apache-2.0
"""Data of modules that are not installed any more: what there is, since when, and what can be done with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, delete, func, insert, quoted_name, select, table
from sqlalchemy.orm import Session

from dialog_core.clock import now
from dialog_core.database import db
from dialog_core.errors import NotAllowedNow
from dialog_core.modules.generations.wanted import Current
from dialog_core.modules.migrations.scripts import own_tables
from dialog_core.modules.models import KeptModule, ModuleSettings, StoredWheel
from dialog_core.modules.wheels.catalog import catalog_modules
from dialog_core.modules.wheels.manifest import Manifest, manifest_from_json
from dialog_core.staff import Actor
from dialog_core.staff.permissions import MODULE_MANAGE


@dataclass(frozen=True, slots=True)
class TableRows:
    """A table of a module and how many rows it has."""

    name: str
    rows: int


@dataclass(frozen=True, slots=True)
class KeptData:
    """What is left of a module that was removed.

    Attributes:
        version: the one that was removed.
        sha256: its wheel, with which it can be installed again; None when that is gone from store and catalog.
        revisions: how many revisions of its settings there are.
    """

    name: str
    manifest: Manifest
    version: str
    sha256: str | None
    tables: tuple[TableRows, ...]
    revisions: int
    removed_by: str
    removed_at: datetime

    @property
    def rows(self) -> int:
        """Return how many rows there are in all of its tables."""
        return sum(item.rows for item in self.tables)


def list_kept_data(actor: Actor) -> list[KeptData]:
    """Return what is left of modules that are not installed, by name; those of which nothing is left are not named."""
    actor.require(MODULE_MANAGE)
    with db.engine.connect() as connection:
        rows = connection.execute(select(KeptModule.__table__).order_by(KeptModule.name)).all()
        found = [_kept(connection, row._mapping) for row in rows]
    return [item for item in found if item.tables or item.revisions]


def count_rows(connection: Connection, name: str) -> tuple[TableRows, ...]:
    """Return the tables of a module with their rows, by name."""
    return tuple(
        TableRows(item, connection.scalar(select(func.count()).select_from(table(quoted_name(item, quote=True)))) or 0)
        for item in sorted(own_tables(connection, name))
    )


def has_kept(session: Session, name: str) -> bool:
    """Tell whether a module was removed with its data kept."""
    return session.scalar(select(KeptModule.name).where(KeptModule.name == name)) is not None


def kept_version(session: Session, name: str) -> tuple[str, Manifest]:
    """Return the version that was removed, and how it presented itself.

    Raises:
        NotAllowedNow: nothing of such a module is kept.
    """
    row = session.execute(select(KeptModule.version, KeptModule.manifest).where(KeptModule.name == name)).one_or_none()
    if row is None:
        raise NotAllowedNow("The module “%(name)s” is not installed.", name=name[:60])
    return row.version, manifest_from_json(cast("dict[str, Any]", row.manifest))


def sync_kept(session: Session, before: Current, lock: Mapping[str, Any], actor_name: str) -> None:
    """Remember modules that a swap takes away, and forget those that it brings back; in the swap's transaction."""
    present = {item["name"] for item in lock["modules"]}
    gone = [item for item in before.lock["modules"] if item["name"] not in present]
    forget_kept(session, [*present, *(item["name"] for item in gone)])
    for item in gone:
        values = {
            "name": item["name"],
            "version": item["version"],
            "sha256": item["sha256"],
            "manifest": before.modules[item["name"]]["manifest"],
            "generation_id": before.generation,
            "removed_by": actor_name[:300],
            "removed_at": now(),
        }
        session.execute(insert(KeptModule).values(**values))


def forget_kept(session: Session, names: Iterable[str]) -> None:
    """Forget modules that are installed again, or whose data are gone."""
    session.execute(
        delete(KeptModule).where(KeptModule.name.in_(list(names))).execution_options(synchronize_session=False)
    )


def _kept(connection: Connection, row: Mapping[Any, Any]) -> KeptData:
    name = str(row["name"])
    revisions = select(func.count()).select_from(ModuleSettings).where(ModuleSettings.module == name)
    return KeptData(
        name=name,
        manifest=manifest_from_json(cast("dict[str, Any]", row["manifest"])),
        version=row["version"],
        sha256=_obtainable(connection, name, row["sha256"]),
        tables=count_rows(connection, name),
        revisions=connection.scalar(revisions) or 0,
        removed_by=row["removed_by"],
        removed_at=row["removed_at"],
    )


def _obtainable(connection: Connection, name: str, sha256: str) -> str | None:
    stored = connection.scalar(select(StoredWheel.sha256).where(StoredWheel.sha256 == sha256))
    bundled = (info.sha256 for info in catalog_modules() if info.manifest is not None and info.manifest.name == name)
    return stored or next(bundled, None)
