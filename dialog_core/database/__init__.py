# SPDX-License-Identifier: Apache-2.0
"""One database, two dialects: typed models, the write transaction, migrations."""

from dialog_core.database.base import Base, JsonDocument, UtcDateTime, db
from dialog_core.database.engine import WRITE_OPTION, configure_engine, engine_options
from dialog_core.database.insert import insert_new
from dialog_core.database.migrate import head as wanted_revision
from dialog_core.database.migrate import (
    knows_revision,
    migrated_to,
    narrowing_revisions,
    open_engine,
    serves_this_code,
    upgrade,
)
from dialog_core.database.of_modules import module_base, read
from dialog_core.database.served import current as current_revision
from dialog_core.database.transaction import add_before_commit, is_writing, read_committed, transaction_memory, write
from dialog_core.database.turns import is_at_turns

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
    "is_at_turns",
    "is_writing",
    "knows_revision",
    "migrated_to",
    "module_base",
    "narrowing_revisions",
    "open_engine",
    "read",
    "read_committed",
    "serves_this_code",
    "transaction_memory",
    "upgrade",
    "wanted_revision",
    "write",
]
