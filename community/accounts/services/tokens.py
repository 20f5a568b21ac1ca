"""One-time tokens: issued to one account for one purpose, kept as hashes, taken once."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import true, update

from community.accounts import queries
from community.accounts.models import AccountToken, User
from community.core import crypto
from community.core.clock import now
from community.core.errors import Gone
from community.extensions import db

LIVES = {
    "VERIFY_EMAIL": dt.timedelta(hours=24), "CHANGE_EMAIL": dt.timedelta(hours=24), "UNDO_EMAIL": dt.timedelta(hours=72),
    "RESET_PASSWORD": dt.timedelta(hours=1), "UNLOCK": dt.timedelta(hours=24), "NOT_ME": dt.timedelta(days=7),
    "SECOND_FACTOR": dt.timedelta(minutes=10), "CONFIRM": dt.timedelta(minutes=10), "CANCEL_DELETE": dt.timedelta(days=14),
}


def promise_token(user: User, purpose: str, payload: dict[str, object] | None = None, *,
                  keep_older: bool = False) -> AccountToken:
    """Make the row of a token nobody knows yet; `mint_token` gives it a value when the mail is written.

    What goes out by mail is written by a handler, and no event ever carries a token. Older ones of the purpose stop
    working unless they are kept.
    """
    if not keep_older:
        retire_tokens(user.id, purpose)
    at = now()
    row = AccountToken(user_id=user.id, purpose=purpose, token_hash=crypto.digest(crypto.new_token()),
                       payload=payload or {}, created_at=at, expires_at=at + LIVES[purpose])
    db.session.add(row)
    db.session.flush()
    return row


def issue_token(user: User, purpose: str, payload: dict[str, object] | None = None, *, keep_older: bool = False) -> str:
    """Make a token and return it; older ones of the same purpose stop working unless they are kept."""
    return mint_token(promise_token(user, purpose, payload, keep_older=keep_older))


def mint_token(row: AccountToken) -> str:
    """A new value for a token; one that was sent before stops working."""
    token = crypto.new_token()
    row.token_hash = crypto.digest(token)
    db.session.flush()
    return token


def take_token(token: str, purpose: str) -> tuple[AccountToken, User]:
    """Use a token up. Raises `Gone` for one that is unknown, used, late, of another purpose or of a shut account."""
    found = queries.usable_token(token, purpose, lock=True)
    user = db.session.get(User, found.user_id) if found else None
    if found is None or user is None or user.status in ("BANNED", "DELETED"):
        raise Gone("This link was used before or is too old.")
    found.used_at = now()
    db.session.flush()
    return found, user


def retire_tokens(user_id: int, *purposes: str, since: dt.datetime | None = None) -> None:
    """Let the open tokens of these purposes run out, all or those made `since` a moment.

    They do not count as used: nobody proved anything with them.
    """
    made = AccountToken.created_at >= since if since else true()
    db.session.execute(
        update(AccountToken)
        .where(AccountToken.user_id == user_id, AccountToken.purpose.in_(purposes), AccountToken.used_at.is_(None),
               AccountToken.expires_at > now(), made)
        .values(expires_at=now()).execution_options(synchronize_session=False))
