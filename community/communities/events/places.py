"""What happens to communities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from community.core.outbox import Event


@dataclass(frozen=True)
class CommunityCreated(Event):
    name: ClassVar[str] = "community.created"
    aggregate: ClassVar[str] = "community"
    community_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class CommunityUpdated(Event):
    """Something of the community's settings was changed; `changed` names the columns."""

    name: ClassVar[str] = "community.updated"
    aggregate: ClassVar[str] = "community"
    community_id: int
    actor_user_id: int | None = None
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class StorageThresholdReached(Event):
    """The files of a community passed 90 or 100 per cent of its storage, or fell below 85."""

    name: ClassVar[str] = "storage.threshold_reached"
    aggregate: ClassVar[str] = "community"
    priority: ClassVar[int] = 75
    community_id: int
    percent: int


@dataclass(frozen=True)
class CommunityDeleted(Event):
    """An owner asked for the deletion: the community is shut, and gone after the time of grace."""

    name: ClassVar[str] = "community.deleted"
    aggregate: ClassVar[str] = "community"
    community_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class CommunityRestored(Event):
    name: ClassVar[str] = "community.restored"
    aggregate: ClassVar[str] = "community"
    community_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class TaxonomyChanged(Event):
    """Tags or categories of a community changed; `what` says how."""

    name: ClassVar[str] = "taxonomy.changed"
    aggregate: ClassVar[str] = "community"
    record_only: ClassVar[str] = "posts follow in the change itself, and pages read tags and categories anew"
    community_id: int
    actor_user_id: int | None = None
    what: str = ""


@dataclass(frozen=True)
class EmojiChanged(Event):
    """The reactions a community offers changed."""

    name: ClassVar[str] = "emoji.changed"
    aggregate: ClassVar[str] = "community"
    community_id: int
    actor_user_id: int | None = None
