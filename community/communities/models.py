"""Communities, members, spaces, tags and the emoji a community reacts with."""

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
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from community.core.models import Base, Numbered, Public, Stamped, one_of

VISIBILITIES = ("PUBLIC", "PRIVATE", "HIDDEN")
JOIN_POLICIES = ("OPEN", "APPROVAL", "INVITE_ONLY")
ROLES = ("OWNER", "ADMIN", "MODERATOR", "MEMBER")
MEMBER_STATUSES = ("PENDING", "ACTIVE", "SUSPENDED", "BANNED", "ARCHIVED")
SPACE_VISIBILITIES = ("PUBLIC", "PRIVATE", "INVITE_ONLY", "HIDDEN")
SPACE_MEMBER_STATUSES = ("INVITED", "PENDING", "ACTIVE", "BANNED", "LEFT")
POSTING_POLICIES = ("MEMBERS", "SPACE_MEMBERS", "STAFF")


class Community(Public, Stamped, Base):
    """The tenant: all content, roles and settings belong to exactly one."""

    __tablename__ = "communities"

    name: Mapped[str] = mapped_column(String(80))
    slug: Mapped[str] = mapped_column(String(50), unique=True)
    description: Mapped[str] = mapped_column(String(500), server_default="")
    about: Mapped[str] = mapped_column(server_default="")
    about_html: Mapped[str] = mapped_column(server_default="")
    rules: Mapped[str] = mapped_column(server_default="")
    rules_html: Mapped[str] = mapped_column(server_default="")
    rules_version: Mapped[int] = mapped_column(server_default="1")
    hue: Mapped[int] = mapped_column(server_default="165")
    visibility: Mapped[str] = mapped_column(server_default="PUBLIC")
    join_policy: Mapped[str] = mapped_column(server_default="OPEN")
    locale: Mapped[str] = mapped_column(server_default="en")
    timezone: Mapped[str] = mapped_column(server_default="UTC")
    settings: Mapped[dict[str, object]] = mapped_column(JSONB, server_default="{}")
    member_count: Mapped[int] = mapped_column(server_default="0")
    post_count: Mapped[int] = mapped_column(server_default="0")
    comment_count: Mapped[int] = mapped_column(server_default="0")
    last_activity_at: Mapped[dt.datetime | None]
    status: Mapped[str] = mapped_column(server_default="ACTIVE")
    version: Mapped[int] = mapped_column(server_default="1")
    deleted_at: Mapped[dt.datetime | None]

    __table_args__ = (
        CheckConstraint(one_of("visibility", *VISIBILITIES), "visibility"),
        CheckConstraint(one_of("join_policy", *JOIN_POLICIES), "join_policy"),
        CheckConstraint(one_of("status", "ACTIVE", "LOCKED", "DELETED"), "status"),
        CheckConstraint("hue BETWEEN 0 AND 359", "hue"),
        Index("ix_communities_directory", text("member_count DESC"), text("id DESC"),
              postgresql_where=text("deleted_at IS NULL AND visibility <> 'HIDDEN'")),
    )


class Member(Numbered, Stamped, Base):
    """A user in a community. One row for ever; joining again reuses it."""

    __tablename__ = "members"

    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    role: Mapped[str] = mapped_column(server_default="MEMBER")
    status: Mapped[str] = mapped_column(server_default="ACTIVE")
    status_reason: Mapped[str | None]
    status_expires_at: Mapped[dt.datetime | None]
    muted_until: Mapped[dt.datetime | None]
    trust_level: Mapped[str] = mapped_column(server_default="NEW")
    title: Mapped[str] = mapped_column(String(60), server_default="")
    post_count: Mapped[int] = mapped_column(server_default="0")
    comment_count: Mapped[int] = mapped_column(server_default="0")
    reaction_given_count: Mapped[int] = mapped_column(server_default="0")
    like_received_count: Mapped[int] = mapped_column(server_default="0")
    rules_version: Mapped[int | None]
    joined_at: Mapped[dt.datetime | None]
    left_at: Mapped[dt.datetime | None]
    last_active_at: Mapped[dt.datetime | None]
    deleted_at: Mapped[dt.datetime | None]

    __table_args__ = (
        UniqueConstraint("community_id", "user_id"),
        UniqueConstraint("community_id", "id"),
        Index("ix_members_community_id_last_active_at", "community_id", text("last_active_at DESC")),
        Index("ix_members_community_id_status_role", "community_id", "status", "role"),
        Index("ix_members_user_id", "user_id"),
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


class Space(Public, Stamped, Base):
    """A section of a community with its own readers and rules."""

    __tablename__ = "spaces"

    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    name: Mapped[str] = mapped_column(String(80))
    slug: Mapped[str] = mapped_column(String(50))
    description: Mapped[str] = mapped_column(String(500), server_default="")
    icon: Mapped[str] = mapped_column(String(16), server_default="")
    visibility: Mapped[str] = mapped_column(server_default="PUBLIC")
    join_approval: Mapped[bool] = mapped_column(server_default=text("false"))
    posting_policy: Mapped[str] = mapped_column(server_default="MEMBERS")
    default_sort: Mapped[str] = mapped_column(server_default="latest")
    rules: Mapped[str] = mapped_column(server_default="")
    sort_order: Mapped[int] = mapped_column(server_default="0")
    auto_join: Mapped[bool] = mapped_column(server_default=text("false"))
    is_archived: Mapped[bool] = mapped_column(server_default=text("false"))
    member_count: Mapped[int] = mapped_column(server_default="0")
    post_count: Mapped[int] = mapped_column(server_default="0")
    version: Mapped[int] = mapped_column(server_default="1")
    deleted_at: Mapped[dt.datetime | None]

    __table_args__ = (
        UniqueConstraint("community_id", "slug"),
        UniqueConstraint("community_id", "id"),
        Index("ix_spaces_community_id_sort_order", "community_id", "deleted_at", "sort_order"),
        CheckConstraint(one_of("visibility", *SPACE_VISIBILITIES), "visibility"),
        CheckConstraint(one_of("posting_policy", *POSTING_POLICIES), "posting_policy"),
    )


class SpaceMember(Numbered, Stamped, Base):
    """A member's place in a space."""

    __tablename__ = "space_members"

    community_id: Mapped[int] = mapped_column(BigInteger)
    space_id: Mapped[int] = mapped_column(BigInteger)
    member_id: Mapped[int] = mapped_column(BigInteger)
    role: Mapped[str] = mapped_column(server_default="MEMBER")
    status: Mapped[str] = mapped_column(server_default="ACTIVE")
    joined_at: Mapped[dt.datetime | None]

    __table_args__ = (
        UniqueConstraint("space_id", "member_id"),
        ForeignKeyConstraint(["community_id", "space_id"], ["spaces.community_id", "spaces.id"]),
        ForeignKeyConstraint(["community_id", "member_id"], ["members.community_id", "members.id"]),
        Index("ix_space_members_community_id_space_id", "community_id", "space_id"),
        Index("ix_space_members_community_id_member_id", "community_id", "member_id"),
        CheckConstraint(one_of("role", *ROLES), "role"),
        CheckConstraint(one_of("status", *SPACE_MEMBER_STATUSES), "status"),
    )


class Tag(Numbered, Stamped, Base):
    """A free keyword of a community."""

    __tablename__ = "tags"

    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    name: Mapped[str] = mapped_column(String(50))
    slug: Mapped[str] = mapped_column(String(60))
    description: Mapped[str] = mapped_column(server_default="")
    synonyms: Mapped[list[str]] = mapped_column(ARRAY(String), server_default="{}")
    post_count: Mapped[int] = mapped_column(server_default="0")

    __table_args__ = (
        UniqueConstraint("community_id", "id"),
        UniqueConstraint("community_id", "slug"),
        Index("uq_tags_community_id_name", "community_id", text("lower(name)"), unique=True),
    )


class CommunityEmoji(Numbered, Base):
    """A reaction a community offers."""

    __tablename__ = "community_emoji"

    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    code: Mapped[str] = mapped_column(String(32))
    label: Mapped[str] = mapped_column(String(60))
    glyph: Mapped[str] = mapped_column(String(16))
    counts_as_like: Mapped[bool] = mapped_column(server_default=text("false"))
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    sort_order: Mapped[int] = mapped_column(server_default="0")

    __table_args__ = (
        UniqueConstraint("community_id", "code"),
        CheckConstraint("code ~ '^[a-z0-9_]{2,32}$'", "code"),
    )
