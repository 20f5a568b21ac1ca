"""What travels between the processes: the frame, encoded once, with its author in front."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson


@dataclass(frozen=True, slots=True)
class Message:
    """One push. `body` is the frame's JSON after `{"seq":…,`; `slot` and `rev` are set for counters only."""

    topic: str
    body: bytes
    author: str = ""
    slot: str = ""
    rev: int = 0


@dataclass(frozen=True, slots=True)
class Delivered:
    """A message as it was published: its place in the site's order, its author's public id, its frame."""

    seq: int
    author: str
    frame: bytes


def encode(values: Mapping[str, object]) -> bytes:
    """The JSON object without its opening brace, so that the log can put `seq` first. None values are left out."""
    return orjson.dumps({key: value for key, value in values.items() if value is not None})[1:]


def parse(payload: bytes) -> Delivered:
    """Read what the log published: `seq author\\nframe`."""
    head, _, frame = payload.partition(b"\n")
    seq, _, author = head.partition(b" ")
    return Delivered(int(seq), author.decode(), frame)


def resync(seq: int) -> bytes:
    """The frame on which every live region fetches itself again."""
    return orjson.dumps({"resync": True, "seq": seq})


def cursor(seq: int) -> bytes:
    """The frame that tells a quiet page how far it is, so that a later reconnect asks for little."""
    return orjson.dumps({"seq": seq})


def stale() -> bytes:
    """The frame that tells a page to read itself anew: the reader lost a right to something it may show."""
    return orjson.dumps({"event": "page:stale"})
