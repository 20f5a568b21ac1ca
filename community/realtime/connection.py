"""One page's connection: what it hears, what it may not hear, and how it ends."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Mapping
from typing import Any

from simple_websocket import ConnectionClosed, Server
from wsproto.utilities import LocalProtocolError

from community.core.broadcast import wire
from community.core.broadcast.log import Replay
from community.core.broadcast.wire import Delivered
from community.core.clock import micros, monotonic
from community.core.topics import Signed
from community.core.viewer import Viewer
from community.realtime.pipe import MAX_PENDING, PING, Pipe, text_frame

log = logging.getLogger(__name__)

GOING_AWAY = 1001
REFUSED = 1008
BROKEN = 1011
RESTART = 1012
LATER = 1013
NO_SESSION = 4401
BARRED = 4403
NOTHING_LEFT = 4404

PING_SECONDS = 25.0
SILENCE_SECONDS = 75.0
BEHIND_SECONDS = 5.0
LINGER_SECONDS = 5.0
"""How long the peer may take to answer the closing frame."""
ROOM = MAX_PENDING // 2
"""Bytes of a replay that may wait."""
MAX_HELD = 1000
"""Messages kept while the replay, or the viewer's rights, are being read."""


class Connection:
    """A socket with its viewer's rights. `topics` and `hidden` change when rights do."""

    def __init__(self, ws: Server, pipe: Pipe, environ: Mapping[str, Any]) -> None:
        self.id = f"{micros():016d}-{secrets.token_hex(6)}"
        self.environ = environ
        self.user_id = 0
        self.user_public_id = ""
        self.session_id: int | None = None
        self.scope: str | None = None
        self.topics: set[str] = set()
        self.hidden: frozenset[str] = frozenset()
        self.is_open = True
        self.linger = LINGER_SECONDS
        self.next_ping = monotonic() + PING_SECONDS
        self._ws, self._pipe = ws, pipe
        self._held: list[tuple[str, Delivered, bytes]] = []
        self._holds = 1  # the replay has not been read yet
        self._floor = 0
        self._told = 0

    def admit(self, viewer: Viewer, signed: Signed, topics: set[str], hidden: frozenset[str]) -> None:
        """Give the connection its viewer and rights."""
        if viewer.user is None:
            raise ValueError("sockets are for people who are logged in")
        self.user_id, self.user_public_id = viewer.user.id, viewer.user.public_id
        self.session_id, self.scope = viewer.session_id, signed.scope
        self.topics, self.hidden = topics, hidden

    def deliver(self, topic: str, message: Delivered, frame: bytes) -> None:
        """Send a message of one of the topics, unless it was replayed or its author is hidden from the viewer."""
        if message.seq <= self._floor or (message.author and message.author in self.hidden):
            return
        if not self._holds:
            self.write(frame)
        elif len(self._held) < MAX_HELD:
            self._held.append((topic, message, frame))
        else:
            self.close(LATER, "too much at once")

    def hold(self) -> None:
        """Keep what comes in until `let_go`: whether the viewer may read it is being found out."""
        self._holds += 1

    def let_go(self) -> None:
        """Send what was kept, as far as the viewer may read it now. Once for each `hold`."""
        self._holds -= 1
        if self._holds:
            return
        held, self._held = self._held, []
        for topic, message, frame in held:
            if topic in self.topics:
                self.deliver(topic, message, frame)

    def catch_up(self, replay: Replay) -> None:
        """Send what was missed, then what came in while that was being read: each once, in the order of `seq`.

        The replay holds all up to `replay.seq`; what of that is still on its way here by pub/sub is skipped.
        """
        if not replay.complete:
            self.write(text_frame(wire.resync(replay.cursor)))
        for message in replay.messages:
            if message.author not in self.hidden:
                self.write(text_frame(message.frame))
                self._wait_for_room()
        self._floor = replay.seq
        self.let_go()

    def _wait_for_room(self) -> None:
        """A long replay goes out as fast as the peer takes it; one that takes nothing is closed by `tend`."""
        while self.is_open and self._pipe.pending > ROOM:
            time.sleep(0.01)

    def write(self, frame: bytes) -> None:
        """Send bytes of whole frames; a peer that is too slow to take them is closed."""
        if self.is_open and not self._pipe.write(frame):
            self.close(LATER, "too slow")

    def tend(self, cursor: int) -> bool:
        """Close a silent or slow peer, ping the others at times; the ping brings the cursor. True: it was pinged."""
        now = monotonic()
        if now - self._pipe.heard > SILENCE_SECONDS:
            self.close(GOING_AWAY, "silent")
        elif self._pipe.behind() > BEHIND_SECONDS:
            self.close(LATER, "too slow")
        elif now >= self.next_ping and not self._holds:
            self.next_ping = now + PING_SECONDS
            self.write(PING + (text_frame(wire.cursor(cursor)) if cursor > self._told else b""))
            self._told = max(cursor, self._told)
            return self.is_open
        return False

    def receive(self) -> str | bytes | None:
        """Wait for a frame of the page; None at times, so that `is_open` is looked at. Raises `ConnectionClosed`."""
        return self._ws.receive(timeout=PING_SECONDS)  # type: ignore[no-any-return]

    def close(self, code: int, reason: str = "") -> None:
        """Send the closing frame; whoever waits in `receive` goes on. Safe to repeat."""
        if not self.is_open:
            return
        self.is_open = False
        self._pipe.end()
        try:
            self._ws.close(code, reason)
        except (ConnectionClosed, LocalProtocolError, OSError) as error:
            log.debug("the peer was faster: %s", error)
        self._ws.event.set()

    def wait_closed(self) -> None:
        """Until the peer has answered the closing frame or went away, at most `linger` seconds."""
        self._ws.thread.join(self.linger)
