"""What follows from what happens to accounts, a module each theme."""

from community.accounts.handlers import accounts

__all__ = ["accounts"]
