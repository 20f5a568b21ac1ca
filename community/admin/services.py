"""Setting an installation up."""

from __future__ import annotations

from sqlalchemy import select

from community.accounts import names, passwords
from community.accounts import services as accounts
from community.accounts.models import User
from community.accounts.queries import has_site_admin
from community.admin import queries
from community.communities import services as communities
from community.communities.models import Community
from community.communities.viewers import of_user
from community.core import crypto
from community.core.clock import now
from community.core.errors import Invalid, NotFound
from community.extensions import db


def set_up(*, display_name: str, email: str, username: str, password: str, community_name: str,
           slug: str) -> tuple[User, Community]:
    """Make the site administrator and the first community.

    Raises `NotFound` once an installation has an administrator, `Invalid` for what cannot be had.
    """
    queries.lock_setup()
    if has_site_admin():
        raise NotFound
    problems = {"username": names.problem_with(username.lower(), staff=True),
                "password": passwords.problem_with(password, email=email, username=username)}
    fields = {name: text for name, text in problems.items() if text}
    if fields:
        raise Invalid(fields=fields)
    admin = accounts.add_user(email=email, username=username.lower(), display_name=display_name,
                              password_hash=crypto.hash_password(password), site_role="SITE_ADMIN")
    admin.verify_email(at=now())
    db.session.flush()
    made = communities.create_community(by=of_user(admin.id), name=community_name, slug=slug)
    return admin, made


def grant_admin(username: str) -> User:
    """Make an account a site administrator, from the command line. Raises `NotFound`."""
    user = db.session.scalars(select(User).where(User.username == username.lower())).first()
    if user is None:
        raise NotFound(f"There is no account {username}.")
    user.site_role = "SITE_ADMIN"
    user.verify_email(at=now())
    return user
