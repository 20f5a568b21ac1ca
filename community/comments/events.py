"""What happens to comments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from community.core.outbox import Event


@dataclass(frozen=True)
class CommentCreated(Event):
    name: ClassVar[str] = "comment.created"
    aggregate: ClassVar[str] = "comment"
    comment_id: int
    post_id: int
    community_id: int
    parent_id: int | None = None
    answered_id: int | None = None
    """The comment that was answered; below the deepest level it is not the parent."""
    actor_user_id: int | None = None


@dataclass(frozen=True)
class CommentUpdated(Event):
    name: ClassVar[str] = "comment.updated"
    aggregate: ClassVar[str] = "comment"
    record_only: ClassVar[str] = "open pages are part of the change itself"
    comment_id: int
    post_id: int
    community_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class CommentDeleted(Event):
    name: ClassVar[str] = "comment.deleted"
    aggregate: ClassVar[str] = "comment"
    record_only: ClassVar[str] = "counters and open pages are part of the change itself"
    comment_id: int
    post_id: int
    community_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class CommentRestored(Event):
    name: ClassVar[str] = "comment.restored"
    aggregate: ClassVar[str] = "comment"
    record_only: ClassVar[str] = "counters and open pages are part of the change itself"
    comment_id: int
    post_id: int
    community_id: int
    actor_user_id: int | None = None
