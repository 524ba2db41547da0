# SPDX-License-Identifier: Apache-2.0
"""Jobs and health checks of modules: when they are due and how they went"""

import sqlalchemy as sa
from alembic import op

from dialog_core.database import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "module_work",
        sa.Column("module", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("ran_at", UtcDateTime()),
        sa.Column("seconds", sa.Float()),
        sa.Column("is_ok", sa.Boolean()),
        sa.Column("text", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("module", "kind", "name", name=op.f("pk_module_work")),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("module_work")
