"""Notifications of a user."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from community.core.models import Base, Public, Stamped

TYPES = ("POST_COMMENTED", "COMMENT_REPLIED")


class Notification(Public, Stamped, Base):
    """One thing that concerns one user. `action_url` is a local path."""

    __tablename__ = "notifications"
    dom_prefix = "notification"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    community_id: Mapped[int | None] = mapped_column(ForeignKey("communities.id"))
    type: Mapped[str]
    actor_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    entity_type: Mapped[str]
    entity_id: Mapped[int] = mapped_column(BigInteger)
    title: Mapped[str] = mapped_column(String(200))
    message: Mapped[str] = mapped_column(String(500), server_default="")
    data: Mapped[dict[str, object]] = mapped_column(JSONB, server_default="{}")
    action_url: Mapped[str]
    priority: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    source_event_id: Mapped[int] = mapped_column(BigInteger)
    read_at: Mapped[dt.datetime | None]
    dismissed_at: Mapped[dt.datetime | None]

    __table_args__ = (
        UniqueConstraint("user_id", "source_event_id", "type"),
        Index("ix_notifications_user_id_created_at", "user_id", text("created_at DESC"), text("id DESC")),
        Index("ix_notifications_unread", "user_id", postgresql_where=text("read_at IS NULL AND dismissed_at IS NULL")),
        Index("ix_notifications_community_id", "community_id"),
        Index("ix_notifications_actor_user_id", "actor_user_id"),
        CheckConstraint("action_url LIKE '/%' AND action_url NOT LIKE '//%'", "local_path"),
    )
