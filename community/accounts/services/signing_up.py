"""Signing up and proving an address."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.exc import IntegrityError

from community.accounts import names, passwords, policies, queries
from community.accounts.events import UserCreated, UserSignupRepeated, UserVerificationRequested, UserVerified
from community.accounts.models import Profile, User, UserStats
from community.accounts.services.tokens import LIVES, issue_token, retire_tokens, take_token
from community.core import cache, crypto, settings
from community.core.authz import require
from community.core.clock import now
from community.core.errors import Gone, Invalid
from community.core.outbox import record
from community.core.transactions import savepoint
from community.core.viewer import Viewer
from community.extensions import db

VERIFICATION_LIFE = LIVES["VERIFY_EMAIL"]


def sign_up(*, display_name: str, email: str, username: str, password: str,
            birthdate: dt.date | None = None) -> User | None:
    """Make an account whose address is not proven yet. Without a username, one is made of the name.

    A known address makes nothing and returns None; its owner gets a mail, the person at the keyboard cannot tell.
    Raises `Invalid` for a username or password that cannot be had, and for whoever is younger than the site allows; the
    day of birth is asked for, and kept, only where it has such an age.
    """
    username = username.lower() or queries.unused_username(names.suggestion_for(display_name))
    problem = names.problem_with(username)
    taken = "This username is taken." if queries.is_username_taken(username) else None
    weak = passwords.problem_with(password, email=email, username=username)
    young = too_young(birthdate)
    fields = {name: text for name, text in (("username", problem or taken), ("password", weak), ("birthdate", young))
              if text}
    if fields:
        raise Invalid(fields=fields)
    hashed = crypto.hash_password(password)
    existing = queries.by_email(email)
    if existing is not None:
        record(UserSignupRepeated(user_id=existing.id))
        return None
    user = add_user(email=email, username=username, display_name=display_name, password_hash=hashed)
    if settings.get("minimum_age"):
        db.session.get_one(Profile, user.id).birthdate = birthdate
    record(UserCreated(user_id=user.id, actor_user_id=user.id))
    return user


def add_user(*, email: str, username: str, display_name: str, password_hash: str | None,
             site_role: str = "USER") -> User:
    """Insert an account with its profile. Raises `Invalid` when somebody took the name or address meanwhile."""
    at = now()
    user = User(email=email, username=username, password_hash=password_hash, site_role=site_role,
                status="PENDING_VERIFICATION", created_at=at, updated_at=at)
    try:
        with db.session.begin_nested():
            db.session.add(user)
    except IntegrityError as error:
        field = "email" if "email" in str(error.orig) else "username"
        raise Invalid(fields={field: "This was taken a moment ago."}) from None
    db.session.add_all([Profile(user_id=user.id, display_name=display_name), UserStats(user_id=user.id)])
    db.session.flush()
    return user


def too_young(birthdate: dt.date | None) -> str | None:
    """What to tell somebody below the site's minimum age; None where there is none, or they are old enough."""
    least = int(str(settings.get("minimum_age") or 0))
    if not least:
        return None
    today = now().date()
    if birthdate is None:
        return "Please give your date of birth."
    if not dt.date(1900, 1, 1) <= birthdate <= today:
        return "Please give your real date of birth."
    age = today.year - birthdate.year - ((today.month, today.day) < (birthdate.month, birthdate.day))
    return None if age >= least else f"You have to be at least {least} to sign up here."


def issue_verification(user: User) -> str:
    """Make a new verification token and return it; older ones stop working."""
    return issue_token(user, "VERIFY_EMAIL", {"email": user.email})


def request_verification(*, by: Viewer) -> None:
    """Send the link again."""
    require(policies.can_act(by))
    if by.user is None or by.user.email_verified:
        raise Invalid("Your address is already confirmed.")
    record(UserVerificationRequested(user_id=by.user.id, actor_user_id=by.user.id))


def send_link_again(user: User) -> None:
    """Send another link to whoever signed up and is not logged in yet."""
    if not user.is_verified_email:
        record(UserVerificationRequested(user_id=user.id, actor_user_id=user.id))


def correct_address(user: User | None, email: str) -> None:
    """Take another address for an account whose address is not proven, and send the link there.

    None stands for the account of a sign-up that made none. A known address changes nothing, its owner gets a mail: the
    person at the keyboard cannot tell either from a change. Links to the older address stop working.
    """
    existing = queries.by_email(email)
    if existing is not None and existing is not user:
        record(UserSignupRepeated(user_id=existing.id))
        return
    if user is None or user.is_verified_email:
        return
    try:
        with savepoint():
            user.email = email
            db.session.flush()
    except IntegrityError:
        db.session.refresh(user)
        return
    retire_tokens(user.id, "VERIFY_EMAIL")
    record(UserVerificationRequested(user_id=user.id, actor_user_id=user.id))


def verify_email(token: str) -> User:
    """Take the proof of an address. Raises `Gone` for a token that is unknown, used, late or for an older address."""
    found, user = take_token(token, "VERIFY_EMAIL")
    if found.payload.get("email") != user.email:
        raise Gone("This link was used before or is too old.")
    user.verify_email(at=now())
    record(UserVerified(user_id=user.id, actor_user_id=user.id))
    cache.raise_later(f"u:{user.id}")
    return user
