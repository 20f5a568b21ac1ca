"""The one pub/sub connection of a process: confirmed subscriptions, messages in order, a way back when it breaks."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection

from redis.client import PubSub
from redis.exceptions import RedisError

from community.core.broadcast import log as stream
from community.core.clock import monotonic

log = logging.getLogger(__name__)

TICK_SECONDS = 5.0
DEAD_SECONDS = 15.0
"""Without a tick coming back for so long, the connection counts as dead."""
CONFIRM_SECONDS = 3.0
LONGEST_PAUSE = 5.0


class Listener:
    """Subscribes to channels and hands on what they bring. `on_down` is called when messages may have been missed."""

    def __init__(self, *, own_channel: str, on_message: Callable[[str, bytes], None],
                 on_down: Callable[[], None]) -> None:
        self.cursor = 0
        """The last number that surely came after everything heard so far."""
        self._own = own_channel
        self._on_message, self._on_down = on_message, on_down
        self._up = threading.Event()
        self._pubsub: PubSub | None = None
        self._unconfirmed: dict[str, int] = {}
        self._confirmed = threading.Condition()
        self._subscribed: set[str] = set()
        self._ticked = self._returned = 0.0
        self._is_broken = False

    def start(self) -> None:
        threading.Thread(target=self._run, name="live-listener", daemon=True).start()

    def wait_up(self, seconds: float) -> bool:
        """Wait until Redis is there. False: it is not."""
        return self._up.wait(seconds)

    def subscribe(self, channels: Collection[str]) -> None:
        """Listen to channels; returns when Redis has confirmed them all. Raises RedisError."""
        pubsub = self._pubsub
        if pubsub is None:
            raise RedisError("not connected")
        new = [name for name in channels if name not in self._subscribed]
        if new:
            self._subscribed.update(new)
            for name in new:
                self._unconfirmed[name] = self._unconfirmed.get(name, 0) + 1
            self._command(pubsub.subscribe, new)
        with self._confirmed:
            done = self._confirmed.wait_for(
                lambda: self._pubsub is not pubsub or self._unconfirmed.keys().isdisjoint(channels), CONFIRM_SECONDS)
        if not done or self._pubsub is not pubsub:
            raise RedisError("the subscription was not confirmed")

    def unsubscribe(self, is_used: Callable[[str], bool]) -> None:
        """Stop listening to channels nobody needs any more."""
        unused = [name for name in self._subscribed if not is_used(name)]
        if unused and self._pubsub is not None:
            self._subscribed.difference_update(unused)
            self._command(self._pubsub.unsubscribe, unused)

    def tick(self) -> None:
        """Once a second: now and then send a number through Redis and see that it comes back."""
        now = monotonic()
        if self._pubsub is None or now - self._ticked < TICK_SECONDS:
            return
        self._ticked = now
        stream.tick(self._own)

    def _run(self) -> None:
        pause = 0.1
        while True:
            try:
                self._connect()
                pause = 0.1
                while True:
                    self._hear()
            except Exception as error:  # noqa: BLE001
                self._lose(error)
            threading.Event().wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _connect(self) -> None:
        server = stream.connection(timeout=2.0)
        pubsub = PubSub(server.connection_pool)
        pubsub.subscribe(self._own, stream.control_channel())
        stream.begin(server)
        self._unconfirmed, self._subscribed = {}, set()
        self._returned = monotonic()
        self._pubsub, self._is_broken = pubsub, False
        self._up.set()

    def _hear(self) -> None:
        pubsub = self._pubsub
        if pubsub is None or self._is_broken or monotonic() - self._returned > DEAD_SECONDS:
            raise RedisError("the listening connection is broken or silent")
        message = pubsub.get_message(timeout=1.0)
        if message is None:
            return
        name = message["channel"].decode()
        if message["type"] == "message":
            if name == self._own:
                self.cursor, self._returned = int(message["data"]), monotonic()
            else:
                self._on_message(name, message["data"])
        elif message["type"] == "subscribe":
            self._confirm(name)

    def _command(self, command: Callable[..., object], channels: list[str]) -> None:
        """Send on the listening connection. The client mends a failure by itself, with a gap: start over."""
        try:
            command(*channels)
        except (RedisError, OSError):
            self._is_broken = True
            raise

    def _confirm(self, name: str) -> None:
        with self._confirmed:
            left = self._unconfirmed.get(name, 0) - 1
            if left > 0:
                self._unconfirmed[name] = left
            else:
                self._unconfirmed.pop(name, None)
                self._confirmed.notify_all()

    def _lose(self, error: Exception) -> None:
        if self._up.is_set():
            is_ours = not isinstance(error, RedisError | OSError)
            log.warning("live messages stop, redis is not answering: %s", error, exc_info=is_ours)
        self._up.clear()
        pubsub, self._pubsub = self._pubsub, None
        with self._confirmed:
            self._confirmed.notify_all()
        self._on_down()
        if pubsub is not None:
            pubsub.close()
