"""What happens to accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from community.core.outbox import Event


@dataclass(frozen=True)
class UserCreated(Event):
    """Somebody signed up; the address is not proven yet."""

    name: ClassVar[str] = "user.created"
    aggregate: ClassVar[str] = "user"
    user_id: int
    method: str = "PASSWORD"
    actor_user_id: int | None = None


@dataclass(frozen=True)
class UserSignupRepeated(Event):
    """Somebody tried to sign up with the address of an existing account, whose owner is told."""

    name: ClassVar[str] = "user.signup_repeated"
    aggregate: ClassVar[str] = "user"
    user_id: int


@dataclass(frozen=True)
class UserVerificationRequested(Event):
    """The owner of an unproven address asked for another link."""

    name: ClassVar[str] = "user.verification_requested"
    aggregate: ClassVar[str] = "user"
    user_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class UserVerified(Event):
    """The address is proven."""

    name: ClassVar[str] = "user.verified"
    aggregate: ClassVar[str] = "user"
    user_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class UserLoggedIn(Event):
    name: ClassVar[str] = "user.logged_in"
    aggregate: ClassVar[str] = "user"
    record_only: ClassVar[str] = "the log-in history and the session hold all that follows"
    user_id: int
    actor_user_id: int | None = None
    session_id: int | None = None


@dataclass(frozen=True)
class UserLoggedOut(Event):
    name: ClassVar[str] = "user.logged_out"
    aggregate: ClassVar[str] = "user"
    user_id: int
    actor_user_id: int | None = None
    session_id: int | None = None


@dataclass(frozen=True)
class UserLoginFailed(Event):
    name: ClassVar[str] = "user.login_failed"
    aggregate: ClassVar[str] = "user"
    record_only: ClassVar[str] = "the log-in history counts failures; nothing else follows"
    user_id: int
    method: str = "BAD_PASSWORD"


@dataclass(frozen=True)
class UserProfileUpdated(Event):
    name: ClassVar[str] = "user.profile_updated"
    aggregate: ClassVar[str] = "user"
    user_id: int
    actor_user_id: int | None = None


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
