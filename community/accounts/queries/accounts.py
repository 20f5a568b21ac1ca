"""Reading accounts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from community.accounts.models import AccountToken, FormerUsername, Passkey, Profile, Session, User
from community.core.clock import now
from community.core.crypto import digest
from community.core.errors import NotFound
from community.core.viewer import Viewer
from community.extensions import db


def by_identifier(identifier: str) -> User | None:
    """The account with this e-mail address or username, whatever the case."""
    wanted = identifier.strip().lower()
    where = or_(func.lower(User.email) == wanted, func.lower(User.username) == wanted)
    return db.session.scalars(select(User).where(where, User.deleted_at.is_(None)).limit(1)).first()


def has_site_admin() -> bool:
    """False until the first run is done; `/setup` is gone from then on."""
    return db.session.scalar(select(User.id).where(User.site_role == "SITE_ADMIN").limit(1)) is not None


def by_email(email: str) -> User | None:
    return db.session.scalars(select(User).where(func.lower(User.email) == email.lower())).first()


def signed_up_as(email: str, at: dt.datetime) -> User | None:
    """The unproven account made with this address at this very moment, which the browser that made it knows."""
    statement = select(User).where(func.lower(User.email) == email.lower(), User.created_at == at,
                                   User.email_verified_at.is_(None), User.status == "PENDING_VERIFICATION")
    return db.session.scalars(statement).first()


def with_profile(user_id: int) -> User:
    """An account and its profile. Raises `NotFound`."""
    found = db.session.scalars(select(User).options(joinedload(User.profile)).where(User.id == user_id)).first()
    if found is None:
        raise NotFound
    return found


def is_username_taken(username: str) -> bool:
    """Whether somebody has a username, or had it until a short while ago."""
    taken = select(User.id).where(func.lower(User.username) == username.lower())
    reserved = select(FormerUsername.user_id).where(FormerUsername.username == username.lower(), FormerUsername.until > now())
    return db.session.execute(taken.union_all(reserved).limit(1)).first() is not None


def usable_token(token: str, purpose: str, *, lock: bool = False) -> AccountToken | None:
    """The token a mail carried, if it may still be used."""
    statement = select(AccountToken).where(AccountToken.token_hash == digest(token), AccountToken.purpose == purpose)
    if lock:
        statement = statement.with_for_update()
    found = db.session.scalars(statement).first()
    return found if found is not None and found.is_usable(at=now()) else None


def own_sessions(viewer: Viewer) -> Sequence[Session]:
    """The viewer's living sessions, latest first."""
    statement = (select(Session)
                 .where(Session.user_id == viewer.user_id, Session.revoked_at.is_(None), Session.expires_at > now())
                 .order_by(Session.last_seen_at.desc(), Session.id.desc()))
    return db.session.scalars(statement).all()


def session_by_token(token: str) -> tuple[Session, User, Profile, bool] | None:
    """The living session of a cookie with its account, and whether that has a passkey, in one statement."""
    has_passkey = select(Passkey.id).where(Passkey.user_id == User.id).exists()
    statement = (select(Session, User, Profile, has_passkey).join(User, User.id == Session.user_id)
                 .join(Profile, Profile.user_id == User.id)
                 .where(Session.token_hash == digest(token), Session.revoked_at.is_(None), Session.expires_at > now()))
    found = db.session.execute(statement).first()
    return (found[0], found[1], found[2], found[3]) if found else None


def unused_username(wanted: str) -> str:
    """`wanted`, or it with the first free number behind."""
    if not is_username_taken(wanted):
        return wanted
    stem = wanted[:26]
    pattern = stem.replace("_", r"\_") + "%"
    taken = set(db.session.scalars(select(func.lower(User.username)).where(func.lower(User.username).like(pattern))))
    return next(f"{stem}{n}" for n in range(2, len(taken) + 3) if f"{stem}{n}" not in taken)
