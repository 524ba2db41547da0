# SPDX-License-Identifier: Apache-2.0
"""One database, two dialects: typed models, the write transaction, migrations."""

from dialog_core.database.base import Base, JsonDocument, UtcDateTime, db
from dialog_core.database.engine import configure_engine, engine_options
from dialog_core.database.transaction import add_before_commit, is_writing, read_committed, write

__all__ = [
    "Base",
    "JsonDocument",
    "UtcDateTime",
    "add_before_commit",
    "configure_engine",
    "db",
    "engine_options",
    "is_writing",
    "read_committed",
    "write",
]
