"""Delivering to handlers with outside effects: claim, work without a transaction, settle if the claim still holds."""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select, update

from community.core.clock import monotonic, now
from community.core.deadline import deadline
from community.core.outbox.claims import DELIVERIES, Claimed, claim
from community.core.outbox.delivered import caused_by
from community.core.outbox.lanes import LANES, Lane
from community.core.outbox.models import EventDelivery
from community.core.outbox.registry import Effect
from community.core.outbox.settling import Settlement
from community.core.transactions import savepoint, unit_of_work
from community.extensions import db

log = logging.getLogger(__name__)


class NoAnswer(Exception):
    """The process that worked on a delivery died or took too long."""


@dataclass(frozen=True)
class _Answer:
    """What came of the work: an effect still to be written, or an error."""

    effect: Effect | None
    error: Exception | None
    seconds: float


def deliver_one(lane: Lane) -> Counter[str]:
    """Deliver the most urgent due delivery of the lane's outside handlers. Empty when there is none."""
    taken = _take(lane)
    if taken is None:
        return Counter()
    claimed, until = taken
    return _settle(claimed, until, _work(claimed))


def release_expired() -> Counter[str]:
    """Give back deliveries whose claim ran out, or bury those tried too often without an answer."""
    settlement = Settlement()
    with unit_of_work():
        found = db.session.execute(
            select(DELIVERIES.event_id, DELIVERIES.handler, DELIVERIES.lane, DELIVERIES.attempts)
            .where(DELIVERIES.status == "RUNNING", DELIVERIES.locked_until < now())
            .with_for_update(skip_locked=True)
        )
        for event_id, handler, name, tries in found.all():
            lane = LANES[name]
            if tries >= min(lane.tries, lane.blind_tries):
                settlement.bury(event_id, handler, tries, NoAnswer("tried too often without an answer"))
            else:
                settlement.postpone(event_id, handler, tries, NoAnswer("the claim ran out"), wait=0)
        settlement.write()
    return settlement.outcomes


def _take(lane: Lane) -> tuple[Claimed, dt.datetime] | None:
    with unit_of_work():
        found = claim(lane, outside=True, limit=1)
        if not found:
            return None
        until = now() + dt.timedelta(seconds=lane.claim)
        db.session.execute(
            update(EventDelivery)
            .where(DELIVERIES.event_id == found[0].event_id, DELIVERIES.handler == found[0].handler.name)
            .values(status="RUNNING", locked_until=until, attempts=found[0].tries)
            .execution_options(synchronize_session=False)
        )
    return found[0], until


def _work(claimed: Claimed) -> _Answer:
    assert claimed.handler.one_by_one is not None
    effect, failure, started = None, None, monotonic()
    try:
        delivered = claimed.delivered()
        with caused_by(delivered), deadline(dt.timedelta(seconds=claimed.lane.claim)):
            effect = claimed.handler.one_by_one(delivered)
    except Exception as error:  # noqa: BLE001 - kept with the delivery
        failure = error
    finally:
        db.session.rollback()
    return _Answer(effect, failure, monotonic() - started)


def _settle(claimed: Claimed, until: dt.datetime, answer: _Answer) -> Counter[str]:
    settlement = Settlement()
    with unit_of_work():
        if not _still_holds(claimed, until):
            log.warning("%s was too late with event %s: taken by another", claimed.handler.name, claimed.event_id)
            return Counter()
        error = answer.error or _apply(claimed, answer.effect)
        if error is None:
            settlement.settle([claimed], "DONE", answer.seconds)
        else:
            settlement.fail(claimed, error, answer.seconds)
        settlement.write()
    return settlement.outcomes


def _still_holds(claimed: Claimed, until: dt.datetime) -> bool:
    held = db.session.execute(
        select(DELIVERIES.event_id)
        .where(DELIVERIES.event_id == claimed.event_id, DELIVERIES.handler == claimed.handler.name)
        .where(DELIVERIES.status == "RUNNING", DELIVERIES.locked_until == until)
        .with_for_update()
    )
    return held.first() is not None


def _apply(claimed: Claimed, effect: Effect | None) -> Exception | None:
    if effect is None:
        return None
    try:
        with savepoint(), caused_by(claimed.delivered()):
            effect()
    except Exception as error:  # noqa: BLE001 - kept with the delivery
        return error
    return None
