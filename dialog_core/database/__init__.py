# SPDX-License-Identifier: Apache-2.0
"""One database, two dialects: typed models, the write transaction, migrations."""

from dialog_core.database.base import Base, JsonDocument, UtcDateTime, db
from dialog_core.database.engine import WRITE_OPTION, configure_engine, engine_options
from dialog_core.database.insert import insert_new
from dialog_core.database.migrate import current as current_revision
from dialog_core.database.migrate import head as wanted_revision
from dialog_core.database.migrate import open_engine, upgrade
from dialog_core.database.of_modules import module_base, read
from dialog_core.database.transaction import add_before_commit, is_writing, read_committed, transaction_memory, write

__all__ = [
    "WRITE_OPTION",
    "Base",
    "JsonDocument",
    "UtcDateTime",
    "add_before_commit",
    "configure_engine",
    "current_revision",
    "db",
    "engine_options",
    "insert_new",
    "is_writing",
    "module_base",
    "open_engine",
    "read",
    "read_committed",
    "transaction_memory",
    "upgrade",
    "wanted_revision",
    "write",
]
