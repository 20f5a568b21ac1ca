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
