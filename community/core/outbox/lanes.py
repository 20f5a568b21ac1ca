"""The lanes deliveries travel on, so that slow work does not hold up quick work."""

from __future__ import annotations

import random
from dataclasses import dataclass

FIRST_DELAY = 2.0
"""Seconds before the second try."""
LONGEST_DELAY = 15 * 60.0
JITTER = 0.2


@dataclass(frozen=True)
class Lane:
    """How deliveries of one kind of work are treated."""

    name: str
    priority: int
    tries: int = 5
    claim: float = 300.0
    """Seconds a worker may spend on one delivery of a handler with outside effects before it is taken from it."""
    blind_tries: int = 5
    """How often a delivery may be tried whose earlier try died without an answer: a mail may have been sent."""
    is_slow: bool = False
    """True where even handlers without outside effects leave half of the threads to others."""

    def delay(self, attempts: int) -> float:
        """Seconds to wait after the failure of the `attempts`-th try: 2, 8, 32, 128, at most 900; ± 20 %."""
        seconds = min(FIRST_DELAY * 4.0 ** (attempts - 1), LONGEST_DELAY)
        return seconds * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - nothing depends on it being secret


LANES = {
    lane.name: lane
    for lane in (
        Lane("moderation", 100),
        Lane("cache", 100, tries=120),  # a day and more: longer than anything lives in the cache
        Lane("notify", 75),
        Lane("email", 75, tries=3, blind_tries=2),
        Lane("push", 75, blind_tries=2),
        Lane("ledger", 75),
        Lane("activity", 50),
        Lane("tasks", 50),
        Lane("search", 50),
        Lane("feed", 50),
        Lane("webhooks", 50, blind_tries=2),
        Lane("analytics", 25),
        Lane("media", 25, tries=2, claim=30.0, is_slow=True),
        Lane("digest", 25),
        Lane("rollup", 25, is_slow=True),
        Lane("privacy", 25),
        Lane("embed", 0, is_slow=True),
        Lane("maintenance", 0),
    )
}
"""Highest priority first."""
