"""Sessions in use: noted in Redis while pages are read, written to the tables by a job."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping

from redis.exceptions import RedisError
from sqlalchemy import BigInteger, DateTime, case, column, func, select, update, values

from community.accounts.models import Session, User
from community.core.clock import now
from community.core.transactions import after_commit
from community.extensions import db, redis

log = logging.getLogger(__name__)

NOTED_EVERY = 3600
"""Seconds after which a session in use is noted again."""
REMEMBERED = dt.timedelta(days=30)
NOT_REMEMBERED = dt.timedelta(hours=12)
_NOTED, _TAKEN = "sessions:seen", "sessions:seen:taken"


def note(session_id: int) -> None:
    """Note that a session is in use. Redis down: the next page notes it."""
    try:
        redis.hset(_NOTED, str(session_id), str(int(now().timestamp())))
    except RedisError as error:
        log.warning("a session in use was not noted: %s", error)


def write_noted() -> int:
    """Write what was noted and give those sessions their full life again; returns how many. Safe to repeat."""
    if not redis.exists(_TAKEN):
        if not redis.exists(_NOTED):
            return 0
        redis.rename(_NOTED, _TAKEN)
    noted = {int(key): dt.datetime.fromtimestamp(int(at), dt.UTC) for key, at in redis.hgetall(_TAKEN).items()}
    after_commit("sessions:seen", lambda: redis.delete(_TAKEN))
    return _extend(noted)


def _extend(noted: Mapping[int, dt.datetime]) -> int:
    columns = (column("session_id", BigInteger), column("at", DateTime(timezone=True)))
    seen = values(*columns, name="seen").data(list(noted.items()))
    life = case((Session.remembered, REMEMBERED), else_=NOT_REMEMBERED)
    extended = db.session.execute(
        update(Session)
        .where(Session.id == seen.c.session_id, Session.revoked_at.is_(None), Session.expires_at > seen.c.at)
        .values(last_seen_at=func.greatest(Session.last_seen_at, seen.c.at), expires_at=seen.c.at + life)
        .execution_options(synchronize_session=False))
    latest = (select(Session.user_id, func.max(seen.c.at).label("at")).join(seen, seen.c.session_id == Session.id)
              .group_by(Session.user_id).subquery())
    db.session.execute(
        update(User).where(User.id == latest.c.user_id)
        .values(last_seen_at=func.greatest(User.last_seen_at, latest.c.at))
        .execution_options(synchronize_session=False))
    return int(extended.rowcount)  # type: ignore[attr-defined]
