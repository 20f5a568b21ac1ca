"""What happens to spaces and in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from community.core.outbox import Event


@dataclass(frozen=True)
class SpaceCreated(Event):
    name: ClassVar[str] = "space.created"
    aggregate: ClassVar[str] = "space"
    priority: ClassVar[int] = 75
    space_id: int
    community_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class SpaceMemberJoined(Event):
    name: ClassVar[str] = "space_member.joined"
    aggregate: ClassVar[str] = "space_member"
    priority: ClassVar[int] = 75
    space_member_id: int
    space_id: int
    community_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class SpaceMemberLeft(Event):
    name: ClassVar[str] = "space_member.left"
    aggregate: ClassVar[str] = "space_member"
    priority: ClassVar[int] = 75
    space_member_id: int
    space_id: int
    community_id: int
    actor_user_id: int | None = None
