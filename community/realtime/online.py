"""Who is there, over all processes: how many sockets a person has open, and whether a page spoke lately."""

from __future__ import annotations

from collections.abc import Sequence

from community.core.broadcast import log as stream
from community.core.clock import micros
from community.realtime.connection import PING_SECONDS, REFUSED, Connection
from community.realtime.frames import State

MAX_PER_USER = 10
FORGET_SECONDS = int(PING_SECONDS * 4)
"""An entry that nobody refreshed for so long belongs to a process that died."""
ONLINE_SECONDS = 300


def enter(connection: Connection) -> None:
    """Count a connection in; the person's oldest beyond ten is closed, wherever it is held. Raises RedisError."""
    key, now = _key(connection), micros()
    pipe = stream.client().pipeline(transaction=False)
    pipe.zremrangebyscore(key, "-inf", now - FORGET_SECONDS * 1_000_000)
    pipe.zadd(key, {connection.id: now})
    pipe.expire(key, FORGET_SECONDS)
    pipe.zrange(key, 0, -1)
    oldest_first = sorted(member.decode() for member in pipe.execute()[-1])
    for too_many in oldest_first[:-MAX_PER_USER]:
        stream.client().zrem(key, too_many)
        stream.command({"do": "close", "connection": too_many, "code": REFUSED})


def stay(connections: Sequence[Connection]) -> None:
    """Keep connections counted. Raises RedisError."""
    if not connections:
        return
    pipe = stream.client().pipeline(transaction=False)
    for connection in connections:
        pipe.zadd(_key(connection), {connection.id: micros()}, xx=True)
        pipe.expire(_key(connection), FORGET_SECONDS)
    pipe.execute()


def exit(connection: Connection) -> None:
    """Count a connection out. Raises RedisError."""
    stream.client().zrem(_key(connection), connection.id)


def saw(connection: Connection, told: State) -> None:
    """Note that the person is online, and how busy; it holds for five minutes. Raises RedisError."""
    stream.client().set(f"metrics:user:{connection.user_id}:online", told.state, ex=ONLINE_SECONDS)


def _key(connection: Connection) -> str:
    return f"conn:{connection.user_id}"
