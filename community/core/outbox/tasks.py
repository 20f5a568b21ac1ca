"""Keeping the outbox small."""

from __future__ import annotations

import datetime as dt

from huey import crontab
from sqlalchemy import ColumnElement, and_, delete, exists, select

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
