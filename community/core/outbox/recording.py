"""Writing events, in the transaction of the change they tell of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from community.core import correlation
from community.core.clock import now
from community.core.outbox import registry
from community.core.outbox.delivered import cause
from community.core.outbox.events import Event, to_row
from community.core.outbox.wake import wake_after_commit
from community.extensions import db

_RECORD = text("""
WITH given AS (
    SELECT * FROM unnest(
        CAST(:name AS text[]), CAST(:version AS smallint[]), CAST(:priority AS smallint[]),
        CAST(:aggregate_type AS text[]), CAST(:aggregate_id AS bigint[]), CAST(:community_id AS bigint[]),
        CAST(:actor_user_id AS bigint[]), CAST(:payload AS text[])
    ) WITH ORDINALITY AS given (
        name, version, priority, aggregate_type, aggregate_id, community_id, actor_user_id, payload, place
    )
), made AS (
    INSERT INTO outbox_events (
        name, version, priority, aggregate_type, aggregate_id, community_id, actor_user_id, payload,
        correlation_id, causation_id, occurred_at
    )
    SELECT name, version, priority, aggregate_type, aggregate_id, community_id, actor_user_id, CAST(payload AS jsonb),
        CAST(:correlation_id AS uuid), CAST(:causation_id AS bigint), CAST(:at AS timestamptz)
    FROM given ORDER BY place
    RETURNING id, name, priority
), owed AS (
    INSERT INTO event_deliveries (event_id, handler, lane, priority, next_attempt_at)
    SELECT made.id, listener.handler, listener.lane, made.priority, CAST(:at AS timestamptz)
    FROM made JOIN unnest(CAST(:events AS text[]), CAST(:handlers AS text[]), CAST(:lanes AS text[]))
        AS listener (event, handler, lane) ON listener.event = made.name
)
SELECT id FROM made ORDER BY id
""")
"""Events and deliveries in one round trip, however many; ids are given in the order of the events."""


def record(event: Event) -> int:
    """Write an event and what its handlers owe it, in the current transaction; returns the event's id.

    Pending changes are flushed first, so constraints speak here. Raises ValueError for an event without the id of
    its aggregate or with more than 16 KB of payload.
    """
    return record_all([event])[0]


def record_all(events: Sequence[Event]) -> list[int]:
    """Write many events with one statement; returns their ids in the same order."""
    if not events:
        return []
    db.session.flush()
    listeners = _listeners(events)
    values = {**_columns(events), **listeners, **_circumstances(now())}
    ids = list(db.session.execute(_RECORD, values).scalars())
    if listeners["lanes"]:
        wake_after_commit(listeners["lanes"], max(event.priority for event in events))
    return ids


def _columns(events: Sequence[Event]) -> dict[str, list[Any]]:
    rows = [to_row(event) for event in events]
    return {name: [row[name] for row in rows] for name in rows[0]}


def _listeners(events: Sequence[Event]) -> dict[str, list[str]]:
    pairs = [(name, handler) for name in sorted({event.name for event in events})
             for handler in registry.listeners(name)]  # fmt: skip
    return {
        "events": [name for name, _ in pairs],
        "handlers": [handler.name for _, handler in pairs],
        "lanes": [handler.lane.name for _, handler in pairs],
    }


def _circumstances(at: dt.datetime) -> dict[str, object]:
    return {"at": at, "correlation_id": correlation.current(), "causation_id": cause()}
