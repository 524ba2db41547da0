# SPDX-License-Identifier: Apache-2.0
"""How modules behave: timings, breakers, strikes, notices, log lines"""

import sqlalchemy as sa
from alembic import op

from dialog_core.database import JsonDocument, UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "hook_timing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("module", sa.String(length=60), nullable=False),
        sa.Column("hook", sa.String(length=60), nullable=False),
        sa.Column("hour", UtcDateTime(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("buckets", JsonDocument, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hook_timing")),
        sa.UniqueConstraint("module", "hook", "hour", name=op.f("uq_hook_timing_module_hook_hour")),
    )
    op.create_table(
        "hook_breaker",
        sa.Column("module", sa.String(length=60), nullable=False),
        sa.Column("hook", sa.String(length=60), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("trips", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=500), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("try_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("module", "hook", name=op.f("pk_hook_breaker")),
    )
    op.create_table(
        "module_strike",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("module", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("problem", sa.String(length=500), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module_strike")),
    )
    op.create_index("ix_module_strike_module", "module_strike", ["module", "at"], unique=False)
    op.create_table(
        "module_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("module", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("values", JsonDocument, nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module_notice")),
    )
    op.create_index(op.f("ix_module_notice_module"), "module_notice", ["module"], unique=False)
    op.create_table(
        "module_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("module", sa.String(length=60), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("process", sa.String(length=80), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module_log")),
    )
    op.create_index("ix_module_log_module", "module_log", ["module", "id"], unique=False)


def downgrade() -> None:
    """Undo."""
    op.drop_table("module_log")
    op.drop_table("module_notice")
    op.drop_table("module_strike")
    op.drop_table("hook_breaker")
    op.drop_table("hook_timing")
