"""The shared cache: JSON values in Redis under keys that carry generations; Redis down means a miss.

A value depends on *generations*, counters that are raised after the commit of a change. A record stores the generations it
was built under and is valid only while they are the same, so nothing is ever deleted by pattern, and a slow reader that
writes late writes a record that is already stale.
"""

from __future__ import annotations

import hashlib
import logging
import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import orjson
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from community.core.clock import monotonic
from community.core.transactions import after_commit
from community.extensions import redis

log = logging.getLogger(__name__)

_REST_SECONDS = 2.0
MAX_OWED = 10_000
_resting_until = 0.0
_owed: set[str] = set()
"""Generations this process could not raise; the events behind them are the net for whatever is lost with it."""


@dataclass(slots=True)
class Fetched:
    """Raw values of one round trip, by key; empty when Redis did not answer."""

    values: dict[str, str | None]
    is_down: bool = False

    def generation(self, name: str) -> int:
        """The generation as read; 0 when it was never raised."""
        return int(self.values.get(_gen(name)) or 0)

    def record(self, key: str, *, generations: Sequence[str], shape: str = "") -> dict | None:  # type: ignore[type-arg]
        """The value under `key`, if it was built under the generations just read and in the `shape` this release knows.

        Corrupt values are misses.
        """
        raw = self.values.get(key)
        if not raw:
            return None
        try:
            stored = orjson.loads(raw)
            fresh = stored["g"] == [self.generation(name) for name in generations]
            return stored["v"] if fresh and stored["s"] == shape else None
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return None


def fetch(*, keys: Sequence[str] = (), generations: Sequence[str] = (), counter: tuple[str, int] | None = None) -> Fetched:
    """Read keys and generations, and count one event, in one round trip.

    `counter` is a key to increment and its life in seconds; the new value stands under the key.
    """
    names = [*keys, *(_gen(name) for name in generations)]
    if _is_resting():
        return Fetched({}, is_down=True)
    try:
        _pay()
        pipe = redis.pipeline(transaction=False)
        pipe.mget(names) if names else pipe.ping()
        if counter is not None:
            pipe.incr(counter[0])
        found = pipe.execute()
        if counter is not None and found[1] == 1:
            redis.expire(counter[0], counter[1])
    except RedisError as error:
        _rest(error)
        return Fetched({}, is_down=True)
    values: dict[str, str | None] = dict(zip(names, found[0], strict=True)) if names else {}
    if counter is not None:
        values[counter[0]] = str(found[1])
    return Fetched(values)


def store(key: str, value: object, *, seconds: int, fetched: Fetched, generations: Sequence[str] = (),
          shape: str = "") -> None:
    """Keep a value that was computed after `fetched`. Lifetimes get ten per cent of jitter."""
    if fetched.is_down or _is_resting():
        return
    body = orjson.dumps({"g": [fetched.generation(name) for name in generations], "s": shape, "v": value})
    try:
        redis.set(key, body, ex=round(seconds * random.uniform(0.9, 1.1)))  # noqa: S311 - jitter
    except RedisError as error:
        _rest(error)


def shape_of(*records: type) -> str:
    """A name for the fields of these dataclasses: another release with other fields does not read their values."""
    fields = [f"{record.__name__}({','.join(record.__dataclass_fields__)})" for record in records]  # type: ignore[attr-defined]
    return hashlib.blake2b(";".join(fields).encode(), digest_size=4).hexdigest()


def forget(*keys: str) -> None:
    """Remove values at once (a revoked session). Redis down: the caller's own check has to hold."""
    try:
        redis.delete(*keys)
    except RedisError as error:
        _rest(error)


def forget_later(*keys: str) -> None:
    """Remove values once the present transaction is durable."""
    after_commit(f"forget:{keys}", lambda: forget(*keys))


def raise_generation(name: str) -> None:
    """Make every value built under `name` stale, now. Safe to repeat.

    Raises RedisError while Redis does not answer. What is stale would count again when it comes back, so whoever owes
    this (a handler) has to try again.
    """
    try:
        if _is_resting():
            raise RedisConnectionError("redis did not answer a moment ago")
        redis.incr(_gen(name))
    except RedisError as error:
        if len(_owed) < MAX_OWED:
            _owed.add(name)
        if not _is_resting():
            _rest(error)
        raise


def raise_later(name: str) -> None:
    """Raise a generation once the present transaction is durable, if Redis answers then; a handler makes sure of it."""

    def attempt() -> None:
        with suppress(RedisError):
            raise_generation(name)

    after_commit(f"generation:{name}", attempt)


def _pay() -> None:
    """Raise what this process could not raise while Redis was away, before anything kept is believed again."""
    while _owed:
        name = _owed.pop()
        try:
            redis.incr(_gen(name))
        except RedisError:
            _owed.add(name)
            raise


def _gen(name: str) -> str:
    return f"gen:{name}"


def _is_resting() -> bool:
    return monotonic() < _resting_until


def _rest(error: RedisError) -> None:
    """Leave Redis alone for a moment, so that its outage costs one timeout and not one per request."""
    global _resting_until  # noqa: PLW0603 - a breaker of the process
    _resting_until = monotonic() + _REST_SECONDS
    log.warning("redis is not answering: %s", error)
