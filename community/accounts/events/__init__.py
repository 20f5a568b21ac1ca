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
from community.accounts.events.security import (
    SecurityAlertRaised,
    UserBanned,
    UserCodeRequested,
    UserEmailChanged,
    UserEmailChangeRequested,
    UserPasswordChanged,
    UserPasswordResetRequested,
    UserReinstated,
    UserSuspended,
    UserTwoFactorChanged,
)

__all__ = [
    "SecurityAlertRaised",
    "UserBanned",
    "UserCodeRequested",
    "UserCreated",
    "UserEmailChangeRequested",
    "UserEmailChanged",
    "UserLoggedIn",
    "UserLoggedOut",
    "UserLoginFailed",
    "UserPasswordChanged",
    "UserPasswordResetRequested",
    "UserProfileUpdated",
    "UserReinstated",
    "UserSignupRepeated",
    "UserSuspended",
    "UserTwoFactorChanged",
    "UserVerificationRequested",
    "UserVerified",
]
