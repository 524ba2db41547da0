# SPDX-License-Identifier: Apache-2.0
"""What the directory said of each number"""

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
        "customer_number_verdict",
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("customer", sa.String(200), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(200), nullable=False),
        sa.Column("checked_at", UtcDateTime(), nullable=True),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_customer_number_verdict"),
    )
    op.create_index("ix_customer_number_verdict_due_at", "customer_number_verdict", ["due_at"])
    op.create_index("ix_customer_number_verdict_expires_at", "customer_number_verdict", ["expires_at"])


def downgrade() -> None:
    """Undo."""
    op.drop_table("customer_number_verdict")
