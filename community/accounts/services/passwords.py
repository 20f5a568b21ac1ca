"""Passwords that are changed, and those that are forgotten."""

from __future__ import annotations

from community.accounts import passwords, policies, queries
from community.accounts.events import UserPasswordChanged, UserPasswordResetRequested
from community.accounts.models import User
from community.accounts.services.alerts import raise_alert
from community.accounts.services.sessions import end_sessions, renew_session
from community.accounts.services.tokens import issue_token, retire_tokens, take_token
from community.core import crypto
from community.core.authz import require, require_recent
from community.core.clock import now
from community.core.errors import Invalid
from community.core.outbox import record
from community.core.viewer import Viewer
from community.extensions import db


def change_password(password: str, *, by: Viewer) -> str:
    """Take a new password and log every other browser out; returns the new token of the session. Raises `Invalid`."""
    require(policies.can_act(by))
    require_recent(by)
    user = db.session.get_one(User, by.user_id)
    _put(user, password)
    end_sessions(user.id, "PASSWORD_CHANGED", but=by.session_id)
    record(UserPasswordChanged(user_id=user.id, actor_user_id=user.id))
    return renew_session(by.session_id or 0)


def request_reset(email: str) -> None:
    """Mail a link to whoever owns the address. Nothing tells whether anybody does."""
    user = queries.by_email(email)
    if user is not None and user.status not in ("BANNED", "DELETED") and user.site_role != "SYSTEM":
        record(UserPasswordResetRequested(user_id=user.id))


def reset_password(token: str, password: str) -> User:
    """Set a new password by the link of a mail and log everybody out. Raises `Gone`, `Invalid`.

    It proves the address, and nothing else: the second factor is asked for at the log-in that follows.
    """
    row, user = take_token(token, "RESET_PASSWORD")
    _put(user, password)
    end_sessions(user.id, "PASSWORD_RESET")
    if row.payload.get("email") == user.email and not user.is_verified_email:
        user.verify_email(at=now())
    record(UserPasswordChanged(user_id=user.id, method="RESET", actor_user_id=user.id))
    return user


def disown(token: str) -> str:
    """"This was not me": log everybody out and begin a reset; returns its token. Raises `Gone`."""
    _, user = take_token(token, "NOT_ME")
    end_sessions(user.id, "NOT_ME")
    raise_alert(user.id, "SESSIONS_REVOKED", "You said that a log-in was not yours, so we logged everybody out.")
    return issue_token(user, "RESET_PASSWORD", {"email": user.email})


def _put(user: User, password: str) -> None:
    problem = passwords.problem_with(password, email=user.email, username=user.username)
    if problem is not None:
        raise Invalid(fields={"password": problem})
    user.password_hash, user.password_changed_at = crypto.hash_password(password), now()
    retire_tokens(user.id, "RESET_PASSWORD", "SECOND_FACTOR", "CONFIRM")
    db.session.flush()
    raise_alert(user.id, "PASSWORD_CHANGED", "Everybody else was logged out.")
