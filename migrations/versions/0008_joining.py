"""Tasks of owners, and what is noted about those who come in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("members", sa.Column("welcomed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE members SET welcomed_at = now()")
    op.add_column("invites", sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_communities_activity", "communities",
                    [sa.text("coalesce(last_activity_at, created_at) DESC"), sa.text("id DESC")],
                    postgresql_where=sa.text("deleted_at IS NULL"))
    op.create_table(
        "tasks",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.String(length=1000), server_default="", nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), server_default="NORMAL", nullable=False),
        sa.Column("status", sa.Text(), server_default="PENDING", nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_by", sa.BigInteger(), nullable=True),
        sa.Column("assignee_id", sa.BigInteger(), nullable=True),
        sa.Column("related_type", sa.String(length=40), server_default="", nullable=False),
        sa.Column("related_id", sa.BigInteger(), nullable=True),
        sa.Column("dedupe_key", sa.String(length=120), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_id", sa.UUID(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "type IN ('MODERATION_REVIEW', 'MEMBER_APPROVAL', 'PAYMENT_METHOD', 'SETUP_STEP', 'TRIAL_EXPIRING', 'CONTENT_REVIEW')",
            name=op.f("ck_tasks_type")),
        sa.CheckConstraint("priority IN ('LOW', 'NORMAL', 'HIGH', 'URGENT')", name=op.f("ck_tasks_priority")),
        sa.CheckConstraint("status IN ('PENDING', 'IN_PROGRESS', 'COMPLETED', 'DISMISSED')", name=op.f("ck_tasks_status")),
        sa.CheckConstraint("(status = 'COMPLETED') = (completed_at IS NOT NULL)", name=op.f("ck_tasks_completed")),
        sa.ForeignKeyConstraint(["community_id"], ["communities.id"], name=op.f("fk_tasks_community_id")),
        sa.ForeignKeyConstraint(["community_id", "completed_by"], ["members.community_id", "members.id"],
                                name="fk_tasks_completed_by"),
        sa.ForeignKeyConstraint(["community_id", "assignee_id"], ["members.community_id", "members.id"],
                                name="fk_tasks_assignee_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("public_id", name=op.f("uq_tasks_public_id")),
    )
    op.create_index("ix_tasks_community_id_status", "tasks", ["community_id", "status", "deleted_at"])
    op.create_index("ix_tasks_community_id_priority", "tasks", ["community_id", "priority", "status", "deleted_at"])
    op.create_index("ix_tasks_completed_by", "tasks", ["community_id", "completed_by"])
    op.create_index("ix_tasks_assignee_id", "tasks", ["community_id", "assignee_id"])
    op.create_index("uq_tasks_open", "tasks", ["community_id", "dedupe_key"], unique=True,
                    postgresql_where=sa.text("status IN ('PENDING', 'IN_PROGRESS')"))


def downgrade() -> None:
    op.drop_table("tasks")
    op.drop_index("ix_communities_activity", table_name="communities")
    op.drop_column("invites", "mailed_at")
    op.drop_column("members", "welcomed_at")
