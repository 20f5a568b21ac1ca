"""Lists of members in the orders they are shown in, whatever their number.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ACTIVE = sa.text("status = 'ACTIVE'")


def upgrade() -> None:
    op.create_index("ix_members_active", "members",
                    ["community_id", sa.text("coalesce(last_active_at, joined_at) DESC"), sa.text("id DESC")], postgresql_where=ACTIVE)
    op.create_index("ix_members_joined", "members", ["community_id", sa.text("joined_at DESC"), sa.text("id DESC")],
                    postgresql_where=ACTIVE)


def downgrade() -> None:
    op.drop_index("ix_members_joined", "members")
    op.drop_index("ix_members_active", "members")
