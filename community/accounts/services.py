"""Signing up, proving an address, logging in and out."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from community.accounts import names, passwords, policies, queries
from community.accounts.devices import Device
from community.accounts.events import (
    UserCreated,
    UserLoggedIn,
    UserLoggedOut,
    UserLoginFailed,
    UserProfileUpdated,
    UserSignupRepeated,
    UserVerificationRequested,
    UserVerified,
)
from community.accounts.models import AccountToken, LoginAttempt, Profile, Session, User
from community.accounts.seen import NOT_REMEMBERED, REMEMBERED
from community.core import broadcast, cache, crypto
from community.core.authz import require
from community.core.clock import now
from community.core.errors import Gone, Invalid, NotFound
from community.core.markdown import render
from community.core.outbox import record
from community.core.transactions import savepoint
from community.core.viewer import Viewer
from community.extensions import db

VERIFICATION_LIFE = dt.timedelta(hours=24)


def sign_up(*, display_name: str, email: str, username: str, password: str) -> User | None:
    """Make an account whose address is not proven yet. Without a username, one is made of the name.

    A known address makes nothing and returns None; its owner gets a mail, the person at the keyboard cannot tell.
    Raises `Invalid` for a username or password that cannot be had.
    """
    username = username.lower() or queries.unused_username(names.suggestion_for(display_name))
    problem = names.problem_with(username)
    taken = "This username is taken." if queries.is_username_taken(username) else None
    weak = passwords.problem_with(password, email=email, username=username)
    fields = {name: text for name, text in (("username", problem or taken), ("password", weak)) if text}
    if fields:
        raise Invalid(fields=fields)
    hashed = crypto.hash_password(password)
    existing = queries.by_email(email)
    if existing is not None:
        record(UserSignupRepeated(user_id=existing.id))
        return None
    user = add_user(email=email, username=username, display_name=display_name, password_hash=hashed)
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
    db.session.add(Profile(user_id=user.id, display_name=display_name))
    db.session.flush()
    return user


def issue_verification(user: User) -> str:
    """Make a new verification token and return it; older ones stop working."""
    at = now()
    _retire_links(user, at)
    token = crypto.new_token()
    db.session.add(AccountToken(user_id=user.id, purpose="VERIFY_EMAIL", token_hash=crypto.digest(token),
                                payload={"email": user.email}, created_at=at, expires_at=at + VERIFICATION_LIFE))
    return token


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
    _retire_links(user, now())
    record(UserVerificationRequested(user_id=user.id, actor_user_id=user.id))


def verify_email(token: str) -> User:
    """Take the proof of an address. Raises `Gone` for a token that is unknown, used, late or for an older address."""
    found = queries.usable_token(token, "VERIFY_EMAIL", lock=True)
    user = db.session.get(User, found.user_id) if found else None
    if found is None or user is None or found.payload.get("email") != user.email:
        raise Gone("This link was used before or is too old.")
    found.used_at = now()
    user.verify_email(at=now())
    record(UserVerified(user_id=user.id, actor_user_id=user.id))
    cache.raise_later(f"u:{user.id}")
    return user


def log_in(identifier: str, password: str, *, remember: bool, device: Device) -> str | None:
    """Check the credentials and start a session; returns its token, or None for wrong credentials.

    Every failure looks the same and costs the same, a locked account's right password included. The attempt is noted
    either way, so the caller commits also when it answers with an error.
    """
    user = queries.by_identifier(identifier)
    identifier_hash = _identifier_hash(user, identifier)
    right = crypto.verify_password(user.password_hash if user else None, password)
    if queries.is_locked(identifier_hash):
        reason = "LOCKED"
    elif user is None:
        reason = "UNKNOWN_USER"
    elif not right:
        reason = "BAD_PASSWORD"
    elif user.status in ("BANNED", "DELETED") or user.site_role == "SYSTEM":
        reason = "BANNED"
    else:
        reason = "OK"
    _note_attempt(user, identifier_hash, reason, device)
    if user is None or reason != "OK":
        if user is not None:
            record(UserLoginFailed(user_id=user.id, method=reason))
        return None
    if user.password_hash and crypto.needs_rehash(user.password_hash):
        user.password_hash = crypto.hash_password(password)
    return start_session(user, remember=remember, device=device)


def start_session(user: User, *, remember: bool, device: Device) -> str:
    """Begin a session of `user` and return its token, which is kept nowhere."""
    at = now()
    token = f"{user.id}.{crypto.new_token()}"
    session = Session(user_id=user.id, token_hash=crypto.digest(token), created_at=at, last_seen_at=at,
                      expires_at=at + (REMEMBERED if remember else NOT_REMEMBERED), remembered=remember, ip=device.ip,
                      user_agent=device.user_agent, device_type=device.type, device_label=device.label,
                      reauthenticated_at=at)
    db.session.add(session)
    db.session.flush()
    user.last_login_at = at
    record(UserLoggedIn(user_id=user.id, actor_user_id=user.id, session_id=session.id))
    return token


def log_out(*, by: Viewer) -> None:
    """End the session at hand."""
    session = db.session.get(Session, by.session_id) if by.session_id else None
    if session is not None and session.revoked_at is None:
        _revoke(session, "LOGGED_OUT")


def revoke_session(session_id: int, *, by: Viewer) -> None:
    """End one of the viewer's sessions, wherever it runs. Raises `NotFound`."""
    session = db.session.get(Session, session_id, with_for_update=True)
    if session is None or session.revoked_at is not None or not policies.can_revoke_session(by, session):
        raise NotFound
    _revoke(session, "REVOKED")


def revoke_other_sessions(*, by: Viewer) -> int:
    """End all of the viewer's sessions but the one at hand; returns how many."""
    others = [session for session in queries.own_sessions(by) if session.id != by.session_id]
    for session in others:
        _revoke(session, "REVOKED")
    return len(others)


def update_profile(*, by: Viewer, display_name: str, bio: str, location: str, website: str) -> None:
    """Change how one presents oneself."""
    require(policies.can_act(by))
    profile = _own_profile(by)
    profile.display_name, profile.location, profile.website = display_name, location, website
    profile.bio, profile.bio_html = bio, render(bio)
    _profile_changed(by)


def choose_theme(theme: str, *, by: Viewer) -> None:
    """Light, dark, or what the system says."""
    require(policies.can_act(by))
    _own_profile(by).theme = theme
    _profile_changed(by)


def _retire_links(user: User, at: dt.datetime) -> None:
    db.session.execute(update(AccountToken).where(
        AccountToken.user_id == user.id, AccountToken.purpose == "VERIFY_EMAIL", AccountToken.used_at.is_(None),
    ).values(used_at=at))


def _own_profile(by: Viewer) -> Profile:
    return db.session.scalars(select(Profile).where(Profile.user_id == by.user_id)).one()


def _profile_changed(by: Viewer) -> None:
    record(UserProfileUpdated(user_id=by.user_id or 0, actor_user_id=by.user_id))
    cache.raise_later(f"u:{by.user_id}")


def _revoke(session: Session, reason: str) -> None:
    """End a session. Raising the generation, too, keeps a request that is under way from storing it again."""
    session.revoked_at, session.revoke_reason = now(), reason
    record(UserLoggedOut(user_id=session.user_id, actor_user_id=session.user_id, session_id=session.id))
    cache.forget_later(f"session:{session.token_hash.hex()}")
    cache.raise_later(f"u:{session.user_id}")
    broadcast.revoke_session(session.id)


def _identifier_hash(user: User | None, identifier: str) -> bytes:
    """One key for an account, whichever of its names was typed."""
    return crypto.keyed_digest(f"user:{user.id}" if user else identifier.strip().lower(), purpose="log-in")


def _note_attempt(user: User | None, identifier_hash: bytes, reason: str, device: Device) -> None:
    db.session.add(LoginAttempt(user_id=user.id if user else None, identifier_hash=identifier_hash, ip=device.ip,
                                user_agent=device.user_agent, success=reason == "OK", reason=reason, created_at=now()))
