"""Communities and their spaces."""

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

from community.core.models import Base, Public, Stamped, one_of

VISIBILITIES = ("PUBLIC", "PRIVATE", "HIDDEN")
JOIN_POLICIES = ("OPEN", "APPROVAL", "INVITE_ONLY")
PLANS = ("FREE", "STARTER", "GROWTH", "ENTERPRISE")
SPACE_VISIBILITIES = ("PUBLIC", "PRIVATE", "INVITE_ONLY", "HIDDEN")
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
    avatar_media_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("media_files.id", use_alter=True))
    avatar: Mapped[str] = mapped_column(String(60), server_default="")
    """The key of the finished picture in addresses; empty without one."""
    banner_media_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("media_files.id", use_alter=True))
    banner: Mapped[str] = mapped_column(String(60), server_default="")
    plan_type: Mapped[str] = mapped_column(server_default="FREE")
    currency: Mapped[str] = mapped_column(String(3), server_default="USD")
    storage_used: Mapped[int] = mapped_column(BigInteger, server_default="0")
    storage_limit: Mapped[int] = mapped_column(BigInteger, server_default="53687091200")
    is_featured: Mapped[bool] = mapped_column(server_default=text("false"))
    is_official: Mapped[bool] = mapped_column(server_default=text("false"))
    locale: Mapped[str] = mapped_column(server_default="en")
    timezone: Mapped[str] = mapped_column(server_default="UTC")
    settings: Mapped[dict[str, object]] = mapped_column(JSONB, server_default="{}")
    member_count: Mapped[int] = mapped_column(server_default="0")
    post_count: Mapped[int] = mapped_column(server_default="0")
    comment_count: Mapped[int] = mapped_column(server_default="0")
    last_activity_at: Mapped[dt.datetime | None]
    status: Mapped[str] = mapped_column(server_default="ACTIVE")
    version: Mapped[int] = mapped_column(server_default="1")
    deletes_at: Mapped[dt.datetime | None]
    """When a community whose deletion was asked for is purged; restorable until then."""
    deleted_at: Mapped[dt.datetime | None]

    __table_args__ = (
        CheckConstraint(one_of("visibility", *VISIBILITIES), "visibility"),
        CheckConstraint(one_of("join_policy", *JOIN_POLICIES), "join_policy"),
        CheckConstraint(one_of("status", "ACTIVE", "LOCKED", "DELETED"), "status"),
        CheckConstraint(one_of("plan_type", *PLANS), "plan_type"),
        CheckConstraint("storage_used >= 0", "storage_used"),
        Index("ix_communities_avatar_media_id", "avatar_media_id"),
        Index("ix_communities_banner_media_id", "banner_media_id"),
        CheckConstraint("hue BETWEEN 0 AND 359", "hue"),
        Index("ix_communities_activity", text("coalesce(last_activity_at, created_at) DESC"), text("id DESC"),
              postgresql_where=text("deleted_at IS NULL")),
        Index("ix_communities_directory", text("member_count DESC"), text("id DESC"),
              postgresql_where=text("deleted_at IS NULL AND visibility <> 'HIDDEN'")),
    )


class Space(Public, Stamped, Base):
    """A section of a community with its own readers and rules."""

    __tablename__ = "spaces"

    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    name: Mapped[str] = mapped_column(String(80))
    slug: Mapped[str] = mapped_column(String(50))
    description: Mapped[str] = mapped_column(String(500), server_default="")
    icon: Mapped[str] = mapped_column(String(16), server_default="")
    color: Mapped[str] = mapped_column(String(7), server_default="")
    banner_media_id: Mapped[int | None] = mapped_column(BigInteger)
    banner: Mapped[str] = mapped_column(String(60), server_default="")
    visibility: Mapped[str] = mapped_column(server_default="PUBLIC")
    join_approval: Mapped[bool] = mapped_column(server_default=text("false"))
    posting_policy: Mapped[str] = mapped_column(server_default="MEMBERS")
    default_sort: Mapped[str] = mapped_column(server_default="latest")
    premoderation: Mapped[bool] = mapped_column(server_default=text("false"))
    allowed_kinds: Mapped[list[str]] = mapped_column(ARRAY(String(20)), server_default="{}")
    guidelines: Mapped[list[str]] = mapped_column(JSONB, server_default="[]")
    tags: Mapped[list[str]] = mapped_column(ARRAY(String(50)), server_default="{}")
    is_featured: Mapped[bool] = mapped_column(server_default=text("false"))
    is_official: Mapped[bool] = mapped_column(server_default=text("false"))
    rules_html: Mapped[str] = mapped_column(server_default="")
    rules: Mapped[str] = mapped_column(server_default="")
    sort_order: Mapped[int] = mapped_column(server_default="0")
    auto_join: Mapped[bool] = mapped_column(server_default=text("false"))
    is_archived: Mapped[bool] = mapped_column(server_default=text("false"))
    member_count: Mapped[int] = mapped_column(server_default="0")
    post_count: Mapped[int] = mapped_column(server_default="0")
    version: Mapped[int] = mapped_column(server_default="1")
    deleted_at: Mapped[dt.datetime | None]

    __table_args__ = (
        Index("uq_spaces_community_id_slug", "community_id", "slug", unique=True, postgresql_where=text("deleted_at IS NULL")),
        UniqueConstraint("community_id", "id"),
        Index("ix_spaces_community_id_sort_order", "community_id", "deleted_at", "sort_order"),
        ForeignKeyConstraint(["community_id", "banner_media_id"], ["media_files.community_id", "media_files.id"],
                             use_alter=True),
        Index("ix_spaces_banner_media_id", "community_id", "banner_media_id"),
        CheckConstraint("color ~ '^(#[0-9a-f]{6})?$'", "color"),
        CheckConstraint(one_of("visibility", *SPACE_VISIBILITIES), "visibility"),
        CheckConstraint(one_of("posting_policy", *POSTING_POLICIES), "posting_policy"),
    )
