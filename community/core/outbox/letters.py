"""What administrators see and do: what waits, what is dead, and another try for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, and_, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from community.core import settings
from community.core.clock import now
from community.core.errors import Conflict
from community.core.outbox.claims import DELIVERIES, EVENTS
from community.core.outbox.models import DeliveryCount, EventDelivery, OutboxEvent
from community.core.outbox.registry import handlers
from community.core.outbox.wake import wake_after_commit
from community.extensions import db


@dataclass(frozen=True)
class Waiting:
    """Deliveries of one handler in one state."""

    lane: str
    handler: str
    status: str
    count: int
    oldest: dt.datetime
    """When the oldest of the events occurred."""


@dataclass(frozen=True)
class DeadLetter:
    """A delivery nobody tries any more."""

    event_id: int
    handler: str
    name: str
    tries: int
    error: str
    occurred_at: dt.datetime


def waiting() -> list[Waiting]:
    """What is not settled, by lane, handler and state."""
    found = db.session.execute(
        select(DELIVERIES.lane, DELIVERIES.handler, DELIVERIES.status, func.count(), func.min(EVENTS.occurred_at))
        .join_from(EventDelivery, OutboxEvent, EVENTS.id == DELIVERIES.event_id)
        .group_by(DELIVERIES.lane, DELIVERIES.handler, DELIVERIES.status)
        .order_by(DELIVERIES.lane, DELIVERIES.handler, DELIVERIES.status)
    )
    return [Waiting(*row) for row in found]


def dead_letters(*, before: int | None = None, limit: int = 50) -> list[DeadLetter]:
    """Dead deliveries, the newest event first; `before` is the event id the last page ended with."""
    query = (
        select(DELIVERIES.event_id, DELIVERIES.handler, EVENTS.name, DELIVERIES.attempts, DELIVERIES.last_error,
               EVENTS.occurred_at)
        .join_from(EventDelivery, OutboxEvent, EVENTS.id == DELIVERIES.event_id)
        .where(DELIVERIES.status == "DEAD")
        .order_by(DELIVERIES.event_id.desc(), DELIVERIES.handler)
        .limit(limit)
    )  # fmt: skip
    if before is not None:
        query = query.where(DELIVERIES.event_id < before)
    return [DeadLetter(*row) for row in db.session.execute(query)]


def retry(event_id: int, handler: str) -> None:
    """Give a dead delivery all its tries again. Raises Conflict when it is not dead any more."""
    if not _revive(_is_letter(event_id, handler)):
        raise Conflict("That delivery is not dead any more.")


def retry_all(handler: str) -> int:
    """Give all dead deliveries of a handler their tries again; returns how many."""
    return _revive(_is_dead(handler))


def discard(event_id: int, handler: str) -> None:
    """Remove a dead delivery without its effect. Raises Conflict when it is not dead any more."""
    if not _remove(handler, _is_letter(event_id, handler)):
        raise Conflict("That delivery is not dead any more.")


def discard_all(handler: str) -> int:
    """Remove all dead deliveries of a handler without their effects; returns how many."""
    return _remove(handler, _is_dead(handler))


def pause(handler: str) -> None:
    """Let the deliveries of a handler wait. Raises KeyError for an unknown handler."""
    handlers()[handler]
    settings.put("paused_handlers", sorted({*paused(), handler}))


def resume(handler: str) -> None:
    """Let a paused handler go on."""
    settings.put("paused_handlers", [name for name in paused() if name != handler])


def paused() -> Sequence[str]:
    """Names of the handlers whose deliveries wait."""
    return cast(Sequence[str], settings.get("paused_handlers"))


def _is_dead(handler: str) -> ColumnElement[bool]:
    return and_(DELIVERIES.status == "DEAD", DELIVERIES.handler == handler)


def _is_letter(event_id: int, handler: str) -> ColumnElement[bool]:
    return and_(_is_dead(handler), DELIVERIES.event_id == event_id)


def _revive(condition: ColumnElement[bool]) -> int:
    revived = db.session.scalars(
        update(EventDelivery)
        .where(condition)
        .values(status="RETRY", attempts=0, next_attempt_at=now())
        .returning(DELIVERIES.lane)
        .execution_options(synchronize_session=False)
    ).all()
    wake_after_commit(set(revived), urgency=0)
    return len(revived)


def _remove(handler: str, condition: ColumnElement[bool]) -> int:
    gone = delete(EventDelivery).where(condition).execution_options(synchronize_session=False)
    count = cast("CursorResult[Any]", db.session.execute(gone)).rowcount
    if count:
        row = insert(DeliveryCount).values(handler=handler, day=now().date(), outcome="DISCARDED", count=count)
        added = {"count": DeliveryCount.count + row.excluded.count}
        db.session.execute(row.on_conflict_do_update(index_elements=["handler", "day", "outcome"], set_=added))
    return count
