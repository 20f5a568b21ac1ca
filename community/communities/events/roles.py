"""What happens to the rights of members, and to the ownership of a community."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from community.core.outbox import Event


@dataclass(frozen=True)
class MemberRoleChanged(Event):
    name: ClassVar[str] = "member.role_changed"
    aggregate: ClassVar[str] = "member"
    priority: ClassVar[int] = 75
    member_id: int
    community_id: int
    role: str
    actor_user_id: int | None = None


@dataclass(frozen=True)
class MemberStatusChanged(Event):
    """A suspension, ban or mute ended, or somebody decided on one."""

    name: ClassVar[str] = "member.status_changed"
    aggregate: ClassVar[str] = "member"
    priority: ClassVar[int] = 75
    member_id: int
    community_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class MemberTrustChanged(Event):
    name: ClassVar[str] = "member.trust_changed"
    aggregate: ClassVar[str] = "member"
    member_id: int
    community_id: int
    level: str
    actor_user_id: int | None = None


@dataclass(frozen=True)
class OwnershipOffered(Event):
    """An owner offers the community to a member, who answers within seven days."""

    name: ClassVar[str] = "ownership.offered"
    aggregate: ClassVar[str] = "offer"
    priority: ClassVar[int] = 75
    offer_id: int
    community_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class OwnershipTransferred(Event):
    name: ClassVar[str] = "ownership.transferred"
    aggregate: ClassVar[str] = "offer"
    priority: ClassVar[int] = 75
    offer_id: int
    community_id: int
    actor_user_id: int | None = None
