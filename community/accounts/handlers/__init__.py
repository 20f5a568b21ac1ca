"""What follows from what happens to accounts, a module each theme."""

from community.accounts.handlers import accounts, profiles, relations, security

__all__ = ["accounts", "profiles", "relations", "security"]
