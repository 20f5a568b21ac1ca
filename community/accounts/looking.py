"""Who looked at whose profile: noted in Redis while pages are read, counted by a job."""

from __future__ import annotations

import datetime as dt
import logging

from redis.exceptions import RedisError
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from community.accounts.models import ProfileView, User, UserStats
from community.core.clock import now
from community.core.transactions import after_commit
from community.extensions import db, redis

log = logging.getLogger(__name__)

_NOTED, _TAKEN = "profiles:seen", "profiles:seen:taken"
BATCH = 5000


def note_profile_view(user_id: int, viewer_id: int) -> None:
    """Note that somebody looked at a profile of somebody else. Redis down: it is not counted."""
    try:
        redis.sadd(_NOTED, f"{now().date().isoformat()}:{user_id}:{viewer_id}")
    except RedisError as error:
        log.warning("a look at a profile was not noted: %s", error)


def write_noted() -> int:
    """Count what was noted, one view per viewer, profile and UTC day; returns how many were new. Safe to repeat."""
    if not redis.exists(_TAKEN):
        if not redis.exists(_NOTED):
            return 0
        redis.rename(_NOTED, _TAKEN)
    taken = list(redis.srandmember(_TAKEN, BATCH) or [])
    after_commit("profiles:seen", lambda: redis.srem(_TAKEN, *taken))
    return _count([_parse(one) for one in taken])


def _parse(noted: str) -> tuple[dt.date, int, int]:
    day, user_id, viewer_id = noted.split(":")
    return dt.date.fromisoformat(day), int(user_id), int(viewer_id)


def _count(looks: list[tuple[dt.date, int, int]]) -> int:
    people = {one for _, *both in looks for one in both}
    known = set(db.session.scalars(select(User.id).where(User.id.in_(people))))
    rows = [{"day": day, "user_id": user_id, "viewer_id": viewer_id} for day, user_id, viewer_id in sorted(looks)
            if {user_id, viewer_id} <= known and user_id != viewer_id]
    if not rows:
        return 0
    made = db.session.execute(insert(ProfileView).values(rows).on_conflict_do_nothing()
                              .returning(ProfileView.user_id)).scalars().all()
    for user_id in sorted(set(made)):
        db.session.execute(update(UserStats).where(UserStats.user_id == user_id).values(
            profile_views=UserStats.profile_views + made.count(user_id)).execution_options(synchronize_session=False))
    return len(made)
