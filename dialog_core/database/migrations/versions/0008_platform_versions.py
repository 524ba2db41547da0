# SPDX-License-Identifier: Apache-2.0
"""Which version of the platform each process runs, and for which versions the tables are good"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "served_revision",
        sa.Column("revision", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_served_revision")),
    )
    op.add_column("node_process", sa.Column("platform_version", sa.String(length=40), nullable=True))


def downgrade() -> None:
    """Undo."""
    op.drop_column("node_process", "platform_version")
    op.drop_table("served_revision")
