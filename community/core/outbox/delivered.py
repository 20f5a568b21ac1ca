"""What a handler receives, what it may raise, and whose consequence its own events are."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from community.core import correlation


class Permanent(Exception):
    """Raised by a handler when no further try can help: the delivery is dead at once."""


class Skip(Exception):
    """Raised by a handler when there is nothing to do: the delivery is settled as skipped."""


@dataclass(frozen=True)
class Delivered:
    """One event on its way to one handler."""

    id: int
    """Id of the event: grows with the order of recording, not of commits."""
    event: Any
    """The event as it was recorded, an instance of its class."""
    name: str
    actor_user_id: int | None
    community_id: int | None
    occurred_at: dt.datetime
    correlation_id: uuid.UUID | None
    delivery_key: str
    """The same for every try of this delivery: the idempotency key for services outside."""
    is_last_try: bool = False
    """True where a failure is the end of it: what waits for this should be told."""


_cause: ContextVar[Delivered | None] = ContextVar("cause", default=None)


def cause() -> int | None:
    """Id of the event being handled, the cause of what is recorded now."""
    current = _cause.get()
    return current.id if current else None


@contextmanager
def caused_by(delivered: Delivered) -> Iterator[None]:
    """Within the block, recorded events are consequences of this one and belong to the same request."""
    before = _cause.get(), correlation.current()
    _look_at(delivered, delivered.correlation_id)
    try:
        yield
    finally:
        _look_at(*before)


class Batch(list[Delivered]):
    """Deliveries of one handler. While it loops over them, what it records is caused by the one in hand."""

    def __iter__(self) -> Iterator[Delivered]:
        for delivered in super().__iter__():
            with caused_by(delivered):
                yield delivered

    @contextmanager
    def in_hand(self) -> Iterator[None]:
        """Within the block, what is recorded outside of a loop has the cause and the request all share, if they do."""
        ids = {delivered.correlation_id for delivered in list.__iter__(self)}
        before = _cause.get(), correlation.current()
        _look_at(self[0] if len(self) == 1 else None, ids.pop() if len(ids) == 1 else None)
        try:
            yield
        finally:
            _look_at(*before)


def _look_at(delivered: Delivered | None, correlation_id: uuid.UUID | None) -> None:
    _cause.set(delivered)
    correlation.set(correlation_id)
