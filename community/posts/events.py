"""What happens to posts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from community.core.outbox import Event


@dataclass(frozen=True)
class PostPublished(Event):
    name: ClassVar[str] = "post.published"
    aggregate: ClassVar[str] = "post"
    post_id: int
    community_id: int
    space_id: int | None = None
    actor_user_id: int | None = None
    kind: str = "DISCUSSION"


@dataclass(frozen=True)
class PostUpdated(Event):
    name: ClassVar[str] = "post.updated"
    aggregate: ClassVar[str] = "post"
    record_only: ClassVar[str] = "open pages are part of the change itself"
    post_id: int
    community_id: int
    actor_user_id: int | None = None
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class PostDeleted(Event):
    name: ClassVar[str] = "post.deleted"
    aggregate: ClassVar[str] = "post"
    record_only: ClassVar[str] = "counters and open pages are part of the change itself"
    post_id: int
    community_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class PostRestored(Event):
    name: ClassVar[str] = "post.restored"
    aggregate: ClassVar[str] = "post"
    record_only: ClassVar[str] = "counters and open pages are part of the change itself"
    post_id: int
    community_id: int
    actor_user_id: int | None = None
