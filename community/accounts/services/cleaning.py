"""Removing what nobody needs any more."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Delete, delete, or_, select, text
from sqlalchemy.exc import IntegrityError

from community.accounts.models import AccountToken, LoginAttempt, PasskeyChallenge, SecurityAlert, Session, User
from community.accounts.queries.security import REMEMBERED_FOR
from community.core.clock import now
from community.core.transactions import savepoint
from community.extensions import db

UNPROVEN_LIFE = dt.timedelta(days=30)
HISTORY_LIFE = dt.timedelta(days=365)
BATCH = 500
OWN_TABLES = (
    "account_tokens", "sessions", "login_history", "security_alerts", "recovery_codes", "passkeys", "passkey_challenges",
    "oauth_accounts", "api_keys", "former_usernames", "user_stats", "profiles",
)
"""What belongs to an account alone and goes with it."""


def close_expired() -> int:
    """Remove what ran out; returns how many rows.

    Tokens and challenges go at once, sessions after 90 days (so long a device is known), log-ins and alerts after a year.
    """
    at = now()
    long_ago = at - REMEMBERED_FOR
    removed = (
        delete(PasskeyChallenge).where(PasskeyChallenge.expires_at < at),
        delete(AccountToken).where(AccountToken.expires_at < at - dt.timedelta(days=1),
                                   or_(AccountToken.purpose != "CANCEL_DELETE", AccountToken.used_at.is_not(None))),
        delete(Session).where(or_(Session.expires_at < long_ago, Session.revoked_at < long_ago),
                              Session.created_at < long_ago),
        delete(LoginAttempt).where(LoginAttempt.created_at < at - HISTORY_LIFE),
        delete(SecurityAlert).where(SecurityAlert.created_at < at - HISTORY_LIFE),
    )
    return sum(_removed(statement) for statement in removed)


def remove_unproven() -> int:
    """Remove accounts whose address was not proven for 30 days; returns how many.

    An account something else points to (content, a membership) stays: the foreign keys say so.
    """
    ids = db.session.scalars(
        select(User.id).where(User.status == "PENDING_VERIFICATION", User.email_verified_at.is_(None),
                              User.site_role == "USER", User.created_at < now() - UNPROVEN_LIFE)
        .order_by(User.id).limit(BATCH).with_for_update(skip_locked=True)).all()
    return sum(_remove(user_id) for user_id in ids)


def _remove(user_id: int) -> bool:
    try:
        with savepoint():
            for table in OWN_TABLES:
                db.session.execute(text(f"DELETE FROM {table} WHERE user_id = :id"), {"id": user_id})  # noqa: S608
            db.session.execute(delete(User).where(User.id == user_id))
    except IntegrityError:
        return False
    return True


def _removed(statement: Delete) -> int:
    return int(db.session.execute(statement.execution_options(synchronize_session=False)).rowcount)  # type: ignore[attr-defined]
