"""Keeping the outbox small and fair."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from huey import crontab
from sqlalchemy import ColumnElement, CursorResult, and_, delete, exists, func, select, update

from community.core.clock import now
from community.core.jobs import job
from community.core.outbox.models import EventDelivery, OutboxEvent
from community.core.transactions import unit_of_work
from community.extensions import db

KEPT = dt.timedelta(days=30)
"""How long an event is kept whose deliveries are all settled."""
DEAD_KEPT = dt.timedelta(days=90)
"""How long an event is kept whose remaining deliveries are dead."""
STEP = 5000
"""Events removed in one transaction."""
STEP_UP = dt.timedelta(hours=1)
MOST_URGENT = 100


@job("priority_ageing", every=crontab(minute="20"))
def priority_ageing() -> int:
    """Make what has waited for an hour one step more urgent, so that it is not overtaken for ever; returns how many."""
    older = update(EventDelivery).where(
        EventDelivery.status.in_(["PENDING", "RETRY"]),
        EventDelivery.next_attempt_at < now() - STEP_UP,
        EventDelivery.priority < MOST_URGENT,
    )
    raised = older.values(priority=func.least(EventDelivery.priority + 25, MOST_URGENT))
    return cast("CursorResult[Any]", db.session.execute(raised.execution_options(synchronize_session=False))).rowcount


@job("outbox_retention", every=crontab(hour="4", minute="30"), in_steps=True)
def outbox_retention() -> int:
    """Remove settled events after 30 days and those with dead deliveries after 90; returns how many."""
    at = now()
    settled = and_(OutboxEvent.occurred_at < at - KEPT, ~_has_delivery())
    given_up = and_(OutboxEvent.occurred_at < at - DEAD_KEPT, ~_has_delivery(EventDelivery.status != "DEAD"))
    return _remove(settled) + _remove(given_up)


def _has_delivery(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(EventDelivery.event_id == OutboxEvent.id, *conditions)


def _remove(condition: ColumnElement[bool]) -> int:
    removed = 0
    while True:
        with unit_of_work():
            ids = db.session.scalars(select(OutboxEvent.id).where(condition).limit(STEP)).all()
            db.session.execute(delete(EventDelivery).where(EventDelivery.event_id.in_(ids)))
            db.session.execute(delete(OutboxEvent).where(OutboxEvent.id.in_(ids)))
        removed += len(ids)
        if len(ids) < STEP:
            return removed
