"""Reading the keys of programs."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, func, or_, select

from community.accounts.models import ApiKey, Profile, User
from community.core.clock import now
from community.core.crypto import digest
from community.core.viewer import Viewer
from community.extensions import db

PREFIX = "ck_"
KEY_LENGTH = 46
MOST_KEYS = 10


def is_active() -> ColumnElement[bool]:
    """SQL: the key counts."""
    return and_(ApiKey.revoked_at.is_(None), or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now()))


def own_keys(viewer: Viewer) -> Sequence[ApiKey]:
    """The viewer's keys that are not revoked, the newest first; expired ones stay to be seen."""
    statement = (select(ApiKey).where(ApiKey.user_id == viewer.user_id, ApiKey.revoked_at.is_(None))
                 .order_by(ApiKey.id.desc()).limit(100))
    return db.session.scalars(statement).all()


def count_active_keys(user_id: int) -> int:
    return db.session.scalar(select(func.count()).select_from(ApiKey).where(ApiKey.user_id == user_id, is_active())) or 0


def key_in_use(token: str) -> tuple[ApiKey, User, Profile] | None:
    """A key that is neither revoked nor expired, and its person; in one statement."""
    if len(token) != KEY_LENGTH or not token.startswith(PREFIX):
        return None
    found = db.session.execute(
        select(ApiKey, User, Profile).join(User, User.id == ApiKey.user_id).join(Profile, Profile.user_id == User.id)
        .where(ApiKey.key_hash == digest(token), is_active())).first()
    return (found[0], found[1], found[2]) if found else None
