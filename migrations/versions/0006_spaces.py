"""Addresses of deleted spaces are free again; lists of the people of a space; private spaces let people in by request.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint("uq_spaces_community_id_slug", "spaces", type_="unique")
    op.create_index("uq_spaces_community_id_slug", "spaces", ["community_id", "slug"], unique=True,
                    postgresql_where=sa.text("deleted_at IS NULL"))
    op.create_index("ix_space_members_space_id_status", "space_members", ["space_id", "status", sa.text("id DESC")])
    op.execute("UPDATE spaces SET join_approval = true WHERE visibility = 'PRIVATE'")


def downgrade() -> None:
    op.drop_index("ix_space_members_space_id_status", table_name="space_members")
    op.drop_index("uq_spaces_community_id_slug", table_name="spaces")
    op.create_unique_constraint("uq_spaces_community_id_slug", "spaces", ["community_id", "slug"])
