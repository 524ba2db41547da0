# SPDX-License-Identifier: Apache-2.0
"""Who vouches for a wheel: trusted publishers, signatures, and the organisation's own index"""

import sqlalchemy as sa
from alembic import op

from dialog_core.database import JsonDocument, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "trusted_publisher",
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("public_key", sa.String(length=80), nullable=False),
        sa.Column("added_by", sa.String(length=300), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_trusted_publisher")),
        sa.UniqueConstraint("name", name=op.f("uq_trusted_publisher_name")),
    )
    op.create_table(
        "module_index",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("public_key", sa.String(length=80), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("document", JsonDocument, nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("checked_at", UtcDateTime(), nullable=True),
        sa.Column("problem", JsonDocument, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module_index")),
    )
    op.add_column("stored_wheel", sa.Column("signature", JsonDocument, nullable=True))
    op.add_column("stored_wheel", sa.Column("origin", sa.String(length=260), nullable=False, server_default=""))
    op.add_column("stored_wheel", sa.Column("index_key", sa.String(length=64), nullable=False, server_default=""))


def downgrade() -> None:
    """Undo."""
    for name in ("index_key", "origin", "signature"):
        op.drop_column("stored_wheel", name)
    op.drop_table("module_index")
    op.drop_table("trusted_publisher")
