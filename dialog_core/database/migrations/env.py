# SPDX-License-Identifier: Apache-2.0
"""Alembic environment: runs on the connection that `dialog_core.database.migrate` opened."""

from alembic import context

import dialog_core.models  # noqa: F401 - maps every table
from dialog_core.database import Base
from dialog_core.database.served import VERSION_TABLE

CORE_TABLES = set(Base.metadata.tables)


def is_ours(name: str | None, kind: str, parents: object) -> bool:  # noqa: ARG001 - Alembic's signature
    """Leave the tables of modules and of the search index alone."""
    return kind != "table" or name in CORE_TABLES


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    include_name=is_ours,
    compare_type=True,
    transactional_ddl=True,
    render_as_batch=False,
)
with context.begin_transaction():
    context.run_migrations()
