"""What happens to reactions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from community.core.outbox import Event


@dataclass(frozen=True)
class ReactionAdded(Event):
    name: ClassVar[str] = "reaction.added"
    aggregate: ClassVar[str] = "reaction"
    priority: ClassVar[int] = 25
    record_only: ClassVar[str] = "counters and open pages are part of the change itself"
    reaction_id: int
    community_id: int
    target_type: str
    target_id: int
    emoji: str
    actor_user_id: int | None = None


@dataclass(frozen=True)
class ReactionRemoved(Event):
    name: ClassVar[str] = "reaction.removed"
    aggregate: ClassVar[str] = "reaction"
    priority: ClassVar[int] = 25
    record_only: ClassVar[str] = "counters and open pages are part of the change itself"
    reaction_id: int
    community_id: int
    target_type: str
    target_id: int
    emoji: str
    actor_user_id: int | None = None
