"""Who belongs to a community and to its spaces."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from community.communities.models.places import PLANS
from community.core.models import Base, Numbered, Public, Stamped, one_of

ROLES = ("OWNER", "ADMIN", "MODERATOR", "MEMBER")
MEMBER_STATUSES = ("PENDING", "ACTIVE", "SUSPENDED", "BANNED", "ARCHIVED")
SPACE_MEMBER_STATUSES = ("INVITED", "PENDING", "ACTIVE", "BANNED", "LEFT")
NOTIFICATION_LEVELS = ("ALL", "HIGHLIGHTS", "MENTIONS", "NONE")


class Member(Public, Stamped, Base):
    """A user in a community. One row for ever; joining again reuses it."""

    __tablename__ = "members"

    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    role: Mapped[str] = mapped_column(server_default="MEMBER")
    status: Mapped[str] = mapped_column(server_default="ACTIVE")
    status_reason: Mapped[str | None]
    status_expires_at: Mapped[dt.datetime | None]
    muted_until: Mapped[dt.datetime | None]
    plan: Mapped[str] = mapped_column(server_default="FREE")
    nickname: Mapped[str | None] = mapped_column(String(60))
    warning_count: Mapped[int] = mapped_column(server_default="0")
    invited_by: Mapped[int | None] = mapped_column(BigInteger)
    approved_by: Mapped[int | None] = mapped_column(BigInteger)
    join_answers: Mapped[list[dict[str, str]]] = mapped_column(JSONB, server_default="[]")
    """Question and answer as they read when the person asked to join."""
    trust_is_sticky: Mapped[bool] = mapped_column(server_default=text("false"))
    """The level was set by hand and is not computed any more."""
    declined_at: Mapped[dt.datetime | None]
    trust_level: Mapped[str] = mapped_column(server_default="NEW")
    title: Mapped[str] = mapped_column(String(60), server_default="")
    post_count: Mapped[int] = mapped_column(server_default="0")
    comment_count: Mapped[int] = mapped_column(server_default="0")
    reaction_given_count: Mapped[int] = mapped_column(server_default="0")
    like_received_count: Mapped[int] = mapped_column(server_default="0")
    rules_version: Mapped[int | None]
    joined_at: Mapped[dt.datetime | None]
    left_at: Mapped[dt.datetime | None]
    welcomed_at: Mapped[dt.datetime | None]
    """When the person put the first steps away; until then they are offered."""
    last_active_at: Mapped[dt.datetime | None]
    deleted_at: Mapped[dt.datetime | None]

    __table_args__ = (
        UniqueConstraint("community_id", "user_id"),
        UniqueConstraint("community_id", "id"),
        Index("ix_members_community_id_last_active_at", "community_id", text("last_active_at DESC")),
        Index("ix_members_active", "community_id", text("coalesce(last_active_at, joined_at) DESC"), text("id DESC"),
              postgresql_where=text("status = 'ACTIVE'")),
        Index("ix_members_joined", "community_id", text("joined_at DESC"), text("id DESC"),
              postgresql_where=text("status = 'ACTIVE'")),
        Index("ix_members_community_id_status_role", "community_id", "status", "role"),
        Index("ix_members_user_id", "user_id"),
        Index("ix_members_invited_by", "community_id", "invited_by"),
        Index("ix_members_approved_by", "community_id", "approved_by"),
        Index("ix_members_status_expires_at", "status_expires_at",
              postgresql_where=text("status_expires_at IS NOT NULL")),
        ForeignKeyConstraint(["community_id", "invited_by"], ["members.community_id", "members.id"]),
        ForeignKeyConstraint(["community_id", "approved_by"], ["members.community_id", "members.id"]),
        CheckConstraint(one_of("plan", *PLANS), "plan"),
        CheckConstraint(one_of("role", *ROLES), "role"),
        CheckConstraint(one_of("status", *MEMBER_STATUSES), "status"),
        CheckConstraint(one_of("trust_level", "NEW", "ACTIVE", "TRUSTED"), "trust_level"),
    )


class MemberPeriod(Numbered, Base):
    """A stretch of active membership: the source of all historic member counts."""

    __tablename__ = "member_periods"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    started_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    end_reason: Mapped[str | None]

    __table_args__ = (
        Index("uq_member_periods_open", "member_id", unique=True, postgresql_where=text("ended_at IS NULL")),
        Index("ix_member_periods_member_id", "member_id"),
        CheckConstraint(one_of("end_reason", "LEFT", "BANNED", "REMOVED", "ARCHIVED"), "end_reason"),
    )


class MemberCount(Numbered, Base):
    """What a member did in a space (None: outside of spaces). What others are shown is the sum over the open ones."""

    __tablename__ = "member_counts"

    community_id: Mapped[int] = mapped_column(BigInteger)
    member_id: Mapped[int] = mapped_column(BigInteger)
    space_id: Mapped[int | None] = mapped_column(BigInteger)
    post_count: Mapped[int] = mapped_column(server_default="0")
    comment_count: Mapped[int] = mapped_column(server_default="0")
    like_count: Mapped[int] = mapped_column(server_default="0")
    """Likes received."""

    __table_args__ = (
        UniqueConstraint("member_id", "space_id", name="uq_member_counts", postgresql_nulls_not_distinct=True),
        ForeignKeyConstraint(["community_id", "member_id"], ["members.community_id", "members.id"]),
        ForeignKeyConstraint(["community_id", "space_id"], ["spaces.community_id", "spaces.id"]),
        Index("ix_member_counts_community_id_member_id", "community_id", "member_id"),
        Index("ix_member_counts_community_id_space_id", "community_id", "space_id"),
    )


class SpaceMember(Numbered, Stamped, Base):
    """A member's place in a space."""

    __tablename__ = "space_members"

    community_id: Mapped[int] = mapped_column(BigInteger)
    space_id: Mapped[int] = mapped_column(BigInteger)
    member_id: Mapped[int] = mapped_column(BigInteger)
    role: Mapped[str] = mapped_column(server_default="MEMBER")
    status: Mapped[str] = mapped_column(server_default="ACTIVE")
    invited_by: Mapped[int | None] = mapped_column(BigInteger)
    approved_by: Mapped[int | None] = mapped_column(BigInteger)
    muted_until: Mapped[dt.datetime | None]
    banned_until: Mapped[dt.datetime | None]
    ban_reason: Mapped[str | None] = mapped_column(String(500))
    contribution: Mapped[int] = mapped_column(server_default="0")
    """5 x posts + 2 x comments + likes received here; computed daily."""
    notification_level: Mapped[str] = mapped_column(server_default="HIGHLIGHTS")
    last_active_at: Mapped[dt.datetime | None]
    joined_at: Mapped[dt.datetime | None]

    __table_args__ = (
        UniqueConstraint("space_id", "member_id"),
        ForeignKeyConstraint(["community_id", "space_id"], ["spaces.community_id", "spaces.id"]),
        ForeignKeyConstraint(["community_id", "member_id"], ["members.community_id", "members.id"]),
        Index("ix_space_members_space_id_status", "space_id", "status", text("id DESC")),
        Index("ix_space_members_community_id_space_id", "community_id", "space_id"),
        Index("ix_space_members_community_id_member_id", "community_id", "member_id"),
        ForeignKeyConstraint(["community_id", "invited_by"], ["members.community_id", "members.id"]),
        ForeignKeyConstraint(["community_id", "approved_by"], ["members.community_id", "members.id"]),
        Index("ix_space_members_invited_by", "community_id", "invited_by"),
        Index("ix_space_members_approved_by", "community_id", "approved_by"),
        CheckConstraint(one_of("notification_level", *NOTIFICATION_LEVELS), "notification_level"),
        CheckConstraint(one_of("role", *ROLES), "role"),
        CheckConstraint(one_of("status", *SPACE_MEMBER_STATUSES), "status"),
    )
