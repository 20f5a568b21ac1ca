"""The to-do list of a community's staff."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from community.core.models import Base, Public, Stamped, one_of

TYPES = ("MODERATION_REVIEW", "MEMBER_APPROVAL", "PAYMENT_METHOD", "SETUP_STEP", "TRIAL_EXPIRING", "CONTENT_REVIEW")
PRIORITIES = ("LOW", "NORMAL", "HIGH", "URGENT")
STATUSES = ("PENDING", "IN_PROGRESS", "COMPLETED", "DISMISSED")
OPEN = ("PENDING", "IN_PROGRESS")
FOR_MODERATORS = ("MODERATION_REVIEW", "CONTENT_REVIEW", "MEMBER_APPROVAL")


class Task(Public, Stamped, Base):
    """One thing to do. Of one cause (`dedupe_key`) at most one is open; a new cause makes a new task."""

    __tablename__ = "tasks"
    dom_prefix = "task"

    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(String(1000), server_default="")
    type: Mapped[str]
    priority: Mapped[str] = mapped_column(server_default="NORMAL")
    status: Mapped[str] = mapped_column(server_default="PENDING")
    completed_at: Mapped[dt.datetime | None]
    completed_by: Mapped[int | None] = mapped_column(BigInteger)
    assignee_id: Mapped[int | None] = mapped_column(BigInteger)
    related_type: Mapped[str] = mapped_column(String(40), server_default="")
    related_id: Mapped[int | None] = mapped_column(BigInteger)
    dedupe_key: Mapped[str] = mapped_column(String(120))
    due_at: Mapped[dt.datetime | None]
    details: Mapped[dict[str, object]] = mapped_column("metadata", JSONB, server_default="{}")
    deleted_at: Mapped[dt.datetime | None]

    __table_args__ = (
        CheckConstraint(one_of("type", *TYPES), "type"),
        CheckConstraint(one_of("priority", *PRIORITIES), "priority"),
        CheckConstraint(one_of("status", *STATUSES), "status"),
        CheckConstraint("(status = 'COMPLETED') = (completed_at IS NOT NULL)", "completed"),
        ForeignKeyConstraint(["community_id", "completed_by"], ["members.community_id", "members.id"]),
        ForeignKeyConstraint(["community_id", "assignee_id"], ["members.community_id", "members.id"]),
        Index("ix_tasks_community_id_status", "community_id", "status", "deleted_at"),
        Index("ix_tasks_community_id_priority", "community_id", "priority", "status", "deleted_at"),
        Index("ix_tasks_completed_by", "community_id", "completed_by"),
        Index("ix_tasks_assignee_id", "community_id", "assignee_id"),
        Index("uq_tasks_open", "community_id", "dedupe_key", unique=True,
              postgresql_where=text("status IN ('PENDING', 'IN_PROGRESS')")),
    )
