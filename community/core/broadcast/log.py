"""The log in Redis: publishing with a breaker, counters that wait, and replay.

Pub/sub channels are shared by all databases of a server, keys are not; channels therefore carry the database's number.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import orjson
import redis as redis_py
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisError
from redis.retry import Retry

from community.core.broadcast import scripts
from community.core.broadcast.wire import Delivered, Message, encode
from community.core.clock import monotonic
from community.extensions import redis

log = logging.getLogger(__name__)

TIMEOUT = 0.5
"""Seconds a request waits for Redis at most, once per `REST`."""
REST = 5.0
"""Seconds nothing is tried after a failure."""
LOOK = 0.2
"""Seconds after which a waiting flusher looks whether the process is about to end."""
MAX_LOST = 1000

_lock = threading.Lock()
_nudge = threading.Event()
_flusher: threading.Thread | None = None
_due: float | None = None
_resting_until = 0.0
_lost: set[str] = set()
_client: tuple[object, redis_py.Redis] | None = None


@dataclass(frozen=True, slots=True)
class Replay:
    """What a page missed. `seq` is the last number given out, `cursor` where to go on; incomplete means: fetch anew."""

    seq: int
    cursor: int
    complete: bool
    messages: list[Delivered]


def connection(*, timeout: float = TIMEOUT) -> redis_py.Redis:
    """A client like the application's that answers bytes, waits at most `timeout` seconds and repeats no command."""
    pool = redis.connection_pool
    changed = {"decode_responses": False, "socket_timeout": timeout, "socket_connect_timeout": timeout,
               "retry": Retry(NoBackoff(), 0), "health_check_interval": 0}
    return redis_py.Redis(connection_pool=redis_py.ConnectionPool(
        connection_class=pool.connection_class, **{**pool.connection_kwargs, **changed}))


def client() -> redis_py.Redis:
    """The process's client for live messages, see `connection`."""
    global _client  # noqa: PLW0603 - one client per process and binding
    bound = redis.connection_pool
    if _client is None or _client[0] is not bound:
        _client = (bound, connection())
    return _client[1]


def channel(topic: str = "") -> str:
    """The pub/sub channel of a topic, or what all channels of this installation begin with."""
    return f"rt:{redis.connection_pool.connection_kwargs.get('db') or 0}:{topic}"


def control_channel() -> str:
    """The channel of orders to the processes that hold sockets."""
    return channel("control")


def publish(messages: Sequence[Message]) -> None:
    """Publish messages in their order, at most half a second long; failures are logged, and told later as a resync.

    A topic whose message was lost gets a resync as soon as Redis answers this process again.
    """
    if monotonic() < _resting_until:
        _lose(messages)
        return
    with _lock:
        missed = list(_lost)
    told = [Message(topic, encode({"topic": topic, "resync": True})) for topic in missed]
    try:
        due = int(_eval(scripts.PUBLISH, channel(), *_flat([*told, *messages])))
    except (RedisError, OSError) as error:
        _rest(error)
        _lose(messages)
        return
    with _lock:
        _lost.difference_update(missed)
    if due >= 0:
        _flush_in(due / 1e6)


def command(order: dict[str, object]) -> None:
    """Give an order to every process that holds sockets. Best effort, like a push."""
    try:
        client().publish(control_channel(), orjson.dumps(order))
    except (RedisError, OSError) as error:
        _rest(error)


def replay(topics: Sequence[str], since: int) -> Replay:
    """All messages on the topics after `since`, in their order. Raises RedisError when Redis does not answer."""
    head, *rest = _chunks(_eval(scripts.REPLAY, since, *topics))
    messages = [Delivered(int(entry.partition(b"-")[0]), author.decode(), frame) for entry, author, frame in rest]
    messages.sort(key=lambda message: message.seq)
    return Replay(seq=int(head[0]), cursor=int(head[1]), complete=head[2] == b"1", messages=messages)


def begin(server: redis_py.Redis) -> None:
    """Note on which server the log lives; a server that started anew may have lost messages, so its log begins now."""
    run = server.info("server")["run_id"]
    server.eval(scripts.BEGIN, 0, run)


def tick(name: str) -> None:
    """Send a number through Redis to channel `name`: its listener has then heard everything that came before."""
    _eval(scripts.TICK, name)


_digests: dict[str, str] = {}


def _eval(script: str, *arguments: str | bytes | int) -> Any:  # noqa: ANN401 - whatever the script returns
    redis_client: Any = client()
    if script in _digests:
        try:
            return redis_client.evalsha(_digests[script], 0, *arguments)
        except NoScriptError:
            del _digests[script]
    _digests[script] = redis_client.script_load(script)
    return redis_client.evalsha(_digests[script], 0, *arguments)


def _flat(messages: Sequence[Message]) -> list[str | bytes | int]:
    return [part for m in messages for part in (m.topic, m.author, m.body, m.slot, m.rev)]


def _chunks(flat: Sequence[bytes]) -> list[Sequence[bytes]]:
    return [flat[start : start + 3] for start in range(0, len(flat), 3)]


def _rest(error: Exception) -> None:
    global _resting_until  # noqa: PLW0603 - a breaker of the process
    _resting_until = monotonic() + REST
    log.warning("live messages are not sent, redis is not answering: %s", error)


def _lose(messages: Sequence[Message]) -> None:
    """Remember which topics have a gap. Beyond `MAX_LOST` topics the pages learn it by reloading only."""
    with _lock:
        _lost.update(message.topic for message in messages[: MAX_LOST - len(_lost)])
    if _lost:
        _flush_in(max(0.0, _resting_until - monotonic()))


def _flush_in(delay: float) -> None:
    """Publish what waits in `delay` seconds, whether or not this process has anything else to do by then."""
    global _due, _flusher  # noqa: PLW0603 - one flusher per process
    with _lock:
        _due = min(_due or inf, monotonic() + delay + 0.005)
        if _flusher is None:
            _flusher = threading.Thread(target=_flush, name="broadcast-flusher")
            _flusher.start()
    _nudge.set()


def _flush() -> None:
    """Until nothing waits. A process that ends stays for the second of its counters, but not for an outage of Redis."""
    global _due, _flusher  # noqa: PLW0603 - one flusher per process
    while True:
        with _lock:
            if _due is None or (_lost and not threading.main_thread().is_alive()):
                _flusher = None
                return
            wait = _due - monotonic()
            if wait <= 0:
                _due = None
        if wait > 0:
            _nudge.wait(min(wait, LOOK))
            _nudge.clear()
        else:
            publish(())
