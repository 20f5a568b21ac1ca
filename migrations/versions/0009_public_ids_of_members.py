"""Members and categories get an id the outside may name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = ("members", "categories")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("public_id", postgresql.UUID(), server_default=sa.text("uuidv7()"), nullable=False))
        op.create_unique_constraint(op.f(f"uq_{table}_public_id"), table, ["public_id"])


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "public_id")
