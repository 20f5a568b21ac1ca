"""Setting an installation up."""

from __future__ import annotations

from sqlalchemy import select

from community.accounts import names, passwords
from community.accounts import services as accounts
from community.accounts.models import User
from community.accounts.queries import has_site_admin
from community.accounts.services.administering import keep_one_admin
from community.admin import queries
from community.communities import services as communities
from community.communities.models import Community
from community.communities.viewers import of_user
from community.core import broadcast, cache, crypto
from community.core.audit import audit
from community.core.clock import now
from community.core.errors import Invalid, NotFound
from community.core.viewer import Viewer
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
    user = _named(username)
    _put_role(user, "SITE_ADMIN")
    user.verify_email(at=now())
    return user


def revoke_admin(username: str) -> User:
    """Take the role away again, from the command line. Raises `NotFound`, `Invalid`, and `Conflict` for the last one."""
    user = _named(username)
    keep_one_admin(user)
    _put_role(user, "USER")
    return user


def _put_role(user: User, role: str) -> None:
    audit("PERMISSION_CHANGE", "user.site_role_changed", ("user", user.id), by=Viewer(),
          before={"site_role": user.site_role}, after={"site_role": role}, reason="from the command line")
    user.site_role = role
    db.session.flush()
    cache.raise_later(f"u:{user.id}")
    broadcast.recheck(user.id)


def _named(username: str) -> User:
    user = db.session.scalars(select(User).where(User.username == username.lower(), User.site_role != "SYSTEM")).first()
    if user is None:
        raise NotFound(f"There is no account {username}.")
    return user
