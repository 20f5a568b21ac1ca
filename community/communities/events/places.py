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
