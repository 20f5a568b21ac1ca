"""Settling deliveries: what is done is removed and counted, what failed waits or is dead."""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter, defaultdict
from typing import Any, cast

from sqlalchemy import ARRAY, BigInteger, Table, any_, bindparam, delete, literal, update
from sqlalchemy.dialects.postgresql import insert

from community.core.clock import now
from community.core.diagnosis import describe, trace
from community.core.outbox.claims import DELIVERIES, Claimed
from community.core.outbox.delivered import Permanent, Skip
from community.core.outbox.models import DeliveryCount, EventDelivery
from community.extensions import db

log = logging.getLogger(__name__)

_POSTPONE = (
    update(cast(Table, EventDelivery.__table__))
    .where(DELIVERIES.event_id == bindparam("of_event"), DELIVERIES.handler == bindparam("of_handler"))
    .values({name: bindparam(name) for name in ("status", "attempts", "next_attempt_at", "last_error")})
    .values(locked_until=None)
)


class Settlement:
    """The outcomes of one transaction's deliveries, written with a handful of statements at its end."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self._at = now()
        self._settled: defaultdict[str, list[int]] = defaultdict(list)
        self._postponed: list[dict[str, Any]] = []
        self._counts: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])

    def settle(self, claimed: list[Claimed], outcome: str, seconds: float) -> None:
        """Deliveries of one handler that need no further try."""
        name = claimed[0].handler.name
        self._settled[name] += [one.event_id for one in claimed]
        self._count(name, outcome, len(claimed), seconds)

    def fail(self, claimed: Claimed, error: Exception, seconds: float) -> None:
        """A delivery whose handler raised: skipped, waiting for its next try, or dead."""
        if isinstance(error, Skip):
            self.settle([claimed], "SKIPPED", seconds)
        elif isinstance(error, Permanent) or claimed.tries >= claimed.lane.tries:
            self.bury(claimed.event_id, claimed.handler.name, claimed.tries, error, seconds)
        else:
            wait = claimed.lane.delay(claimed.tries)
            self.postpone(claimed.event_id, claimed.handler.name, claimed.tries, error, wait=wait, seconds=seconds)

    def postpone(
        self, event_id: int, handler: str, tries: int, error: Exception, *, wait: float, seconds: float = 0
    ) -> None:
        """Try again after `wait` seconds."""
        log.warning("%s failed on event %s, try %s; next in %.0f s\n%s", handler, event_id, tries, wait, trace(error))
        self._keep(event_id, handler, tries, "RETRY", self._at + dt.timedelta(seconds=wait), error)
        self._count(handler, "RETRIED", 1, seconds)

    def bury(self, event_id: int, handler: str, tries: int, error: Exception, seconds: float = 0) -> None:
        """No further try: an administrator has to look."""
        log.error("%s gave up on event %s after try %s\n%s", handler, event_id, tries, trace(error))
        self._keep(event_id, handler, tries, "DEAD", self._at, error)
        self._count(handler, "DEAD", 1, seconds)

    def write(self) -> None:
        """Write it all in the current transaction."""
        for handler in sorted(self._settled):
            ids = literal(sorted(self._settled[handler]), ARRAY(BigInteger))
            db.session.execute(delete(EventDelivery).where(
                DELIVERIES.handler == handler, DELIVERIES.event_id == any_(ids)
            ).execution_options(synchronize_session=False))  # fmt: skip
        if self._postponed:
            db.session.connection().execute(_POSTPONE, self._postponed)
        if self._counts:
            self._write_counts()

    def _keep(
        self, event_id: int, handler: str, tries: int, status: str, at: dt.datetime, error: Exception
    ) -> None:
        self._postponed.append({
            "of_event": event_id, "of_handler": handler, "status": status, "attempts": tries,
            "next_attempt_at": at, "last_error": describe(error),
        })  # fmt: skip

    def _count(self, handler: str, outcome: str, number: int, seconds: float) -> None:
        self.outcomes[outcome] += number
        entry = self._counts[handler, outcome]
        entry[0] += number
        entry[1] += round(seconds * 1000)

    def _write_counts(self) -> None:
        rows = [
            {"handler": handler, "day": self._at.date(), "outcome": outcome, "count": number, "total_ms": ms}
            for (handler, outcome), (number, ms) in sorted(self._counts.items())
        ]
        statement = insert(DeliveryCount).values(rows)
        db.session.execute(statement.on_conflict_do_update(
            index_elements=["handler", "day", "outcome"],
            set_={"count": DeliveryCount.count + statement.excluded.count,
                  "total_ms": DeliveryCount.total_ms + statement.excluded.total_ms},
        ))  # fmt: skip
