# SPDX-License-Identifier: Apache-2.0
"""Data of modules: what is kept after a removal, exports, and steps that cannot be taken back"""

import sqlalchemy as sa
from alembic import op

from dialog_core.database import JsonDocument, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("generation", sa.Column("platform", sa.String(length=60), server_default="", nullable=False))
    op.create_table(
        "kept_module",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("version", sa.String(length=60), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("manifest", JsonDocument, nullable=False),
        sa.Column("generation_id", sa.Integer(), nullable=False),
        sa.Column("removed_by", sa.String(length=300), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["generation_id"], ["generation.id"], name=op.f("fk_kept_module_generation_id")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_kept_module")),
    )
    op.create_table(
        "module_data_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("module", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("revision", sa.String(length=60), nullable=False),
        sa.Column("generation_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["generation_id"], ["generation.id"], name=op.f("fk_module_data_step_generation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module_data_step")),
    )
    op.create_index(op.f("ix_module_data_step_module"), "module_data_step", ["module"], unique=False)
    op.create_table(
        "module_export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("module", sa.String(length=60), nullable=False),
        sa.Column("why", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=300), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module_export")),
    )
    op.create_index(op.f("ix_module_export_module"), "module_export", ["module"], unique=False)
    op.create_index(op.f("ix_module_export_expires_at"), "module_export", ["expires_at"], unique=False)
    op.create_table(
        "module_export_part",
        sa.Column("export_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["export_id"], ["module_export.id"], name=op.f("fk_module_export_part_export_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("export_id", "number", name=op.f("pk_module_export_part")),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("module_export_part")
    op.drop_table("module_export")
    op.drop_table("module_data_step")
    op.drop_table("kept_module")
    op.drop_column("generation", "platform")
