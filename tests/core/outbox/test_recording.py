"""Recording: in the transaction of the change, whole or not at all."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import ClassVar

import pytest
from sqlalchemy import select, text

from community.core import correlation
from community.core.outbox import Event, drain_all, record, record_all
from community.core.outbox.events import from_row, known
from community.core.outbox.models import EventDelivery, OutboxEvent
from community.core.transactions import unit_of_work
from community.extensions import db
from tests.core.outbox.stage import AlarmRaised, NoteSent, ThingMade

pytestmark = pytest.mark.usefixtures("stage_session")


def test_an_event_and_its_deliveries_are_written_together():
    with unit_of_work():
        number = record(ThingMade(thing_id=7, community_id=3, actor_user_id=5))
    event = db.session.get_one(OutboxEvent, number)
    assert (event.name, event.aggregate_type, event.aggregate_id) == ("thing.made", "thing", 7)
    assert (event.community_id, event.actor_user_id) == (3, 5)
    owed = db.session.scalars(select(EventDelivery).order_by(EventDelivery.handler)).all()
    assert [(one.event_id, one.handler, one.lane, one.status) for one in owed] == [
        (number, "stage.index", "search", "PENDING"),
        (number, "stage.tell", "notify", "PENDING"),
    ]


def test_a_rolled_back_action_leaves_neither_event_nor_delivery():
    with pytest.raises(RuntimeError), unit_of_work():
        record(ThingMade(thing_id=7))
        assert db.session.scalar(select(db.func.count()).select_from(EventDelivery)) == 2
        raise RuntimeError("the action failed")
    assert db.session.scalar(select(db.func.count()).select_from(OutboxEvent)) == 0
    assert db.session.scalar(select(db.func.count()).select_from(EventDelivery)) == 0
    assert not drain_all()


def test_recording_flushes_first_so_that_constraints_speak():
    with pytest.raises(Exception, match="ck_event_deliveries_status"), unit_of_work():
        number = record(ThingMade(thing_id=1))
        db.session.add(EventDelivery(event_id=number, handler="x", lane="x", status="LOST", next_attempt_at=_today()))
        record(ThingMade(thing_id=2))


def test_an_event_comes_back_as_it_was():
    event = ThingMade(thing_id=7, community_id=3, mood="grüße", parts=(1, 2), due=dt.date(2026, 2, 3))
    with unit_of_work():
        number = record(event)
    row = db.session.execute(text("SELECT * FROM outbox_events WHERE id = :id"), {"id": number}).mappings().one()
    assert row["payload"] == {"mood": "grüße", "parts": [1, 2], "due": "2026-02-03"}
    assert from_row(row) == event


def test_an_event_written_by_an_older_or_newer_version_can_be_read():
    with unit_of_work():
        number = record(ThingMade(thing_id=7))
        db.session.execute(text("UPDATE outbox_events SET payload = '{\"colour\": \"red\"}'"))
    row = db.session.execute(text("SELECT * FROM outbox_events WHERE id = :id"), {"id": number}).mappings().one()
    assert from_row(row) == ThingMade(thing_id=7)


def test_many_events_are_written_with_one_statement_in_their_order(statements):
    with statements() as sent, unit_of_work():
        ids = record_all([ThingMade(thing_id=number) for number in range(300)])
    assert len(sent) == 1
    found = db.session.execute(select(OutboxEvent.id, OutboxEvent.aggregate_id).order_by(OutboxEvent.id)).all()
    assert found == [(number, thing) for thing, number in enumerate(ids)]


def test_the_request_an_event_belongs_to_is_written_down():
    request = uuid.uuid4()
    correlation.set(request)
    try:
        with unit_of_work():
            number = record(ThingMade(thing_id=1))
    finally:
        correlation.set(None)
    assert db.session.get_one(OutboxEvent, number).correlation_id == request


def test_a_delivery_carries_the_priority_of_its_event():
    with unit_of_work():
        record_all([AlarmRaised(alarm_id=1), NoteSent(note_id=1)])
    found = db.session.execute(select(EventDelivery.handler, EventDelivery.priority)).all()
    assert dict(found) == {"stage.watch": 100, "stage.send": 50}


def test_an_event_without_the_id_of_its_aggregate_is_a_programming_error():
    with pytest.raises(ValueError, match="thing_id yet"), unit_of_work():
        record(ThingMade(thing_id=None))  # type: ignore[arg-type]


def test_an_event_of_more_than_16_kb_is_a_programming_error():
    with unit_of_work():
        record(ThingMade(thing_id=1, mood="m" * 16_000))
    with pytest.raises(ValueError, match="up to 16384"), unit_of_work():
        record(ThingMade(thing_id=1, mood="m" * 17_000))


def test_a_class_must_be_called_like_its_event():
    with pytest.raises(TypeError, match="'ThingLost'"):

        @dataclass(frozen=True)
        class ThingGone(Event):
            name: ClassVar[str] = "thing.lost"
            aggregate: ClassVar[str] = "thing"
            thing_id: int

    assert "thing.lost" not in known()


def test_a_class_must_name_its_aggregate():
    with pytest.raises(TypeError, match="needs a field thing_id"):

        @dataclass(frozen=True)
        class ThingLost(Event):
            name: ClassVar[str] = "thing.lost"
            aggregate: ClassVar[str] = "thing"


def _today() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
