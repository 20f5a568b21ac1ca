"""The hub of a process: its connections, its one listener, and the housekeeping that both need.

Started by the first connection, so after the server has forked. Runs under gevent.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable
from typing import Any

import orjson
from redis.exceptions import RedisError

from community.core.broadcast import log as stream
from community.core.broadcast import wire
from community.realtime import online
from community.realtime.connection import LATER, RESTART, Connection
from community.realtime.listener import Listener
from community.realtime.registry import Registry

log = logging.getLogger(__name__)

UP_SECONDS = 2.0
YIELD_AFTER = 500
"""Frames written before other greenlets get their turn."""
GOODBYE_SECONDS = 1.0

Recheck = Callable[[Connection], None]


class Hub:
    """One per process: see the module."""

    def __init__(self) -> None:
        self.connections = Registry()
        self.orders = 0
        """How many orders came in; whoever reads rights looks whether that changed meanwhile."""
        self._listener: Listener | None = None
        self._recheck: Recheck | None = None
        self._to_check: dict[str, tuple[Connection, int]] = {}
        """Whose rights are to be read, and how many holds end with that."""
        self._check_now = threading.Event()
        self._is_closing = False
        self._written = 0

    @property
    def is_closing(self) -> bool:
        """The process is about to end."""
        return self._is_closing

    def ready(self, recheck: Recheck) -> bool:
        """Start listening, if nobody has yet. `recheck` reads a connection's rights again. False: no Redis."""
        if self._is_closing:
            return False
        if self._listener is None:
            self._recheck = recheck
            self._listener = Listener(own_channel=stream.channel("hub:" + secrets.token_hex(8)), on_message=self._hear,
                                      on_down=lambda: self._close_each(LATER, "later"))
            self._listener.start()
            threading.Thread(target=self._tend, name="live-heartbeat", daemon=True).start()
            threading.Thread(target=self._check, name="live-rights", daemon=True).start()
        return self._listener.wait_up(UP_SECONDS)

    def join(self, connection: Connection, *, since: int, orders: int) -> None:
        """Let a connection hear its topics: subscribe first, then replay what came after `since`.

        `orders` is what `self.orders` was before the rights were read. Raises RedisError.
        """
        if self._listener is None or self._is_closing:
            raise RedisError("not listening")
        self.connections.add(connection)
        if orders != self.orders:
            self._check_later(connection, hold=True)
        topics = sorted(connection.topics)
        self._listener.subscribe([stream.channel(topic) for topic in topics])
        connection.catch_up(stream.replay(topics, since))

    def leave(self, connection: Connection) -> None:
        """Forget a connection. Safe to repeat."""
        self.connections.remove(connection)

    def close_all(self, code: int = RESTART, reason: str = "service restart") -> None:
        """Close every connection, and take no more: the process is about to end."""
        self._is_closing = True
        for connection in self.connections:
            connection.linger = GOODBYE_SECONDS
        self._close_each(code, reason)

    def _close_each(self, code: int, reason: str) -> None:
        for connection in self.connections:
            connection.close(code, reason)
            self.connections.remove(connection)

    def _hear(self, name: str, payload: bytes) -> None:
        if name == stream.control_channel():
            self._obey(orjson.loads(payload))
            return
        topic = name.removeprefix(stream.channel())
        self._written += self.connections.fan_out(topic, wire.parse(payload))
        if self._written > YIELD_AFTER:
            self._written = 0
            time.sleep(0)

    def _obey(self, order: dict[str, Any]) -> None:
        self.orders += 1
        if order["do"] == "close":
            self.connections.close(order)
        elif order["do"] == "recheck":
            for connection in self._concerned(order):
                self._check_later(connection, hold=order["user"] is not None)

    def _concerned(self, order: dict[str, Any]) -> list[Connection]:
        if order["user"] is not None:
            return self.connections.of_user(order["user"])
        if order["topic"] is not None:
            return self.connections.on_topic(order["topic"])
        return list(self.connections)

    def _check_later(self, connection: Connection, *, hold: bool) -> None:
        """Have the rights read again. With `hold` nothing is heard until then; not where thousands would have to wait."""
        if hold:
            connection.hold()
        _, held = self._to_check.get(connection.id, (connection, 0))
        self._to_check[connection.id] = (connection, held + hold)
        self._check_now.set()

    def _check(self) -> None:
        while True:
            self._check_now.wait()
            self._check_now.clear()
            while self._to_check:
                connection, held = self._to_check.pop(next(iter(self._to_check)))
                if connection.is_open and self._recheck is not None:
                    self._recheck(connection)
                for _ in range(held):
                    connection.let_go()

    def _tend(self) -> None:
        while not self._is_closing:
            time.sleep(1.0)
            try:
                self._beat()
            except (RedisError, OSError) as error:
                log.warning("redis is not answering the heartbeat: %s", error)
            except Exception:
                log.exception("the heartbeat stumbled")

    def _beat(self) -> None:
        listener = self._listener
        if listener is None:
            return
        pinged = [one for one in self.connections if one.tend(listener.cursor)]
        for connection in self.connections:
            if not connection.is_open:
                self.connections.remove(connection)
        online.stay(pinged)
        prefix = stream.channel()
        listener.unsubscribe(lambda name: self.connections.hears(name.removeprefix(prefix)))
        listener.tick()


hub = Hub()
close_all = hub.close_all
