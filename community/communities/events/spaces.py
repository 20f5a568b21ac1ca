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


@dataclass(frozen=True)
class SpaceMemberInvited(Event):
    """Somebody was invited into a space."""

    name: ClassVar[str] = "space_member.invited"
    aggregate: ClassVar[str] = "space_member"
    priority: ClassVar[int] = 75
    space_member_id: int
    space_id: int
    community_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class SpaceMemberRequested(Event):
    """Somebody asked to be let into a space."""

    name: ClassVar[str] = "space_member.requested"
    aggregate: ClassVar[str] = "space_member"
    priority: ClassVar[int] = 75
    space_member_id: int
    space_id: int
    community_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class SpaceMemberApproved(Event):
    """The staff of a space let somebody in who had asked; `space_member.joined` tells of the membership."""

    name: ClassVar[str] = "space_member.approved"
    aggregate: ClassVar[str] = "space_member"
    priority: ClassVar[int] = 75
    space_member_id: int
    space_id: int
    community_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class SpaceMemberDeclined(Event):
    """The staff of a space said no to somebody who had asked, or took an invitation back."""

    name: ClassVar[str] = "space_member.declined"
    aggregate: ClassVar[str] = "space_member"
    priority: ClassVar[int] = 75
    space_member_id: int
    space_id: int
    community_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class SpaceMemberRoleChanged(Event):
    """Somebody has another role in a space."""

    name: ClassVar[str] = "space_member.role_changed"
    aggregate: ClassVar[str] = "space_member"
    priority: ClassVar[int] = 75
    space_member_id: int
    space_id: int
    community_id: int
    actor_user_id: int | None = None
    old: str = ""
    new: str = ""


@dataclass(frozen=True)
class SpaceMemberRestricted(Event):
    """The staff of a space muted, banned or removed somebody, or took that back: `what` says which."""

    name: ClassVar[str] = "space_member.restricted"
    aggregate: ClassVar[str] = "space_member"
    priority: ClassVar[int] = 75
    space_member_id: int
    space_id: int
    community_id: int
    actor_user_id: int | None = None
    what: str = ""


@dataclass(frozen=True)
class SpaceUpdated(Event):
    """Name, texts, rules or settings of a space changed; `changed` names the fields."""

    name: ClassVar[str] = "space.updated"
    aggregate: ClassVar[str] = "space"
    priority: ClassVar[int] = 75
    space_id: int
    community_id: int
    actor_user_id: int | None = None
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class SpaceVisibilityChanged(Event):
    """Other people read a space now: whatever was derived from who reads it has to be made anew."""

    name: ClassVar[str] = "space.visibility_changed"
    aggregate: ClassVar[str] = "space"
    priority: ClassVar[int] = 75
    space_id: int
    community_id: int
    actor_user_id: int | None = None
    old: str = ""
    new: str = ""


@dataclass(frozen=True)
class SpaceArchived(Event):
    """A space became read-only, or was opened again."""

    name: ClassVar[str] = "space.archived"
    aggregate: ClassVar[str] = "space"
    priority: ClassVar[int] = 75
    space_id: int
    community_id: int
    actor_user_id: int | None = None
    is_archived: bool = True


@dataclass(frozen=True)
class SpaceDeleted(Event):
    """A space is gone; its posts moved to `target_id`, or, None, out of spaces."""

    name: ClassVar[str] = "space.deleted"
    aggregate: ClassVar[str] = "space"
    priority: ClassVar[int] = 75
    space_id: int
    community_id: int
    actor_user_id: int | None = None
    target_id: int | None = None
