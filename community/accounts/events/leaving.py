"""What happens when people leave the site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from community.core.outbox import Event


@dataclass(frozen=True)
class UserDeletionRequested(Event):
    """An account is to be deleted in two weeks; the token takes it back."""

    name: ClassVar[str] = "user.deletion_requested"
    aggregate: ClassVar[str] = "user"
    user_id: int
    token_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class UserDeletionCancelled(Event):
    """The account stays."""

    name: ClassVar[str] = "user.deletion_cancelled"
    aggregate: ClassVar[str] = "user"
    user_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class UserAnonymised(Event):
    """Nothing personal is left in the account; every domain removes what it holds of the person."""

    name: ClassVar[str] = "user.anonymised"
    aggregate: ClassVar[str] = "user"
    user_id: int
    actor_user_id: int | None = None
