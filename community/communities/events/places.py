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
