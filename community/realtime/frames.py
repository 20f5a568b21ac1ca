"""What a page may say on its socket: two small frames, few of them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Literal, cast

import orjson

from community.core.clock import monotonic

MAX_BYTES = 4096
MAX_FRAMES, PER_SECONDS = 20, 10.0
MAX_BAD = 3

STATES = frozenset({"ACTIVE", "IDLE", "AWAY"})


@dataclass(frozen=True, slots=True)
class State:
    """How busy the person is."""

    state: Literal["ACTIVE", "IDLE", "AWAY"]


@dataclass(frozen=True, slots=True)
class Typing:
    """The person writes something on a topic. Taken from pages that say it, and told to nobody."""

    topic: str


class TooMuch(Exception):
    """A page that talks too fast, or nonsense for the third time."""


class Inbox:
    """Reads the frames of one connection and keeps count."""

    def __init__(self) -> None:
        self._times: deque[float] = deque(maxlen=MAX_FRAMES)
        self._bad = 0

    def read(self, raw: str | bytes) -> State | Typing | None:
        """The frame; None for one that is dropped. Raises TooMuch."""
        now = monotonic()
        if len(self._times) == MAX_FRAMES and now - self._times[0] < PER_SECONDS:
            raise TooMuch("too many frames")
        self._times.append(now)
        frame = parse(raw)
        if frame is None:
            self._bad += 1
            if self._bad >= MAX_BAD:
                raise TooMuch("frames nobody understands")
        return frame


def parse(raw: str | bytes) -> State | Typing | None:
    """Read a frame; None for one that is too long, no JSON, or none of the two."""
    if isinstance(raw, bytes) or len(raw) > MAX_BYTES or len(raw.encode(errors="replace")) > MAX_BYTES:
        return None
    try:
        values = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    match values:
        case {"type": "state", "state": str(state)} if state in STATES and len(values) == 2:
            return State(cast("Literal['ACTIVE', 'IDLE', 'AWAY']", state))
        case {"type": "typing", "topic": str(topic)} if len(values) == 2:
            return Typing(topic)
    return None
