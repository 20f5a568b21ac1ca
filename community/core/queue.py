"""Handing work to the workers. A courtesy that never makes anybody wait: what has to be done stands in PostgreSQL."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass

import redis as redis_py
from huey.api import TaskWrapper
from huey.storage import BaseStorage
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from community.core.clock import monotonic
from community.extensions import huey

log = logging.getLogger(__name__)

PATIENCE = 0.5
"""Seconds one attempt may take; there are two."""
PAUSE = 5.0
"""Seconds without further attempts after one that failed."""


@dataclass(frozen=True)
class Call:
    """A task with its arguments. Calls that are equal wait in the queue once."""

    task: TaskWrapper
    args: tuple[str, ...]
    priority: int


def push(calls: Sequence[Call]) -> bool:
    """Queue the calls in one round trip. False when Redis cannot be reached, at once while that was so just now."""
    if huey.immediate:
        for call in sorted(calls, key=lambda call: -call.priority):
            call.task(*call.args)
        return True
    return not calls or _link.push({_message(call): -call.priority for call in calls})


def _message(call: Call) -> bytes:
    """The call as Huey's sorted set stores it: eight bytes that tell equal messages apart, here none, and the task.

    Equal calls are equal bytes, so the set holds them once.
    """
    name = ":".join((call.task.task_class.__name__, *call.args))
    message: bytes = huey.serialize_task(call.task.task_class(call.args, {}, id=name))
    return bytes(8) + message


class _Link:
    """An impatient connection: a request that ends must not wait for a Redis that hangs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._storage: BaseStorage | None = None
        self._client = redis_py.Redis()
        self._shut_until = 0.0

    def push(self, members: dict[bytes, int]) -> bool:
        client = self._bound()
        if monotonic() < self._shut_until:
            return False
        try:
            client.zadd(huey.storage.queue_key, members, lt=True)
        except RedisError as error:
            self._shut_until = monotonic() + PAUSE
            log.warning("the queue cannot be reached, the sweep will find the work: %s", error)
            return False
        return True

    def _bound(self) -> redis_py.Redis:
        with self._lock:
            if self._storage is not huey.storage:
                self._storage = huey.storage
                self._shut_until = 0.0
                self._client = redis_py.Redis.from_url(
                    huey.storage_kwargs["url"], socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE,
                    retry=Retry(NoBackoff(), 1),
                )  # fmt: skip
            return self._client


_link = _Link()
