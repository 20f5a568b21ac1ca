"""The id that ties a request to its events, jobs and log lines."""

from __future__ import annotations

import uuid
from contextvars import ContextVar

_current: ContextVar[uuid.UUID | None] = ContextVar("correlation", default=None)


def current() -> uuid.UUID | None:
    """The id of the work at hand; None outside of requests and handlers."""
    return _current.get()


def set(value: uuid.UUID | None) -> None:
    """Tie what follows in this context to `value`."""
    _current.set(value)
