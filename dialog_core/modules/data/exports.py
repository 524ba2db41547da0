# SPDX-License-Identifier: Apache-2.0
"""A module's data as a ZIP that an administrator can download from every node, for a month."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, Any

from sqlalchemy import Connection, delete, insert, inspect, select, text, update

from dialog_core import __version__
from dialog_core.clock import now
from dialog_core.config import Config
from dialog_core.database import db, open_engine, write
from dialog_core.errors import NotFound
from dialog_core.events import record
from dialog_core.modules.data.json_rows import plain_value
from dialog_core.modules.migrations.scripts import own_tables, tables_revision
from dialog_core.modules.models import DataExport, DataExportPart, ModuleSettings
from dialog_core.modules.settings.stored import SECRET_MARK
from dialog_core.staff import Actor
from dialog_core.staff.permissions import MODULE_MANAGE

KEPT = timedelta(days=30)
MAKING, READY = "making", "ready"
ASKED, REMOVED, MIGRATION = "asked", "removed", "migration"
PART_BYTES = 1024 * 1024
ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ExportView:
    """A file with a module's data.

    Attributes:
        why: `asked`, `removed`, or `migration`: made by itself before a step that cannot be taken back.
        rows: of all tables; `size` is in bytes.
    """

    id: int
    module: str
    why: str
    rows: int
    size: int
    created_by: str
    created_at: datetime
    expires_at: datetime

    @property
    def filename(self) -> str:
        """Return the name of the file for the person who downloads it."""
        return f"{self.module}-data-{self.created_at:%Y-%m-%d}-{self.id}.zip"


def list_exports(actor: Actor, *, module: str | None = None) -> list[ExportView]:
    """Return the exports that can be downloaded, newest first."""
    actor.require(MODULE_MANAGE)
    query = select(*_COLUMNS).where(DataExport.state == READY).order_by(DataExport.id.desc()).limit(100)
    if module is not None:
        query = query.where(DataExport.module == module)
    with db.engine.connect() as connection:
        return [ExportView(*row) for row in connection.execute(query)]


def open_export(actor: Actor, *, export: int) -> tuple[ExportView, Iterator[bytes]]:
    """Return an export and its content in parts; each part is a short read of its own.

    Raises:
        NotFound: there is none with this id, or its time is over.
    """
    actor.require(MODULE_MANAGE)
    with write() as session:
        row = session.execute(select(*_COLUMNS).where(DataExport.id == export, DataExport.state == READY)).one_or_none()
        if row is None:
            raise NotFound("There is no such export. It may have been deleted after its time was over.")
        view = ExportView(*row)
        record(session, actor, "module_data_downloaded", module=view.module, export=view.id)
    return view, _parts(db.engine.connect, view.id)


def make_export(config: Config, module: str, *, why: str, actor_name: str) -> int:
    """Write a module's tables into a new export, all of them as of one moment, and return its id.

    The content goes through a temporary file, so that no transaction is open for long and memory stays small.
    """
    with write() as session:
        _forget_unfinished(session)
        row = DataExport(
            module=module, why=why, state=MAKING, created_by=actor_name[:300], created_at=now(), expires_at=now() + KEPT
        )
        session.add(row)
        session.flush()
        number = row.id
    with tempfile.TemporaryFile(prefix="dialog-export-") as file:
        rows = _write_archive(config, module, file)
        size = _store(number, file)
    with write() as session:
        values = {"state": READY, "row_count": rows, "size": size}
        session.execute(update(DataExport).where(DataExport.id == number).values(**values))
    return number


def delete_expired_exports() -> bool:
    """Delete exports whose time is over; tell whether there were any."""
    with write() as session:
        done = session.execute(
            delete(DataExport).where(DataExport.expires_at < now()).execution_options(synchronize_session=False)
        )
    return bool(done.rowcount)  # type: ignore[attr-defined]


_COLUMNS = (
    DataExport.id,
    DataExport.module,
    DataExport.why,
    DataExport.row_count,
    DataExport.size,
    DataExport.created_by,
    DataExport.created_at,
    DataExport.expires_at,
)


def _forget_unfinished(session: Any) -> None:
    """Delete what a process that died has left; the caller holds the lease of changes, so nobody else is writing."""
    session.execute(delete(DataExport).where(DataExport.state == MAKING).execution_options(synchronize_session=False))


def _write_archive(config: Config, module: str, file: IO[bytes]) -> int:
    engine = open_engine(config)
    try:
        with engine.connect() as connection, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            tables = sorted(own_tables(connection, module))
            counts = {name: _write_rows(connection, archive, name) for name in tables}
            schema = {
                "module": module,
                "platform": __version__,
                "revision": tables_revision(connection, module),
                "exported_at": now().isoformat(),
                "tables": {name: {"rows": counts[name], **_describe(connection, name)} for name in tables},
            }
            archive.writestr("schema.json", json.dumps(schema, ensure_ascii=False, indent=2))
            archive.writestr("settings.json", json.dumps(_settings(connection, module), ensure_ascii=False, indent=2))
            return sum(counts.values())
    finally:
        engine.dispose()


def _write_rows(connection: Connection, archive: zipfile.ZipFile, name: str) -> int:
    quoted = connection.dialect.identifier_preparer.quote_identifier(name)
    found = connection.execution_options(stream_results=True, max_row_buffer=ROWS_AT_ONCE).execute(
        text(f"SELECT * FROM {quoted}")  # noqa: S608 - the name of a table that exists, quoted
    )
    count = 0
    with archive.open(f"{name}.jsonl", "w", force_zip64=True) as target:
        for row in found:
            values = {key: plain_value(value) for key, value in row._mapping.items()}
            target.write(json.dumps(values, ensure_ascii=False).encode() + b"\n")
            count += 1
    return count


def _describe(connection: Connection, name: str) -> dict[str, Any]:
    looked = inspect(connection)
    columns = [
        {"name": column["name"], "type": str(column["type"]), "nullable": column["nullable"]}
        for column in looked.get_columns(name)
    ]
    keys = [
        {"columns": key["constrained_columns"], "table": key["referred_table"], "of": key["referred_columns"]}
        for key in looked.get_foreign_keys(name)
    ]
    return {
        "columns": columns,
        "primary_key": looked.get_pk_constraint(name)["constrained_columns"],
        "foreign_keys": keys,
    }


def _settings(connection: Connection, module: str) -> dict[str, Any]:
    """Return the settings as they are now; secrets are not in an export."""
    query = select(ModuleSettings.values).where(ModuleSettings.module == module)
    values = connection.scalar(query.order_by(ModuleSettings.revision.desc()).limit(1)) or {}
    return {name: value for name, value in values.items() if not (isinstance(value, dict) and SECRET_MARK in value)}


def _store(export: int, file: IO[bytes]) -> int:
    file.seek(0)
    number = size = 0
    while content := file.read(PART_BYTES):
        with write() as session:
            session.execute(insert(DataExportPart).values(export_id=export, number=number, content=content))
        number += 1
        size += len(content)
    return size


def _parts(connect: Any, export: int) -> Iterator[bytes]:
    number = 0
    while True:
        query = select(DataExportPart.content).where(
            DataExportPart.export_id == export, DataExportPart.number == number
        )
        with connect() as connection:
            content = connection.scalar(query)
        if content is None:
            return
        yield content
        number += 1
