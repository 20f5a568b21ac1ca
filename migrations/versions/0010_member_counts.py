"""What members did, counted by space, so that what is shown of them never counts what somebody may not read.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

FILL = """
    INSERT INTO member_counts (community_id, member_id, space_id, post_count, comment_count, like_count)
    SELECT community_id, member_id, space_id, sum(posts), sum(comments), sum(likes) FROM (
        SELECT community_id, author_id AS member_id, space_id, 1 AS posts, 0 AS comments, like_count AS likes
        FROM posts WHERE status IN ('PUBLISHED', 'ARCHIVED') AND deleted_at IS NULL
        UNION ALL
        SELECT c.community_id, c.author_id, p.space_id, 0, 1, c.like_count
        FROM comments c JOIN posts p ON p.id = c.post_id WHERE c.status = 'PUBLISHED' AND c.deleted_at IS NULL
    ) AS done GROUP BY 1, 2, 3"""
OPEN_LATEST = """
    UPDATE communities SET last_activity_at = (
        SELECT max(p.last_activity_at) FROM posts p LEFT JOIN spaces s ON s.id = p.space_id
        WHERE p.community_id = communities.id AND p.status = 'PUBLISHED' AND p.deleted_at IS NULL
        AND (s.id IS NULL OR s.visibility = 'PUBLIC'))"""


def upgrade() -> None:
    op.create_table(
        "member_counts",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("space_id", sa.BigInteger(), nullable=True),
        sa.Column("post_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("comment_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("like_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.ForeignKeyConstraint(["community_id", "member_id"], ["members.community_id", "members.id"],
                                name=op.f("fk_member_counts_community_id_members")),
        sa.ForeignKeyConstraint(["community_id", "space_id"], ["spaces.community_id", "spaces.id"],
                                name=op.f("fk_member_counts_community_id_spaces")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_counts")),
        sa.UniqueConstraint("member_id", "space_id", name="uq_member_counts", postgresql_nulls_not_distinct=True),
    )
    op.create_index("ix_member_counts_community_id_member_id", "member_counts", ["community_id", "member_id"])
    op.create_index("ix_member_counts_community_id_space_id", "member_counts", ["community_id", "space_id"])
    op.execute(FILL)
    op.execute(OPEN_LATEST)


def downgrade() -> None:
    op.drop_table("member_counts")
