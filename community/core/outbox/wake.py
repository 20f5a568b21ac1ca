"""Telling the workers that there is something to do. A courtesy: what is owed stands in PostgreSQL."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping

import redis as redis_py
from huey.storage import PriorityRedisStorage
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from community.core.clock import monotonic
from community.core.outbox.draining import drain_for_a_while
from community.core.outbox.lanes import LANES
from community.extensions import huey

log = logging.getLogger(__name__)

PATIENCE = 0.5
"""Seconds one command may take."""
PAUSE = 5.0
"""Seconds without further attempts after one that failed."""


def _drain(lane: str) -> None:
    """Deliver what is due in a lane, for a moment; then let more urgent lanes go first."""
    if drain_for_a_while(LANES[lane]):
        wake({lane: 0})


drain = huey.task(name="drain")(_drain)


def wake(lanes: Mapping[str, int]) -> bool:
    """Queue one drain for each lane, as urgent as its most urgent event or the lane itself, whichever is more.

    A lane that already waits is not queued twice. False when Redis cannot be reached: the sweep will find the work.
    """
    if huey.immediate:
        for lane in _urgent_first(lanes):
            drain(lane)
        return True
    return _link.push({_message(lane): -max(urgency, LANES[lane].priority) for lane, urgency in lanes.items()})


def _urgent_first(lanes: Mapping[str, int]) -> list[str]:
    return sorted(lanes, key=lambda lane: -max(lanes[lane], LANES[lane].priority))


def _message(lane: str) -> bytes:
    """The drain as the queue stores it: always the same bytes for a lane, so that the sorted set holds it once."""
    task = drain.task_class((lane,), {}, id=f"drain:{lane}")
    message: bytes = huey.serialize_task(task)
    return bytes(8) + message


class _Link:
    """The connection wake-ups take: impatient, so that a request never waits long for a Redis that is down."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._storage: PriorityRedisStorage | None = None
        self._client = redis_py.Redis()
        self._shut_until = 0.0

    def push(self, members: Mapping[bytes, int]) -> bool:
        if not members:
            return True
        if monotonic() < self._shut_until:
            return False
        try:
            self._bound().zadd(huey.storage.queue_key, dict(members), lt=True)
        except RedisError as error:
            self._shut_until = monotonic() + PAUSE
            log.warning("workers were not woken, the sweep will find the work: %s", error)
            return False
        return True

    def open(self) -> None:
        """Let the next attempt through even if the last one failed."""
        self._shut_until = 0.0

    def _bound(self) -> redis_py.Redis:
        with self._lock:
            if self._storage is not huey.storage:
                self._storage, self._client = huey.storage, _impatient(huey.storage.pool)
            return self._client


def _impatient(pool: redis_py.ConnectionPool) -> redis_py.Redis:
    options = {**pool.connection_kwargs, "socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE,
               "retry": Retry(NoBackoff(), 0)}  # fmt: skip
    return redis_py.Redis(connection_pool=redis_py.ConnectionPool(connection_class=pool.connection_class, **options))


_link = _Link()
