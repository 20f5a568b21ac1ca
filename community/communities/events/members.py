"""What happens to memberships."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from community.core.outbox import Event


@dataclass(frozen=True)
class MemberRequested(Event):
    """Somebody asked to join a community that approves its members."""

    name: ClassVar[str] = "member.requested"
    aggregate: ClassVar[str] = "member"
    priority: ClassVar[int] = 75
    member_id: int
    community_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class MemberJoined(Event):
    name: ClassVar[str] = "member.joined"
    aggregate: ClassVar[str] = "member"
    priority: ClassVar[int] = 75
    member_id: int
    community_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class MemberApproved(Event):
    """The staff let somebody in who had asked; `member.joined` tells of the membership."""

    name: ClassVar[str] = "member.approved"
    aggregate: ClassVar[str] = "member"
    priority: ClassVar[int] = 75
    member_id: int
    community_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class MemberDeclined(Event):
    """The staff said no to somebody who had asked."""

    name: ClassVar[str] = "member.declined"
    aggregate: ClassVar[str] = "member"
    priority: ClassVar[int] = 75
    member_id: int
    community_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class MemberLeft(Event):
    name: ClassVar[str] = "member.left"
    aggregate: ClassVar[str] = "member"
    priority: ClassVar[int] = 75
    member_id: int
    community_id: int
    actor_user_id: int | None = None
    was_member: bool = True
    """False where a request was withdrawn."""
