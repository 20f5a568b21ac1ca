"""Programs at work: whose key a request brings, and that it was used, noted in Redis and written to the table by a job."""

from __future__ import annotations

import datetime as dt
import logging

from redis.exceptions import RedisError
from sqlalchemy import BigInteger, DateTime, column, func, update, values

from community.accounts.models import ApiKey, Profile, User
from community.accounts.queries.keys import key_in_use
from community.core.clock import now
from community.core.transactions import after_commit
from community.extensions import db, redis

log = logging.getLogger(__name__)

NOTED_EVERY = dt.timedelta(minutes=1)
_NOTED, _TAKEN = "keys:used", "keys:used:taken"


def taken(token: str) -> tuple[ApiKey, User, Profile] | None:
    """A key that counts, and its person; noted as used, at most once a minute. None for anything else."""
    found = key_in_use(token)
    if found is not None and (found[0].last_used_at is None or now() - found[0].last_used_at > NOTED_EVERY):
        _note(found[0].id)
    return found


def write_used() -> int:
    """Write when keys were last used; returns how many. Safe to repeat."""
    if not redis.exists(_TAKEN):
        if not redis.exists(_NOTED):
            return 0
        redis.rename(_NOTED, _TAKEN)
    noted = [(int(key), dt.datetime.fromtimestamp(int(at), dt.UTC)) for key, at in redis.hgetall(_TAKEN).items()]
    after_commit("keys:used", lambda: redis.delete(_TAKEN))
    used = values(column("id", BigInteger), column("at", DateTime(timezone=True)), name="used").data(noted)
    done = db.session.execute(
        update(ApiKey).where(ApiKey.id == used.c.id).values(last_used_at=func.greatest(ApiKey.last_used_at, used.c.at))
        .execution_options(synchronize_session=False))
    return int(done.rowcount)  # type: ignore[attr-defined]


def _note(key_id: int) -> None:
    """Redis down: the next request notes it."""
    try:
        redis.hset(_NOTED, str(key_id), str(int(now().timestamp())))
    except RedisError as error:
        log.warning("a key in use was not noted: %s", error)
