"""What happens to passwords, addresses, second factors and standings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from community.core.outbox import Event


@dataclass(frozen=True)
class UserPasswordResetRequested(Event):
    """Somebody forgot the password, or an administrator started a reset; a link is mailed."""

    name: ClassVar[str] = "user.password_reset_requested"
    aggregate: ClassVar[str] = "user"
    user_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class UserPasswordChanged(Event):
    name: ClassVar[str] = "user.password_changed"
    aggregate: ClassVar[str] = "user"
    record_only: ClassVar[str] = "the alert of the same change tells the owner"
    user_id: int
    method: str = "CHANGED"
    actor_user_id: int | None = None


@dataclass(frozen=True)
class UserEmailChangeRequested(Event):
    """A new address has to be proven before it takes effect; the token holds which."""

    name: ClassVar[str] = "user.email_change_requested"
    aggregate: ClassVar[str] = "user"
    user_id: int
    token_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class UserEmailChanged(Event):
    """The address is another one now; the token holds the older one, whose owner may undo it."""

    name: ClassVar[str] = "user.email_changed"
    aggregate: ClassVar[str] = "user"
    user_id: int
    token_id: int | None = None
    actor_user_id: int | None = None


@dataclass(frozen=True)
class UserCodeRequested(Event):
    """Somebody without a password has to prove who they are; a code is mailed."""

    name: ClassVar[str] = "user.code_requested"
    aggregate: ClassVar[str] = "user"
    user_id: int
    token_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class UserTwoFactorChanged(Event):
    name: ClassVar[str] = "user.two_factor_changed"
    aggregate: ClassVar[str] = "user"
    user_id: int
    enabled: bool
    actor_user_id: int | None = None


@dataclass(frozen=True)
class UserSuspended(Event):
    name: ClassVar[str] = "user.suspended"
    aggregate: ClassVar[str] = "user"
    user_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class UserBanned(Event):
    name: ClassVar[str] = "user.banned"
    aggregate: ClassVar[str] = "user"
    user_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class UserReinstated(Event):
    name: ClassVar[str] = "user.reinstated"
    aggregate: ClassVar[str] = "user"
    user_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class SecurityAlertRaised(Event):
    """Something happened to an account that its owner should know about."""

    name: ClassVar[str] = "security.alert_raised"
    aggregate: ClassVar[str] = "alert"
    priority: ClassVar[int] = 75
    alert_id: int
    user_id: int
