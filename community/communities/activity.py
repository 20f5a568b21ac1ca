"""Who is active: noted in Redis while pages are read, written to the memberships by a job; and what newcomers read."""

from __future__ import annotations

import datetime as dt
import logging

from redis.exceptions import RedisError
from sqlalchemy import BigInteger, DateTime, column, func, update, values

from community.communities.models import Member
from community.core.clock import monotonic, now
from community.core.transactions import after_commit
from community.core.viewer import Viewer
from community.extensions import db, redis

log = logging.getLogger(__name__)

NOTED_EVERY = 60.0
"""Seconds after which a process notes an active member again."""
MANY = 20_000
READS_KEPT = 60 * 24 * 3600
_NOTED, _TAKEN = "members:active", "members:active:taken"
_last: dict[int, float] = {}


def note(viewer: Viewer) -> None:
    """Note that a member is here, at most once a minute. Redis down: a later page notes it."""
    member = viewer.member
    if member is None or not viewer.is_member or monotonic() - _last.get(member.id, -NOTED_EVERY) < NOTED_EVERY:
        return
    if len(_last) > MANY:
        _last.clear()
    _last[member.id] = monotonic()
    try:
        redis.hset(_NOTED, str(member.id), str(int(now().timestamp())))
    except RedisError as error:
        log.warning("an active member was not noted: %s", error)


def note_read(viewer: Viewer, post_id: int) -> None:
    """Note which post a newcomer reads; how many different ones counts towards trust. Others cost nothing."""
    member = viewer.member
    if member is None or member.trust_level != "NEW" or not viewer.is_member:
        return
    try:
        pipe = redis.pipeline(transaction=False)
        pipe.pfadd(_reads(member.id), post_id)
        pipe.expire(_reads(member.id), READS_KEPT)
        pipe.execute()
    except RedisError as error:
        log.warning("what a newcomer read was not noted: %s", error)


def read_count(member_id: int) -> int:
    """How many different posts a newcomer read; 0 while Redis is away, so nobody rises then."""
    try:
        return int(redis.pfcount(_reads(member_id)))
    except RedisError as error:
        log.warning("what a newcomer read is not known: %s", error)
        return 0


def write_noted() -> int:
    """Write when members were last active; returns how many. Safe to repeat."""
    if not redis.exists(_TAKEN):
        if not redis.exists(_NOTED):
            return 0
        redis.rename(_NOTED, _TAKEN)
    noted = [(int(key), dt.datetime.fromtimestamp(int(at), dt.UTC)) for key, at in redis.hgetall(_TAKEN).items()]
    after_commit("members:active", lambda: redis.delete(_TAKEN))
    seen = values(column("member_id", BigInteger), column("at", DateTime(timezone=True)), name="seen").data(noted)
    written = db.session.execute(
        update(Member).where(Member.id == seen.c.member_id)
        .values(last_active_at=func.greatest(Member.last_active_at, seen.c.at), updated_at=Member.updated_at)
        .execution_options(synchronize_session=False))
    return int(written.rowcount)  # type: ignore[attr-defined]


def _reads(member_id: int) -> str:
    return f"reads:{member_id}"
