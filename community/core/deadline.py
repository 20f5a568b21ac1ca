"""A time limit for work on the database. A thread cannot be stopped from outside; its transaction can."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session, SessionTransaction

from community.core.clock import monotonic
from community.extensions import db

_LIMIT = text("SELECT set_config('transaction_timeout', :ms, true)")
_ends: ContextVar[float | None] = ContextVar("deadline", default=None)


class TimeLimit(Exception):
    """The work took longer than it may."""


@contextmanager
def deadline(limit: dt.timedelta) -> Iterator[None]:
    """Within the block no transaction goes on after the limit: PostgreSQL ends it, and none begins.

    Raises `TimeLimit` at the first transaction after the limit; a transaction that is ended raises OperationalError.
    """
    token = _ends.set(monotonic() + limit.total_seconds())
    try:
        yield
    finally:
        _ends.reset(token)


@event.listens_for(db.session, "after_begin")
def _limit(_session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    end = _ends.get()
    if end is None:
        return
    left = end - monotonic()
    if left <= 0:
        raise TimeLimit("the time for this work is over")
    connection.execute(_LIMIT, {"ms": str(max(1, int(left * 1000)))})
