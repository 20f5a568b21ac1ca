"""What a community sorts its posts by, and the emoji it reacts with."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from community.core.models import Base, Numbered, Public, Stamped


class Tag(Numbered, Stamped, Base):
    """A free keyword of a community."""

    __tablename__ = "tags"

    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    name: Mapped[str] = mapped_column(String(50))
    slug: Mapped[str] = mapped_column(String(60))
    description: Mapped[str] = mapped_column(server_default="")
    color: Mapped[str] = mapped_column(String(7), server_default="")
    icon: Mapped[str] = mapped_column(String(16), server_default="")
    featured: Mapped[bool] = mapped_column(server_default=text("false"))
    group_name: Mapped[str] = mapped_column(String(50), server_default="")
    synonyms: Mapped[list[str]] = mapped_column(ARRAY(String), server_default="{}")
    post_count: Mapped[int] = mapped_column(server_default="0")

    __table_args__ = (
        UniqueConstraint("community_id", "id"),
        UniqueConstraint("community_id", "slug"),
        Index("ix_tags_synonyms", "synonyms", postgresql_using="gin"),
        CheckConstraint("color ~ '^(#[0-9a-f]{6})?$'", "color"),
        Index("uq_tags_community_id_name", "community_id", text("lower(name)"), unique=True),
    )


class Category(Public, Stamped, Base):
    """A branch of a community's tree of topics, at most three levels deep."""

    __tablename__ = "categories"

    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    parent_id: Mapped[int | None] = mapped_column(BigInteger)
    depth: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    name: Mapped[str] = mapped_column(String(80))
    slug: Mapped[str] = mapped_column(String(80))
    description: Mapped[str] = mapped_column(String(500), server_default="")
    icon: Mapped[str] = mapped_column(String(16), server_default="")
    color: Mapped[str] = mapped_column(String(7), server_default="")
    post_count: Mapped[int] = mapped_column(server_default="0")
    display_order: Mapped[int] = mapped_column(server_default="0")
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))

    __table_args__ = (
        UniqueConstraint("community_id", "id"),
        UniqueConstraint("community_id", "slug"),
        ForeignKeyConstraint(["community_id", "parent_id"], ["categories.community_id", "categories.id"]),
        Index("ix_categories_community_id_parent_id", "community_id", "parent_id", "display_order"),
        CheckConstraint("depth BETWEEN 1 AND 3", "depth"),
        CheckConstraint("parent_id <> id", "parent"),
        CheckConstraint("color ~ '^(#[0-9a-f]{6})?$'", "color"),
    )


class TopicCount(Numbered, Base):
    """How many posts with a tag, or of a category, stand in a space (None: outside of spaces). What is shown to somebody is
    the sum over the spaces they read."""

    __tablename__ = "topic_counts"

    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    tag_id: Mapped[int | None] = mapped_column(BigInteger)
    category_id: Mapped[int | None] = mapped_column(BigInteger)
    space_id: Mapped[int | None] = mapped_column(BigInteger)
    post_count: Mapped[int] = mapped_column(server_default="0")

    __table_args__ = (
        UniqueConstraint("tag_id", "category_id", "space_id", name="uq_topic_counts", postgresql_nulls_not_distinct=True),
        ForeignKeyConstraint(["community_id", "tag_id"], ["tags.community_id", "tags.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["community_id", "category_id"], ["categories.community_id", "categories.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["community_id", "space_id"], ["spaces.community_id", "spaces.id"]),
        Index("ix_topic_counts_tag", "community_id", "tag_id", "space_id"),
        Index("ix_topic_counts_category", "community_id", "category_id", "space_id"),
        Index("ix_topic_counts_space", "community_id", "space_id"),
        CheckConstraint("num_nonnulls(tag_id, category_id) = 1", "one_topic"),
    )


class CommunityEmoji(Numbered, Base):
    """A reaction a community offers."""

    __tablename__ = "community_emoji"

    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    code: Mapped[str] = mapped_column(String(32))
    label: Mapped[str] = mapped_column(String(60))
    glyph: Mapped[str] = mapped_column(String(16), server_default="")
    media_id: Mapped[int | None] = mapped_column(BigInteger)
    image: Mapped[str] = mapped_column(String(60), server_default="")
    """The key of the finished picture in addresses; an emoji has a glyph or a picture."""
    counts_as_like: Mapped[bool] = mapped_column(server_default=text("false"))
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    sort_order: Mapped[int] = mapped_column(server_default="0")

    __table_args__ = (
        UniqueConstraint("community_id", "code"),
        ForeignKeyConstraint(["community_id", "media_id"], ["media_files.community_id", "media_files.id"], use_alter=True),
        Index("ix_community_emoji_media_id", "community_id", "media_id"),
        CheckConstraint("(glyph <> '') <> (media_id IS NOT NULL)", "glyph_or_picture"),
        CheckConstraint("code ~ '^[a-z0-9_]{2,32}$'", "code"),
    )
