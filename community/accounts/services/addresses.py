"""Another e-mail address: proven by its owner, undone by the owner of the older one."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from community.accounts import policies, queries
from community.accounts.events import (
    UserEmailChanged,
    UserEmailChangeRequested,
    UserPasswordResetRequested,
    UserSignupRepeated,
)
from community.accounts.models import User
from community.accounts.services.alerts import raise_alert
from community.accounts.services.sessions import end_sessions
from community.accounts.services.tokens import promise_token, retire_tokens, take_token
from community.core import cache
from community.core.authz import require, require_recent
from community.core.clock import now
from community.core.errors import Gone, Invalid
from community.core.outbox import record
from community.core.transactions import savepoint
from community.core.viewer import Viewer
from community.extensions import db

DEPENDENT = ("VERIFY_EMAIL", "RESET_PASSWORD", "CHANGE_EMAIL", "NOT_ME", "UNLOCK", "CONFIRM")
"""What was mailed to an address proves nothing once the address is another one."""


def request_email_change(email: str, *, by: Viewer) -> None:
    """Mail a link to the new address, which takes effect once it is used.

    An address somebody else has looks the same to the person asking; its owner gets a mail. Raises `Invalid`.
    """
    require(policies.can_act(by))
    require_recent(by)
    user = db.session.get_one(User, by.user_id)
    if email.lower() == user.email.lower():
        raise Invalid(fields={"email": "This is your address already."})
    existing = queries.by_email(email)
    if existing is not None:
        record(UserSignupRepeated(user_id=existing.id))
        return
    token = promise_token(user, "CHANGE_EMAIL", {"email": email, "from": user.email})
    record(UserEmailChangeRequested(user_id=user.id, token_id=token.id, actor_user_id=user.id))


def change_email(token: str, *, session_id: int | None = None) -> User:
    """Take the proof of a new address; the owner of the older one may undo it for 72 hours. Raises `Gone`.

    Every session but `session_id` ends. Whoever owned the account before an earlier change keeps the way back: a thief
    does not shut it by changing the address twice.
    """
    row, user = take_token(token, "CHANGE_EMAIL")
    if row.payload.get("from") != user.email:
        raise Gone("Your address was changed meanwhile.")
    older = user.email if user.is_verified_email else None
    _put(user, str(row.payload["email"]))
    end_sessions(user.id, "EMAIL_CHANGED", but=session_id)
    undo = promise_token(user, "UNDO_EMAIL", {"email": older, "to": user.email}, keep_older=True) if older else None
    raise_alert(user.id, "EMAIL_CHANGED", "It takes the place of the older one at once.")
    record(UserEmailChanged(user_id=user.id, token_id=undo.id if undo else None, actor_user_id=user.id))
    return user


def undo_email_change(token: str) -> User:
    """Give an account back to the owner of its older address: everybody is logged out, and a reset begins. Raises `Gone`.

    The ways back that came later, to addresses this undoes, are over.
    """
    row, user = take_token(token, "UNDO_EMAIL")
    retire_tokens(user.id, "UNDO_EMAIL", since=row.created_at)
    _put(user, str(row.payload["email"]))
    end_sessions(user.id, "EMAIL_CHANGE_UNDONE")
    raise_alert(user.id, "EMAIL_CHANGED", "The change of your address was undone.")
    record(UserPasswordResetRequested(user_id=user.id))
    return user


def _put(user: User, email: str) -> None:
    try:
        with savepoint():
            user.email = email
            user.verify_email(at=now())
            db.session.flush()
    except IntegrityError:
        raise Gone("Somebody else uses this address now.") from None
    retire_tokens(user.id, *DEPENDENT)
    cache.raise_later(f"u:{user.id}")
