"""Redis goes away and comes back, as the code of this process sees it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from community.core import cache
from community.core.broadcast import log
from community.extensions import redis

NOWHERE = "unix:///nowhere/valkey.sock"


@contextmanager
def redis_away(url: str = NOWHERE) -> Iterator[None]:
    """Redis is at an address where nobody answers; this process has noticed neither the beginning nor the end."""
    before = redis._client
    redis.bind(url)
    end_rests()
    try:
        yield
    finally:
        redis._client = before
        end_rests()


def end_rests() -> None:
    """The seconds are over in which nothing is asked of a Redis that did not answer."""
    cache._resting_until = log._resting_until = 0.0


def forget_outages() -> None:
    """No test sees what an outage in another one left in this process: rests, and what is still to be made up for."""
    end_rests()
    cache._owed.clear()
    with log._lock:
        log._lost.clear()
