# SPDX-License-Identifier: Apache-2.0
"""Further fields of tickets and their values; administrators may make fields"""

import json

import sqlalchemy as sa
from alembic import op

from dialog_core.database import JsonDocument, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_INDEXED = ("text_key", "number", "day", "option", "staff_id", "contact_id")
_role = sa.table(
    "role", sa.column("id", sa.Integer()), sa.column("name", sa.String()), sa.column("permissions", JsonDocument)
)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "ticket_field",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_archived", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", JsonDocument, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_field")),
        sa.UniqueConstraint("key", name=op.f("uq_ticket_field_key")),
    )
    op.create_table(
        "ticket_field_value",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=80), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=True),
        sa.Column("text_key", sa.String(length=300), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("unit", sa.String(length=3), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("option", sa.String(length=60), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("attachment_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_field_value_ticket_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_ticket_field_value_staff_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_ticket_field_value_contact_id")),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"], name=op.f("fk_ticket_field_value_attachment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_field_value")),
        sa.UniqueConstraint("ticket_id", "field", "place", name=op.f("uq_ticket_field_value_ticket_id_field_place")),
    )
    for column in _INDEXED:
        condition = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            f"ix_ticket_field_value_{column}", "ticket_field_value", ["field", column, "ticket_id"],
            sqlite_where=condition, postgresql_where=condition,
        )  # fmt: skip
    _set_permission(is_given=True)


def downgrade() -> None:
    """Undo."""
    _set_permission(is_given=False)
    op.drop_table("ticket_field_value")
    op.drop_table("ticket_field")


def _set_permission(*, is_given: bool) -> None:
    """Give the role of administrators what manages fields, or take it from every role."""
    connection = op.get_bind()
    for row in connection.execute(sa.select(_role)).all():
        had = row.permissions if isinstance(row.permissions, list) else json.loads(row.permissions)
        kept = [name for name in had if name != "field.manage"]
        wanted = sorted([*kept, "field.manage"]) if is_given and row.name == "administrator" else kept
        if wanted != had:
            connection.execute(sa.update(_role).where(_role.c.id == row.id).values(permissions=wanted))
