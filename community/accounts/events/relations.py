"""What happens between people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from community.core.outbox import Event


@dataclass(frozen=True)
class UserFollowed(Event):
    """Somebody follows somebody; `accepted` when that had been asked for."""

    name: ClassVar[str] = "user.followed"
    aggregate: ClassVar[str] = "user"
    user_id: int
    """Who is followed."""
    follower_id: int
    accepted: bool = False
    actor_user_id: int | None = None


@dataclass(frozen=True)
class UserFollowRequested(Event):
    name: ClassVar[str] = "user.follow_requested"
    aggregate: ClassVar[str] = "user"
    user_id: int
    follower_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class UserUnfollowed(Event):
    name: ClassVar[str] = "user.unfollowed"
    aggregate: ClassVar[str] = "user"
    record_only: ClassVar[str] = "counters change with the follow; nobody is told"
    user_id: int
    follower_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class UserBlocked(Event):
    """Somebody blocked somebody, who is not told."""

    name: ClassVar[str] = "user.blocked"
    aggregate: ClassVar[str] = "user"
    user_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class UserUnblocked(Event):
    name: ClassVar[str] = "user.unblocked"
    aggregate: ClassVar[str] = "user"
    user_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class UserMuted(Event):
    """Somebody muted somebody, or mutes them no more: `user_id` is who does not want to read."""

    name: ClassVar[str] = "user.muted"
    aggregate: ClassVar[str] = "user"
    user_id: int
    muted_id: int
    actor_user_id: int | None = None
