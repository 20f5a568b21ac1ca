"""Tables of accounts."""

from community.accounts.models.credentials import (
    ApiKey,
    OAuthAccount,
    Passkey,
    PasskeyChallenge,
    RecoveryCode,
    SecurityAlert,
)
from community.accounts.models.relations import Block, Follow, Mute
from community.accounts.models.sessions import AccountToken, LoginAttempt, Session
from community.accounts.models.users import FormerUsername, Profile, ProfileView, User, UserStats

__all__ = [
    "AccountToken", "ApiKey", "Block", "Follow", "FormerUsername", "LoginAttempt", "Mute", "OAuthAccount", "Passkey",
    "PasskeyChallenge", "Profile", "ProfileView", "RecoveryCode", "SecurityAlert", "Session", "User", "UserStats",
]
