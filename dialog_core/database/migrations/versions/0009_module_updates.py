# SPDX-License-Identifier: Apache-2.0
"""Updates of modules: how far each may go by itself, and what came of it"""

import sqlalchemy as sa
from alembic import op

from dialog_core.database import JsonDocument, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "module_policy",
        sa.Column("module", sa.String(length=60), nullable=False),
        sa.Column("policy", sa.String(length=8), nullable=False),
        sa.Column("changed_by", sa.String(length=300), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("module", name=op.f("pk_module_policy")),
    )
    op.create_table(
        "module_update",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("module", sa.String(length=60), nullable=False),
        sa.Column("old_version", sa.String(length=60), nullable=False),
        sa.Column("old_sha256", sa.String(length=64), nullable=False),
        sa.Column("new_version", sa.String(length=60), nullable=False),
        sa.Column("new_sha256", sa.String(length=64), nullable=False),
        sa.Column("was_enabled", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("asks", JsonDocument, nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("watch_until", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["change_id"], ["module_change.id"], name=op.f("fk_module_update_change_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module_update")),
    )
    op.create_index(op.f("ix_module_update_state"), "module_update", ["state"], unique=False)
    op.create_index(op.f("ix_module_update_version"), "module_update", ["module", "new_sha256", "id"], unique=False)


def downgrade() -> None:
    """Undo."""
    op.drop_table("module_update")
    op.drop_table("module_policy")
