"""The mails of this domain."""

from __future__ import annotations

from community.accounts.models import User
from community.adapters.mail import Mail, site_link


def verification(user: User, token: str) -> Mail:
    """The link that proves an address; it works once, within 24 hours."""
    return Mail(to=user.email, template="accounts/verify", subject="Confirm your address",
                context={"name": user.profile.display_name, "link": site_link(f"/verify-email/{token}")})


def already_registered(user: User) -> Mail:
    """Told to the owner of an address somebody tried to sign up with."""
    return Mail(to=user.email, template="accounts/already_registered", subject="You already have an account",
                context={"name": user.profile.display_name, "username": user.username, "link": site_link("/login")})


def welcome(user: User) -> Mail:
    """After the address was proven."""
    return Mail(to=user.email, template="accounts/welcome", subject="Welcome",
                context={"name": user.profile.display_name, "link": site_link("/communities")})
