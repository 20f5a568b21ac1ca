"""How people stand to each other: follows, blocks and mutes."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from community.core.models import Base, Numbered, one_of

MUTE_TYPES = ("MUTE", "HIDE_POSTS", "HIDE_STORIES")


class Follow(Numbered, Base):
    """Somebody follows somebody, or asks to."""

    __tablename__ = "follows"

    follower_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    followee_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    status: Mapped[str] = mapped_column(server_default="ACTIVE")
    notify_new_posts: Mapped[bool] = mapped_column(server_default=text("true"))
    notify_activity: Mapped[bool] = mapped_column(server_default=text("false"))
    created_at: Mapped[dt.datetime]

    __table_args__ = (
        UniqueConstraint("follower_id", "followee_id"),
        Index("ix_follows_followee_id_status", "followee_id", "status", text("id DESC")),
        Index("ix_follows_follower_id_created_at", "follower_id", "created_at"),
        CheckConstraint(one_of("status", "ACTIVE", "PENDING"), "status"),
        CheckConstraint("follower_id <> followee_id", "self"),
    )


class Block(Numbered, Base):
    """Two people keep apart: each is absent for the other."""

    __tablename__ = "blocks"

    blocker_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    blocked_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(String(200), server_default="")
    created_at: Mapped[dt.datetime]

    __table_args__ = (
        UniqueConstraint("blocker_id", "blocked_id"),
        Index("ix_blocks_blocked_id", "blocked_id"),
        CheckConstraint("blocker_id <> blocked_id", "self"),
    )


class Mute(Numbered, Base):
    """Somebody does not want to read somebody, silently and perhaps only for a time."""

    __tablename__ = "mutes"

    muter_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    muted_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    mute_type: Mapped[str] = mapped_column(server_default="MUTE")
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime | None]

    __table_args__ = (
        UniqueConstraint("muter_id", "muted_id"),
        Index("ix_mutes_muted_id", "muted_id"),
        Index("ix_mutes_expires_at", "expires_at", postgresql_where=text("expires_at IS NOT NULL")),
        CheckConstraint(one_of("mute_type", *MUTE_TYPES), "mute_type"),
        CheckConstraint("muter_id <> muted_id", "self"),
    )
