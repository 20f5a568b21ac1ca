"""The brake on guessing: failures are noted and counted in the database, so that it holds whatever else is down."""

from __future__ import annotations

from sqlalchemy import func, select

from community.accounts.devices import Device
from community.accounts.events import UserLoginFailed
from community.accounts.models import LoginAttempt, User
from community.accounts.queries import security
from community.accounts.services.alerts import raise_alert
from community.accounts.services.tokens import take_token
from community.core import crypto
from community.core.clock import now
from community.core.errors import TooFast
from community.core.outbox import record
from community.extensions import db


def check_place(device: Device) -> None:
    """Refuse a place from which twenty tries failed within a quarter of an hour. Raises `TooFast`."""
    if security.failures_from(device.ip) >= security.PLACE_AFTER:
        raise TooFast(int(security.LOCK_WINDOW.total_seconds()), "Too many tries from your network. Try again later.")


def identifier_hash(user: User | None, identifier: str = "") -> bytes:
    """One key for an account, whichever of its names was typed."""
    return crypto.keyed_digest(f"user:{user.id}" if user else identifier.strip().lower(), purpose="log-in")


def is_locked(user: User | None, identifier: str = "") -> bool:
    """Whether five tries failed within a quarter of an hour. Tries at the same moment wait here for each other."""
    key = identifier_hash(user, identifier)
    db.session.execute(select(func.pg_advisory_xact_lock(int.from_bytes(key[:8], "big", signed=True))))
    return security.failures_of(key, user.id if user else None) >= security.LOCK_AFTER


def note_attempt(user: User | None, reason: str, device: Device, *, identifier: str = "") -> None:
    """Write a try into the history; the fifth failure tells the owner and shuts the account for a while."""
    key = identifier_hash(user, identifier)
    succeeded = reason in ("OK", "OAUTH")
    db.session.add(LoginAttempt(user_id=user.id if user else None, identifier_hash=key, ip=device.ip,
                                user_agent=device.user_agent, location=device.location, success=succeeded,
                                reason=reason, created_at=now()))
    db.session.flush()
    if succeeded or user is None:
        return
    record(UserLoginFailed(user_id=user.id, method=reason))
    if reason != "LOCKED" and security.failures_of(key, user.id) == security.LOCK_AFTER:
        raise_alert(user.id, "LOCKOUT", f"Five tries to log in failed, the last one from {device.described}. "
                                        "Nobody can log in for 15 minutes.")


def unlock(token: str) -> User:
    """Open a locked account again for whoever got the mail. Raises `Gone`."""
    _, user = take_token(token, "UNLOCK")
    return user
