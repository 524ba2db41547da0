# SPDX-License-Identifier: Apache-2.0
"""Deadlines of tickets"""

import sqlalchemy as sa
from alembic import op

from dialog_core.plugin import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "sla_deadline",
        sa.Column("ticket_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("goal", sa.Float(), nullable=False),
        sa.Column("used", sa.Float(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=True),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("missed_at", UtcDateTime(), nullable=True),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("policy", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("ticket_id", name="pk_sla_deadline"),
    )
    op.create_index("ix_sla_deadline_due_at", "sla_deadline", ["due_at"])
    op.create_index("ix_sla_deadline_policy", "sla_deadline", ["policy"])


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_sla_deadline_policy", table_name="sla_deadline")
    op.drop_index("ix_sla_deadline_due_at", table_name="sla_deadline")
    op.drop_table("sla_deadline")
