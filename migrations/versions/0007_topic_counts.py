"""Posts with a tag or of a category, counted by space, so that what is shown never counts what somebody may not read.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

FILL = (
    """INSERT INTO topic_counts (community_id, tag_id, space_id, post_count)
        SELECT p.community_id, t.tag_id, p.space_id, count(*) FROM post_tags t JOIN posts p ON p.id = t.post_id
        WHERE p.status IN ('PUBLISHED', 'ARCHIVED') AND p.deleted_at IS NULL GROUP BY 1, 2, 3""",
    """INSERT INTO topic_counts (community_id, category_id, space_id, post_count)
        SELECT p.community_id, p.category_id, p.space_id, count(*) FROM posts p
        WHERE p.status IN ('PUBLISHED', 'ARCHIVED') AND p.deleted_at IS NULL AND p.category_id IS NOT NULL GROUP BY 1, 2, 3""",
    """UPDATE tags SET post_count = coalesce((SELECT sum(c.post_count) FROM topic_counts c WHERE c.tag_id = tags.id), 0)""",
    """UPDATE categories SET post_count =
        coalesce((SELECT sum(c.post_count) FROM topic_counts c WHERE c.category_id = categories.id), 0)""",
)


def upgrade() -> None:
    op.create_table(
        "topic_counts",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("tag_id", sa.BigInteger(), nullable=True),
        sa.Column("category_id", sa.BigInteger(), nullable=True),
        sa.Column("space_id", sa.BigInteger(), nullable=True),
        sa.Column("post_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.CheckConstraint("num_nonnulls(tag_id, category_id) = 1", name=op.f("ck_topic_counts_one_topic")),
        sa.ForeignKeyConstraint(["community_id"], ["communities.id"], name=op.f("fk_topic_counts_community_id_communities")),
        sa.ForeignKeyConstraint(["community_id", "tag_id"], ["tags.community_id", "tags.id"], ondelete="CASCADE",
                                name=op.f("fk_topic_counts_community_id_tags")),
        sa.ForeignKeyConstraint(["community_id", "category_id"], ["categories.community_id", "categories.id"],
                                ondelete="CASCADE", name=op.f("fk_topic_counts_community_id_categories")),
        sa.ForeignKeyConstraint(["community_id", "space_id"], ["spaces.community_id", "spaces.id"],
                                name=op.f("fk_topic_counts_community_id_spaces")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic_counts")),
        sa.UniqueConstraint("tag_id", "category_id", "space_id", name="uq_topic_counts", postgresql_nulls_not_distinct=True),
    )
    op.create_index("ix_topic_counts_tag", "topic_counts", ["community_id", "tag_id", "space_id"])
    op.create_index("ix_topic_counts_category", "topic_counts", ["community_id", "category_id", "space_id"])
    op.create_index("ix_topic_counts_space", "topic_counts", ["community_id", "space_id"])
    for statement in FILL:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("topic_counts")
