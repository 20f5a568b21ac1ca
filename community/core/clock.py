"""The only clock. Tests travel in time by replacing what the standard library says."""

from __future__ import annotations

import datetime as dt
import time


def now() -> dt.datetime:
    """The present moment in UTC."""
    return dt.datetime.now(dt.UTC)


def micros() -> int:
    """Microseconds since 1970: the scale of the sequence numbers of live messages."""
    return time.time_ns() // 1000


def monotonic() -> float:
    """Seconds on a clock that never goes back, for durations."""
    return time.monotonic()
