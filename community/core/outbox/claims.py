"""Finding and taking what is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ARRAY, ColumnElement, RowMapping, String, Table, and_, any_, func, literal, select

from community.core import settings
from community.core.clock import now
from community.core.outbox.delivered import Delivered
from community.core.outbox.events import from_row
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
            event=from_row(cast(dict[str, Any], self.row)),
            name=self.row["name"],
            actor_user_id=self.row["actor_user_id"],
            community_id=self.row["community_id"],
            occurred_at=self.row["occurred_at"],
            correlation_id=self.row["correlation_id"],
            delivery_key=f"{self.event_id}:{self.handler.name}",
        )


def claim(lane: Lane, *, outside: bool, limit: int) -> list[Claimed]:
    """Lock due deliveries of a lane for this transaction, the most urgent and then the oldest first.

    Deliveries of handlers this process does not know, or that are paused, are left to others.
    """
    known = {handler.name: handler for handler in open_handlers(lane) if handler.is_outside is outside}
    if not known:
        return []
    found = db.session.execute(
        select(DELIVERIES.handler, DELIVERIES.attempts, *(EVENTS[name] for name in _EVENT_COLUMNS))
        .join_from(EventDelivery, OutboxEvent, EVENTS.id == DELIVERIES.event_id)
        .where(DELIVERIES.lane == lane.name, _is_due(list(known), now()))
        .order_by(DELIVERIES.priority.desc(), DELIVERIES.event_id)
        .limit(limit)
        .with_for_update(of=EventDelivery, skip_locked=True)
    )
    return [Claimed(known[row["handler"]], lane, row["id"], row["attempts"] + 1, row) for row in found.mappings()]


def due_lanes() -> dict[str, int]:
    """Lanes with due deliveries and the priority of the most urgent one; the most urgent lane comes first."""
    names = [handler.name for lane in LANES.values() for handler in open_handlers(lane)]
    lanes = func.unnest(literal(list(LANES), ARRAY(String))).table_valued("name").alias("lanes")
    urgency = (
        select(DELIVERIES.priority)
        .where(DELIVERIES.lane == lanes.c.name, _is_due(names, now()))
        .order_by(DELIVERIES.priority.desc(), DELIVERIES.event_id)
        .limit(1)
        .scalar_subquery()
    )
    found = dict(db.session.execute(select(lanes.c.name, urgency)).all())
    return {name: found[name] for name in LANES if found[name] is not None}


def open_handlers(lane: Lane) -> list[Handler]:
    """The handlers of a lane that this process knows and nobody has paused."""
    mine = [handler for handler in handlers().values() if handler.lane is lane]
    paused = cast(Sequence[str], settings.get("paused_handlers")) if mine else ()
    return [handler for handler in mine if handler.name not in paused]


def _is_due(names: list[str], at: dt.datetime) -> ColumnElement[bool]:
    return and_(
        DELIVERIES.status.in_(["PENDING", "RETRY"]),
        DELIVERIES.next_attempt_at <= at,
        DELIVERIES.handler == any_(literal(names, ARRAY(String))),
    )


_EVENT_COLUMNS = (
    "id", "name", "aggregate_id", "community_id", "actor_user_id", "payload", "correlation_id", "occurred_at",
)  # fmt: skip
