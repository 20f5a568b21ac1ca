"""Which connections of this process hear which topic, and the orders that end or narrow them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from community.core.broadcast.wire import Delivered
from community.realtime.connection import Connection
from community.realtime.pipe import text_frame


class Registry:
    """The open connections of one process."""

    def __init__(self) -> None:
        self._all: dict[str, Connection] = {}
        self._by_topic: dict[str, dict[str, Connection]] = {}
        self._by_user: dict[int, dict[str, Connection]] = {}

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Connection]:
        return iter(list(self._all.values()))

    def get(self, connection_id: str) -> Connection | None:
        return self._all.get(connection_id)

    def of_user(self, user_id: int) -> list[Connection]:
        return list(self._by_user.get(user_id, {}).values())

    def on_topic(self, topic: str) -> list[Connection]:
        return list(self._by_topic.get(topic, {}).values())

    def hears(self, topic: str) -> bool:
        """Does anybody here listen to this topic?"""
        return topic in self._by_topic

    def add(self, connection: Connection) -> None:
        """Let a connection hear its topics from now on."""
        self._all[connection.id] = connection
        self._by_user.setdefault(connection.user_id, {})[connection.id] = connection
        for topic in connection.topics:
            self._by_topic.setdefault(topic, {})[connection.id] = connection

    def remove(self, connection: Connection) -> None:
        """Forget a connection. Safe to repeat."""
        if self._all.pop(connection.id, None) is None:
            return
        _take_out(self._by_user, connection.user_id, connection)
        self.narrow(connection, set())

    def narrow(self, connection: Connection, topics: set[str]) -> None:
        """Leave a connection only those of its topics that are in `topics`."""
        for topic in connection.topics - topics:
            _take_out(self._by_topic, topic, connection)
        connection.topics &= topics

    def fan_out(self, topic: str, message: Delivered) -> int:
        """Hand a message to everybody on its topic, as one frame encoded once; returns how many there are."""
        hearers = self.on_topic(topic)
        frame = text_frame(message.frame) if hearers else b""
        for connection in hearers:
            connection.deliver(topic, message, frame)
        return len(hearers)

    def close(self, order: dict[str, Any]) -> None:
        """Close what an order names: a connection, a session, or a user's pages, of one community or all."""
        code = int(order["code"])
        for connection in self._named(order):
            connection.close(code, "")

    def _named(self, order: dict[str, Any]) -> list[Connection]:
        tests: list[Callable[[Connection], bool]] = []
        if "session" in order:
            tests.append(lambda one: one.session_id == order["session"])
        if "scope" in order:
            tests.append(lambda one: one.scope == order["scope"])
        if "connection" in order:
            one = self.get(order["connection"])
            candidates = [one] if one else []
        elif "user" in order:
            candidates = self.of_user(order["user"])
        else:
            candidates = list(self)
        return [one for one in candidates if all(test(one) for test in tests)]


def _take_out(index: dict[Any, dict[str, Connection]], key: object, connection: Connection) -> None:
    held = index.get(key, {})
    held.pop(connection.id, None)
    if not held:
        index.pop(key, None)
