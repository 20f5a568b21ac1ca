"""What happens to accounts, a module each theme."""

from community.accounts.events.accounts import (
    UserCreated,
    UserLoggedIn,
    UserLoggedOut,
    UserLoginFailed,
    UserProfileUpdated,
    UserSignupRepeated,
    UserVerificationRequested,
    UserVerified,
)

__all__ = [
    "UserCreated",
    "UserLoggedIn",
    "UserLoggedOut",
    "UserLoginFailed",
    "UserProfileUpdated",
    "UserSignupRepeated",
    "UserVerificationRequested",
    "UserVerified",
]
