"""Writing events, in the transaction of the change they tell of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Any, cast

from sqlalchemy import Table, insert

from community.core import correlation
from community.core.clock import now
from community.core.outbox import registry, wake
from community.core.outbox.delivered import cause
from community.core.outbox.events import Event, to_row
from community.core.outbox.models import EventDelivery, OutboxEvent
from community.core.transactions import after_commit
from community.extensions import db

_EVENTS = cast(Table, OutboxEvent.__table__)
_DELIVERIES = cast(Table, EventDelivery.__table__)
_ADD_EVENTS = insert(_EVENTS).returning(_EVENTS.c.id, sort_by_parameter_order=True)
_ADD_DELIVERIES = insert(_DELIVERIES)


def record(event: Event) -> int:
    """Write an event and what its handlers owe it, in the current transaction; returns the event's id.

    Pending changes are flushed first, so constraints speak here. Raises ValueError for an event without the id of
    its aggregate or with more than 16 KB of payload.
    """
    return record_all([event])[0]


def record_all(events: Sequence[Event]) -> list[int]:
    """Write many events with two statements; returns their ids in the same order."""
    if not events:
        return []
    db.session.flush()
    at = now()
    common = {"correlation_id": correlation.current(), "causation_id": cause(), "occurred_at": at}
    rows = [{**to_row(event), **common} for event in events]
    ids = list(db.session.execute(_ADD_EVENTS, rows).scalars())
    _deliver(list(zip(ids, events, strict=True)), at)
    return ids


def _deliver(recorded: list[tuple[int, Event]], at: dt.datetime) -> None:
    rows: list[dict[str, Any]] = []
    lanes: dict[str, int] = db.session.info.setdefault("outbox_lanes", {})
    for event_id, event in recorded:
        for handler in registry.listeners(event.name):
            lane = handler.lane.name
            rows.append({"event_id": event_id, "handler": handler.name, "lane": lane,
                         "priority": event.priority, "next_attempt_at": at})  # fmt: skip
            lanes[lane] = max(lanes.get(lane, 0), event.priority)
    if rows:
        db.session.execute(_ADD_DELIVERIES, rows)
        after_commit("outbox.wake", partial(_wake, lanes))


def _wake(lanes: dict[str, int]) -> None:
    woken = dict(lanes)
    lanes.clear()
    wake.wake(woken)
