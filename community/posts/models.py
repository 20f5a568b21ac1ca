"""Posts with their revisions, tags and relations."""

from __future__ import annotations

import datetime as dt
import decimal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Numeric,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from community.core.models import Base, Numbered, Public, Stamped, one_of

KINDS = ("DISCUSSION", "QUESTION", "BLOG", "LIVE_BLOG", "POLL", "VIDEO_REVIEW", "FAN_ART", "THEORY_THREAD", "TUTORIAL",
         "NEWS")
STATUSES = ("DRAFT", "SCHEDULED", "PUBLISHED", "ARCHIVED", "FLAGGED", "REMOVED")
MODERATION_STATUSES = ("AUTO_APPROVED", "PENDING", "UNDER_REVIEW", "ESCALATED", "APPROVED", "REJECTED",
                       "SHADOW_BANNED")
RELATIONS = ("RELATED", "SEQUEL", "PREQUEL", "TRANSLATION")


class Post(Public, Stamped, Base):
    """A titled piece of content in a community. Its `id` is the number in its address."""

    __tablename__ = "posts"
    dom_prefix = "post"

    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    space_id: Mapped[int | None] = mapped_column(BigInteger)
    category_id: Mapped[int | None] = mapped_column(BigInteger)
    author_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(server_default="DISCUSSION")
    status: Mapped[str] = mapped_column(server_default="DRAFT")
    moderation_status: Mapped[str] = mapped_column(server_default="AUTO_APPROVED")

    title: Mapped[str] = mapped_column(String(200))
    slug: Mapped[str] = mapped_column(String(80))
    content: Mapped[str]
    content_html: Mapped[str]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    renderer_version: Mapped[int] = mapped_column(server_default="1")
    excerpt: Mapped[str] = mapped_column(String(500), server_default="")
    word_count: Mapped[int] = mapped_column(server_default="0")
    reading_minutes: Mapped[int] = mapped_column(server_default="1")

    accepted_comment_id: Mapped[int | None] = mapped_column(BigInteger)
    answered_at: Mapped[dt.datetime | None]
    allow_comments: Mapped[bool] = mapped_column(server_default=text("true"))
    comments_locked_reason: Mapped[str | None] = mapped_column(String(200))

    view_count: Mapped[int] = mapped_column(server_default="0")
    like_count: Mapped[int] = mapped_column(server_default="0")
    reaction_count: Mapped[int] = mapped_column(server_default="0")
    comment_count: Mapped[int] = mapped_column(server_default="0")
    imported_score: Mapped[int | None]
    top_score: Mapped[int] = mapped_column(server_default="0")
    """`like_count + imported_score`: the key of the sort *top*."""
    trending_score: Mapped[decimal.Decimal] = mapped_column(Numeric(10, 2), server_default="0")
    last_activity_at: Mapped[dt.datetime]

    rev: Mapped[int] = mapped_column(server_default="1")
    """Raised by every visible change, counts included; live updates compare it."""
    version: Mapped[int] = mapped_column(server_default="1")
    """Raised by edits only; an edit names the version it read."""
    current_revision: Mapped[int] = mapped_column(server_default="0")
    scheduled_for: Mapped[dt.datetime | None]
    published_at: Mapped[dt.datetime | None]
    last_edited_at: Mapped[dt.datetime | None]
    deleted_at: Mapped[dt.datetime | None]
    deleted_by: Mapped[int | None] = mapped_column(BigInteger)
    client_token: Mapped[str | None] = mapped_column(String(64))
    draft_tags: Mapped[list[str]] = mapped_column(ARRAY(String), server_default="{}")
    """The tags of a draft, as typed: a tag exists once a post with it is published."""

    __table_args__ = (
        UniqueConstraint("community_id", "id"),
        ForeignKeyConstraint(["community_id", "space_id"], ["spaces.community_id", "spaces.id"]),
        ForeignKeyConstraint(["community_id", "category_id"], ["categories.community_id", "categories.id"]),
        ForeignKeyConstraint(["community_id", "author_id"], ["members.community_id", "members.id"]),
        UniqueConstraint("author_id", "client_token"),
        Index("ix_posts_category_latest", "community_id", "category_id", text("published_at DESC"), text("id DESC")),
        Index("ix_posts_latest", "community_id", "status", text("published_at DESC"), text("id DESC"),
              postgresql_where=text("deleted_at IS NULL")),
        Index("ix_posts_space_latest", "space_id", text("published_at DESC"), text("id DESC"),
              postgresql_where=text("deleted_at IS NULL")),
        Index("ix_posts_activity", "community_id", text("last_activity_at DESC"), text("id DESC"),
              postgresql_where=text("deleted_at IS NULL AND status = 'PUBLISHED'")),
        Index("ix_posts_space_activity", "space_id", text("last_activity_at DESC"), text("id DESC"),
              postgresql_where=text("deleted_at IS NULL AND status = 'PUBLISHED'")),
        Index("ix_posts_top", "community_id", text("top_score DESC"), text("id DESC"),
              postgresql_where=text("deleted_at IS NULL AND status = 'PUBLISHED'")),
        Index("ix_posts_unanswered", "community_id", text("published_at DESC"), text("id DESC"),
              postgresql_where=text(
                  "deleted_at IS NULL AND status = 'PUBLISHED' AND kind = 'QUESTION' AND accepted_comment_id IS NULL")),
        Index("ix_posts_author", "author_id", text("created_at DESC"), postgresql_where=text("deleted_at IS NULL")),
        Index("ix_posts_author_hash", "author_id", "content_hash", "created_at"),
        Index("ix_posts_community_id_space_id", "community_id", "space_id"),
        Index("ix_posts_community_id_author_id", "community_id", "author_id"),
        Index("ix_posts_scheduled", "scheduled_for", postgresql_where=text("status = 'SCHEDULED'")),
        CheckConstraint(one_of("kind", *KINDS), "kind"),
        CheckConstraint(one_of("status", *STATUSES), "status"),
        CheckConstraint(one_of("moderation_status", *MODERATION_STATUSES), "moderation_status"),
        CheckConstraint("status NOT IN ('PUBLISHED', 'ARCHIVED') OR published_at IS NOT NULL", "published_at"),
    )

    @property
    def is_readable_state(self) -> bool:
        """True in the states in which everybody who reads the space reads the post."""
        return (self.status in ("PUBLISHED", "ARCHIVED") and self.deleted_at is None
                and self.moderation_status not in ("REJECTED", "SHADOW_BANNED"))

    @property
    def is_edited(self) -> bool:
        """Edited late enough to be worth telling readers (five minutes after publishing)."""
        if self.last_edited_at is None or self.published_at is None:
            return False
        return self.last_edited_at > self.published_at + dt.timedelta(minutes=5)


class PostRevision(Numbered, Base):
    """The text of a post as it once stood."""

    __tablename__ = "post_revisions"

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    version: Mapped[int]
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    title: Mapped[str] = mapped_column(String(200))
    content: Mapped[str]
    tags: Mapped[list[str]] = mapped_column(ARRAY(String), server_default="{}")
    change_note: Mapped[str] = mapped_column(String(200), server_default="")
    created_at: Mapped[dt.datetime]

    __table_args__ = (UniqueConstraint("post_id", "version"), Index("ix_post_revisions_editor_id", "editor_id"))


class PostTag(Base):
    """A tag on a post."""

    __tablename__ = "post_tags"

    community_id: Mapped[int] = mapped_column(BigInteger)
    post_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    tag_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)

    __table_args__ = (
        ForeignKeyConstraint(["community_id", "post_id"], ["posts.community_id", "posts.id"]),
        ForeignKeyConstraint(["community_id", "tag_id"], ["tags.community_id", "tags.id"]),
        Index("ix_post_tags_community_id_post_id", "community_id", "post_id"),
        Index("ix_post_tags_community_id_tag_id", "community_id", "tag_id", text("post_id DESC")),
    )


class PostRelation(Numbered, Base):
    """One post pointing to another of the same community."""

    __tablename__ = "post_relations"

    community_id: Mapped[int] = mapped_column(BigInteger)
    post_id: Mapped[int] = mapped_column(BigInteger)
    related_post_id: Mapped[int] = mapped_column(BigInteger)
    relation_type: Mapped[str] = mapped_column(server_default="RELATED")
    sort_order: Mapped[int] = mapped_column(server_default="0")

    __table_args__ = (
        UniqueConstraint("post_id", "related_post_id"),
        ForeignKeyConstraint(["community_id", "post_id"], ["posts.community_id", "posts.id"]),
        ForeignKeyConstraint(["community_id", "related_post_id"], ["posts.community_id", "posts.id"]),
        Index("ix_post_relations_community_id_post_id", "community_id", "post_id"),
        Index("ix_post_relations_community_id_related_post_id", "community_id", "related_post_id"),
        CheckConstraint(one_of("relation_type", *RELATIONS), "relation_type"),
        CheckConstraint("post_id <> related_post_id", "no_self"),
    )
