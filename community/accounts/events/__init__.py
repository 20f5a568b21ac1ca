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
from community.accounts.events.leaving import (
    UserAnonymised,
    UserDeletionCancelled,
    UserDeletionRequested,
)
from community.accounts.events.relations import (
    UserBlocked,
    UserFollowed,
    UserFollowRequested,
    UserMuted,
    UserUnblocked,
    UserUnfollowed,
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
    "SecurityAlertRaised", "UserAnonymised", "UserBanned", "UserBlocked", "UserCodeRequested", "UserCreated",
    "UserDeletionCancelled", "UserDeletionRequested", "UserEmailChangeRequested", "UserEmailChanged",
    "UserFollowRequested", "UserFollowed", "UserLoggedIn", "UserLoggedOut", "UserLoginFailed", "UserMuted",
    "UserPasswordChanged", "UserPasswordResetRequested", "UserProfileUpdated", "UserReinstated",
    "UserSignupRepeated", "UserSuspended", "UserTwoFactorChanged", "UserUnblocked", "UserUnfollowed",
    "UserVerificationRequested", "UserVerified",
]
