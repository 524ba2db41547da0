# SPDX-License-Identifier: Apache-2.0
"""Which versions of the platform the tables serve: after a migration that only adds, the older version runs on."""

from __future__ import annotations

from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, delete, insert, inspect, select

from dialog_core.database.models import ServedRevision

VERSION_TABLE = "core_alembic_version"
MARK = "takes_away"
"""A migration that removes or narrows something says `takes_away = True`; the code before it runs no more then."""


def current(connection: Connection) -> str | None:
    """Return the revision of the database, None when it is empty."""
    return MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_revision()


def serves(connection: Connection, revision: str) -> bool:
    """Tell whether code that needs a revision runs on this database: it is at it, or has only grown since."""
    if current(connection) == revision:
        return True
    if not inspect(connection).has_table(ServedRevision.__tablename__):
        return False
    return connection.scalar(select(ServedRevision).where(ServedRevision.revision == revision)) is not None


def revisions_served(scripts: ScriptDirectory) -> list[str]:
    """Return the revisions whose code runs on the tables of the newest, newest first."""
    found: list[str] = []
    for script in scripts.walk_revisions():
        found.append(script.revision)
        if takes_away(script):
            break
    return found


def takes_away(script: Script) -> bool:
    """Tell whether a migration says that it removes or narrows something."""
    return bool(getattr(script.module, MARK, False))


def keep_served(connection: Connection, scripts: ScriptDirectory) -> None:
    """Write down for which versions the tables are good, now that they were migrated."""
    wanted = set(revisions_served(scripts))
    if wanted == set(connection.scalars(select(ServedRevision.revision))):
        return
    connection.execute(delete(ServedRevision))
    connection.execute(insert(ServedRevision), [{"revision": revision} for revision in sorted(wanted)])
