"""Comments and their revisions."""

from __future__ import annotations

import datetime as dt

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
from sqlalchemy.dialects.postgresql import ARRAY, INET
from sqlalchemy.orm import Mapped, mapped_column

from community.core.models import Base, Numbered, Public, Stamped, one_of


class Comment(Public, Stamped, Base):
    """A reply to a post or to another comment of the same post.

    `path` holds the ids of the ancestors and the own id; ids grow with time, so sorting by path is thread order.
    """

    __tablename__ = "comments"
    dom_prefix = "c"

    community_id: Mapped[int] = mapped_column(BigInteger)
    post_id: Mapped[int] = mapped_column(BigInteger)
    author_id: Mapped[int] = mapped_column(BigInteger)
    parent_id: Mapped[int | None] = mapped_column(BigInteger)
    root_id: Mapped[int | None] = mapped_column(BigInteger)
    """Id of the root comment of the branch; the own id on a root."""
    depth: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    path: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    content: Mapped[str]
    content_html: Mapped[str]
    renderer_version: Mapped[int] = mapped_column(server_default="1")
    reply_to_name: Mapped[str | None] = mapped_column(String(60))
    """Whom a reply beyond the deepest level answers."""
    is_answer: Mapped[bool] = mapped_column(server_default=text("false"))
    status: Mapped[str] = mapped_column(server_default="PUBLISHED")
    moderation_status: Mapped[str] = mapped_column(server_default="AUTO_APPROVED")
    like_count: Mapped[int] = mapped_column(server_default="0")
    reaction_count: Mapped[int] = mapped_column(server_default="0")
    reply_count: Mapped[int] = mapped_column(server_default="0")
    imported_score: Mapped[int | None]
    rev: Mapped[int] = mapped_column(server_default="1")
    version: Mapped[int] = mapped_column(server_default="1")
    edited_at: Mapped[dt.datetime | None]
    deleted_at: Mapped[dt.datetime | None]
    deleted_by: Mapped[int | None] = mapped_column(BigInteger)
    ip: Mapped[str | None] = mapped_column(INET)
    client_token: Mapped[str | None] = mapped_column(String(64))

    __table_args__ = (
        UniqueConstraint("community_id", "id"),
        UniqueConstraint("post_id", "id"),
        ForeignKeyConstraint(["community_id", "post_id"], ["posts.community_id", "posts.id"]),
        ForeignKeyConstraint(["community_id", "author_id"], ["members.community_id", "members.id"]),
        ForeignKeyConstraint(["post_id", "parent_id"], ["comments.post_id", "comments.id"]),
        UniqueConstraint("author_id", "client_token"),
        Index("ix_comments_post_id_path", "post_id", "path"),
        Index("ix_comments_post_id_created_at", "post_id", "created_at"),
        Index("ix_comments_roots_top", "post_id", text("like_count DESC"), "id", postgresql_where=text("parent_id IS NULL")),
        Index("ix_comments_post_id_root_id", "post_id", "root_id", "path"),
        Index("ix_comments_post_id_parent_id", "post_id", "parent_id"),
        Index("ix_comments_author_id_created_at", "author_id", text("created_at DESC")),
        Index("ix_comments_community_id_post_id", "community_id", "post_id"),
        Index("ix_comments_community_id_author_id", "community_id", "author_id"),
        CheckConstraint(one_of("status", "PUBLISHED", "FLAGGED", "REMOVED"), "status"),
        CheckConstraint(
            one_of("moderation_status", "AUTO_APPROVED", "PENDING", "UNDER_REVIEW", "ESCALATED", "APPROVED", "REJECTED",
                   "SHADOW_BANNED"), "moderation_status"),
    )

    @property
    def is_shown(self) -> bool:
        """True while the text itself may be read by every reader of the post."""
        return (self.deleted_at is None and self.status == "PUBLISHED"
                and self.moderation_status not in ("REJECTED", "SHADOW_BANNED"))


class CommentRevision(Numbered, Base):
    """The text of a comment as it once stood."""

    __tablename__ = "comment_revisions"

    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"))
    version: Mapped[int]
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    content: Mapped[str]
    created_at: Mapped[dt.datetime]

    __table_args__ = (UniqueConstraint("comment_id", "version"), Index("ix_comment_revisions_editor_id", "editor_id"))
