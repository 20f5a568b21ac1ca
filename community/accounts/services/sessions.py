"""Logging in and out, and the sessions that come of it."""

from __future__ import annotations

from community.accounts import policies, queries
from community.accounts.devices import Device
from community.accounts.events import UserLoggedIn, UserLoggedOut, UserLoginFailed
from community.accounts.models import LoginAttempt, Session, User
from community.accounts.seen import NOT_REMEMBERED, REMEMBERED
from community.core import broadcast, cache, crypto
from community.core.clock import now
from community.core.errors import NotFound
from community.core.outbox import record
from community.core.viewer import Viewer
from community.extensions import db


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
