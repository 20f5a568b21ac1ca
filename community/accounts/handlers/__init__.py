"""What follows from what happens to accounts, a module each theme."""

from community.accounts.handlers import accounts, security

__all__ = ["accounts", "security"]
