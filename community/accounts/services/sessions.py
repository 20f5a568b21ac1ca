"""Logging in and out, and the sessions that come of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select, update

from community.accounts import locations, policies, queries
from community.accounts.devices import Device
from community.accounts.events import UserDeletionCancelled, UserLoggedIn, UserLoggedOut
from community.accounts.models import AccountToken, Session, User
from community.accounts.queries import security
from community.accounts.seen import NOT_REMEMBERED, REMEMBERED
from community.accounts.services.alerts import raise_alert
from community.accounts.services.guarding import check_place, is_locked, note_attempt
from community.accounts.services.tokens import issue_token
from community.core import broadcast, cache, crypto
from community.core.authz import require
from community.core.clock import now
from community.core.errors import NotFound
from community.core.outbox import record
from community.core.viewer import Viewer
from community.extensions import db


@dataclass(frozen=True)
class Admission:
    """What a try to log in came to: a session, or a pending one that waits for the second factor, or neither."""

    token: str | None = None
    """Of the session that began."""
    second_factor: str | None = None
    """Of the pending log-in, for `/login/2fa`."""
    is_shut: bool = False
    """The proof was right, the account is banned."""

    def __bool__(self) -> bool:
        return self.token is not None or self.second_factor is not None


def log_in(identifier: str, password: str, *, remember: bool, device: Device) -> Admission:
    """Check the credentials and let the person in, or on to the second factor. Raises `TooFast`.

    Every failure looks the same and costs the same, a locked account's right password included. The attempt is noted
    either way, so the caller commits also when it answers with an error.
    """
    check_place(device)
    user = queries.by_identifier(identifier)
    right = crypto.verify_password(user.password_hash if user else None, password)
    if is_locked(user, identifier):
        reason = "LOCKED"
    elif user is None:
        reason = "UNKNOWN_USER"
    elif not right:
        reason = "BAD_PASSWORD"
    else:
        if user.password_hash and crypto.needs_rehash(user.password_hash):
            user.password_hash = crypto.hash_password(password)
        return admit(user, remember=remember, device=device)
    note_attempt(user, reason, device, identifier=identifier)
    return Admission()


def admit(user: User, *, remember: bool, device: Device, reason: str = "OK", has_both: bool = False) -> Admission:
    """Let somebody in who proved who they are: by password, at a provider (`OAUTH`), or with a passkey.

    With two-step log-in on, the second factor is still missing, unless the proof stands for both.
    """
    if user.status in ("BANNED", "DELETED") or user.site_role == "SYSTEM":
        note_attempt(user, "BANNED", device)
        return Admission(is_shut=user.status == "BANNED")
    if user.two_factor_enabled and not has_both:
        payload: dict[str, object] = {"remember": remember, "reason": reason}
        return Admission(second_factor=issue_token(user, "SECOND_FACTOR", payload))
    note_attempt(user, reason, device)
    return Admission(token=start_session(user, remember=remember, device=device, second_factor=has_both))


def start_session(user: User, *, remember: bool, device: Device, second_factor: bool = False) -> str:
    """Begin a session of `user` and return its token, which is kept nowhere."""
    at = now()
    _warn_of_new_places(user, device)
    _stay(user)
    token = _new_token(user.id)
    session = Session(user_id=user.id, token_hash=crypto.digest(token), created_at=at, last_seen_at=at,
                      expires_at=at + (REMEMBERED if remember else NOT_REMEMBERED), remembered=remember, ip=device.ip,
                      user_agent=device.user_agent, device_type=device.type, device_label=device.label,
                      location=device.location, reauthenticated_at=at, second_factor_at=at if second_factor else None)
    db.session.add(session)
    db.session.flush()
    user.last_login_at = at
    record(UserLoggedIn(user_id=user.id, actor_user_id=user.id, session_id=session.id))
    return token


def renew_session(session_id: int, *, confirmed_at: dt.datetime | None = None) -> str:
    """Give a session a new token, whenever its rights grow; the older one is worth nothing any more."""
    session = db.session.get_one(Session, session_id, with_for_update=True)
    cache.forget_later(f"session:{session.token_hash.hex()}")
    cache.raise_later(f"u:{session.user_id}")
    token = _new_token(session.user_id)
    session.token_hash = crypto.digest(token)
    session.reauthenticated_at = confirmed_at or session.reauthenticated_at
    db.session.flush()
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
    require(policies.can_act(by))
    count = end_sessions(by.user_id or 0, "REVOKED", but=by.session_id)
    if count:
        raise_alert(by.user_id or 0, "SESSIONS_REVOKED", "Every other browser was logged out of your account.")
    return count


def end_sessions(user_id: int, reason: str, *, but: int | None = None) -> int:
    """End every living session of an account, or all but one, with their sockets; returns how many."""
    found = db.session.scalars(select(Session).where(
        Session.user_id == user_id, Session.revoked_at.is_(None), Session.expires_at > now())).all()
    return _revoke_all((session for session in found if session.id != but), reason)


def _revoke_all(sessions: Iterable[Session], reason: str) -> int:
    count = 0
    for session in sessions:
        _revoke(session, reason)
        count += 1
    return count


def _revoke(session: Session, reason: str) -> None:
    """End a session. Raising the generation, too, keeps a request that is under way from storing it again."""
    session.revoked_at, session.revoke_reason = now(), reason
    record(UserLoggedOut(user_id=session.user_id, actor_user_id=session.user_id, session_id=session.id))
    cache.forget_later(f"session:{session.token_hash.hex()}")
    cache.raise_later(f"u:{session.user_id}")
    broadcast.revoke_session(session.id)


def _stay(user: User) -> None:
    """Whoever logs in takes back that their account is deleted."""
    kept = db.session.scalar(
        update(AccountToken).where(AccountToken.user_id == user.id, AccountToken.purpose == "CANCEL_DELETE",
                                   AccountToken.used_at.is_(None), AccountToken.expires_at > now())
        .values(used_at=now()).returning(AccountToken.id).execution_options(synchronize_session=False))
    if kept is not None:
        record(UserDeletionCancelled(user_id=user.id, actor_user_id=user.id))


def _new_token(user_id: int) -> str:
    return f"{user_id}.{crypto.new_token()}"


def _warn_of_new_places(user: User, device: Device) -> None:
    """Tell the owner when the device or the country is one not seen for 90 days; the first log-in of all is neither."""
    if user.last_login_at is None:
        return
    devices, places = security.known_places(user.id)
    countries = {locations.country_of(place) for place in places}
    if places and device.location and locations.country_of(device.location) not in countries:
        raise_alert(user.id, "NEW_COUNTRY", f"Somebody logged in from {device.described}.")
    elif device.label not in devices:
        raise_alert(user.id, "NEW_DEVICE", f"Somebody logged in with {device.described}.")
