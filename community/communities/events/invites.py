"""What happens to invitations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from community.core.outbox import Event


@dataclass(frozen=True)
class InviteCreated(Event):
    """Somebody was invited, by a link or by mail."""

    name: ClassVar[str] = "invite.created"
    aggregate: ClassVar[str] = "invite"
    invite_id: int
    community_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class InviteUsed(Event):
    """Somebody came in by an invitation."""

    name: ClassVar[str] = "invite.used"
    aggregate: ClassVar[str] = "invite"
    invite_id: int
    community_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class InviteRevoked(Event):
    name: ClassVar[str] = "invite.revoked"
    aggregate: ClassVar[str] = "invite"
    record_only: ClassVar[str] = "an invitation is looked up when it is used"
    invite_id: int
    community_id: int
    actor_user_id: int | None = None
