"""Finding and taking what is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ARRAY, ColumnElement, RowMapping, String, Table, and_, any_, exists, func, literal, select

from community.core import settings
from community.core.clock import now
from community.core.outbox import events
from community.core.outbox.delivered import Delivered
from community.core.outbox.lanes import LANES, Lane
from community.core.outbox.models import EventDelivery, OutboxEvent
from community.core.outbox.registry import Handler, handlers
from community.extensions import db

EVENTS = cast(Table, OutboxEvent.__table__).c
DELIVERIES = cast(Table, EventDelivery.__table__).c


@dataclass(frozen=True)
class Claimed:
    """One delivery this transaction holds."""

    handler: Handler
    lane: Lane
    event_id: int
    tries: int
    """Tries made, the present one included."""
    row: RowMapping

    def delivered(self) -> Delivered:
        """What the handler gets. Raises for an event that cannot be read any more."""
        return Delivered(
            id=self.event_id,
            event=events.from_row(cast(dict[str, Any], self.row)),
            name=self.row["name"],
            actor_user_id=self.row["actor_user_id"],
            community_id=self.row["community_id"],
            occurred_at=self.row["occurred_at"],
            correlation_id=self.row["correlation_id"],
            delivery_key=f"{self.event_id}:{self.handler.name}",
            is_last_try=self.tries >= self.lane.tries,
        )


def claim(lane: Lane, *, outside: bool, limit: int) -> list[Claimed]:
    """Lock due deliveries of a lane for this transaction, the most urgent and then the oldest first.

    Deliveries of handlers or events this process does not know (it may be older than who wrote them), or of paused
    handlers, are left to others.
    """
    mine = [handler for handler in handlers().values() if handler.lane is lane and handler.is_outside is outside]
    known = {handler.name: handler for handler in _not_paused(mine)}
    if not known:
        return []
    found = db.session.execute(
        select(DELIVERIES.handler, DELIVERIES.attempts, *(EVENTS[name] for name in _EVENT_COLUMNS))
        .join_from(EventDelivery, OutboxEvent, EVENTS.id == DELIVERIES.event_id)
        .where(DELIVERIES.lane == lane.name, _is_due(list(known), now()))
        .where(EVENTS.name == any_(literal(list(events.known()), ARRAY(String))))
        .order_by(DELIVERIES.priority.desc(), DELIVERIES.event_id)
        .limit(limit)
        .with_for_update(of=EventDelivery, skip_locked=True)
    )
    return [Claimed(known[row["handler"]], lane, row["id"], row["attempts"] + 1, row) for row in found.mappings()]


def due_lanes() -> list[str]:
    """Lanes with due deliveries, the most urgent lane first."""
    names = [handler.name for handler in _not_paused(list(handlers().values()))]
    lane = func.unnest(literal(list(LANES), ARRAY(String))).column_valued("wanted")
    is_due = exists().where(DELIVERIES.lane == lane, _is_due(names, now()))
    found = set(db.session.scalars(select(lane).where(is_due)))
    return [name for name in LANES if name in found]


def _not_paused(those: list[Handler]) -> list[Handler]:
    paused = cast(Sequence[str], settings.get("paused_handlers")) if those else ()
    return [handler for handler in those if handler.name not in paused]


def _is_due(names: list[str], at: dt.datetime) -> ColumnElement[bool]:
    return and_(
        DELIVERIES.status.in_(["PENDING", "RETRY"]),
        DELIVERIES.next_attempt_at <= at,
        DELIVERIES.handler == any_(literal(names, ARRAY(String))),
    )


_EVENT_COLUMNS = (
    "id", "name", "aggregate_id", "community_id", "actor_user_id", "payload", "correlation_id", "occurred_at",
)  # fmt: skip
