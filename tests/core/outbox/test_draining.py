"""Draining in one process: outcomes, tries, back-off times, causes."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine
from sqlalchemy import select, text

from community.core import correlation, settings
from community.core.clock import now
from community.core.outbox import drain_all, record, record_all
from community.core.outbox.draining import drain_once, lanes_due
from community.core.outbox.lanes import LANES
from community.core.outbox.models import DeliveryCount, EventDelivery, OutboxEvent
from community.core.transactions import unit_of_work
from community.extensions import db
from tests.core.outbox.stage import AlarmRaised, ThingMade, ThingSeen

pytestmark = pytest.mark.usefixtures("stage_session")


def test_every_handler_gets_every_event_once():
    things = make(*["fine"] * 1200)
    assert drain_all() == {"DONE": 2400}
    assert sorted(effects()) == sorted([("index", thing) for thing in things] + [("tell", thing) for thing in things])
    assert not drain_all()
    assert waiting() == []


def test_what_is_settled_is_counted_and_removed():
    make(*["fine"] * 3, "boring", "hopeless")
    with time_machine.travel(dt.datetime(2026, 3, 1, 23, 59, tzinfo=dt.UTC) + dt.timedelta(days=3650)):
        drain_all()
        day = now().date()
    counts = db.session.execute(select(DeliveryCount.handler, DeliveryCount.outcome, DeliveryCount.count)).all()
    assert sorted(counts) == [
        ("stage.index", "DEAD", 1),
        ("stage.index", "DONE", 3),
        ("stage.index", "SKIPPED", 1),
        ("stage.tell", "DONE", 5),
    ]
    assert set(db.session.scalars(select(DeliveryCount.day))) == {day}
    make("fine")
    drain_all()
    assert db.session.scalar(select(db.func.sum(DeliveryCount.count)).where(DeliveryCount.outcome == "DONE")) == 10


def test_one_poisoned_event_does_not_hold_up_the_others():
    first, bad, last = make("fine", "poison", "fine")
    assert drain_all() == {"DONE": 5, "RETRIED": 1}
    assert [thing for handler, thing in effects() if handler == "index"] == [first, last]
    (owed,) = waiting()
    assert (owed.event_id, owed.handler, owed.status, owed.attempts) == (bad, "stage.index", "RETRY", 1)
    assert owed.last_error == "ValueError: this thing cannot be indexed"


def test_a_failing_delivery_waits_2_8_32_and_128_seconds_and_is_dead_after_5_tries():
    (thing,) = make("poison")
    with time_machine.travel(now(), tick=False) as clock:
        for tries, seconds in enumerate((2, 8, 32, 128), start=1):
            assert drain_all()["RETRIED"] == 1
            (owed,) = waiting()
            wait = (owed.next_attempt_at - now()).total_seconds()
            assert owed.attempts == tries
            assert seconds * 0.8 <= wait <= seconds * 1.2
            clock.shift(wait - 0.01)
            assert not drain_all()
            clock.shift(0.01)
        assert drain_all() == {"DEAD": 1}
        clock.shift(dt.timedelta(days=1))
        assert not drain_all()
    (owed,) = waiting()
    assert (owed.event_id, owed.status, owed.attempts) == (thing, "DEAD", 5)


def test_a_handler_that_fails_four_times_has_one_effect_in_the_end():
    (thing,) = make("poison")
    with time_machine.travel(now(), tick=False) as clock:
        for _ in range(4):
            drain_all()
            clock.shift(200)
        with unit_of_work():
            db.session.execute(text("UPDATE outbox_events SET payload = '{}'"))
        assert drain_all() == {"DONE": 1}
    assert effects().count(("index", thing)) == 1
    assert waiting() == []


def test_waiting_times_vary_by_a_fifth_and_end_at_15_minutes():
    lane = LANES["notify"]
    times = [lane.delay(2) for _ in range(500)]
    assert 6.4 <= min(times) < 6.8
    assert 9.2 < max(times) <= 9.6
    assert max(lane.delay(9) for _ in range(500)) <= 15 * 60 * 1.2


def test_permanent_is_dead_at_once():
    make("hopeless")
    assert drain_all() == {"DONE": 1, "DEAD": 1}
    (owed,) = waiting()
    assert (owed.status, owed.attempts, owed.last_error) == ("DEAD", 1, "Permanent: no such thing")


def test_skip_settles_without_an_effect():
    make("boring")
    assert drain_all() == {"DONE": 1, "SKIPPED": 1}
    assert [handler for handler, _ in effects()] == ["tell"]
    assert waiting() == []


def test_an_event_that_cannot_be_read_is_dead_in_the_end_and_alone():
    bad, good = make("fine", "fine")
    with unit_of_work():
        db.session.execute(text("UPDATE outbox_events SET payload = '{\"parts\": \"x\"}' WHERE id = :id"), {"id": bad})
    assert drain_all() == {"DONE": 2, "RETRIED": 2}
    assert effects() == [("index", good), ("tell", good)]


def test_deliveries_of_unknown_handlers_wait_and_block_nobody():
    make(*["fine"] * 5)
    with unit_of_work():
        db.session.execute(text("UPDATE event_deliveries SET handler = 'stage.older' WHERE lane = 'search'"))
    make("fine")
    assert drain_all() == {"DONE": 7}
    assert [(owed.handler, owed.status) for owed in waiting()] == [("stage.older", "PENDING")] * 5
    assert lanes_due() == []


def test_events_this_process_does_not_know_wait_and_block_nobody():
    newer, known = make("fine", "fine")
    with unit_of_work():
        db.session.execute(text("UPDATE outbox_events SET name = 'thing.newer' WHERE id = :id"), {"id": newer})
    assert drain_all() == {"DONE": 2}
    assert {event for _, event in effects()} == {known}
    assert [(owed.event_id, owed.status, owed.attempts) for owed in waiting()] == [(newer, "PENDING", 0)] * 2


def test_only_lanes_with_something_due_are_looked_at():
    make("poison", "fine")
    with unit_of_work():
        record(AlarmRaised(alarm_id=1))
    assert lanes_due() == ["notify", "search", "maintenance"]
    drain_all()
    assert lanes_due() == []
    with time_machine.travel(now() + dt.timedelta(seconds=3)):
        assert lanes_due() == ["search"]


def test_a_paused_handler_waits_until_it_goes_on():
    make("fine")
    with unit_of_work():
        settings.put("paused_handlers", ["stage.index"])
    assert drain_all() == {"DONE": 1}
    assert [owed.handler for owed in waiting()] == ["stage.index"]
    with unit_of_work():
        settings.put("paused_handlers", [])
    assert drain_all() == {"DONE": 1}


def test_what_is_urgent_overtakes_ten_thousand_that_are_not():
    with unit_of_work():
        first = record_all([ThingSeen(thing_id=number) for number in range(10_000)])[0]
    with unit_of_work():
        alarm = record(AlarmRaised(alarm_id=1))
    drain_once(LANES["maintenance"])
    done = effects()
    assert len(done) == 500
    assert ("watch", alarm) in done
    assert done.count(("watch", alarm)) == 1
    assert ("watch", first) in done


def test_events_of_handlers_are_delivered_too_and_know_their_cause():
    first, second = uuid.uuid4(), uuid.uuid4()
    chatty = []
    for request in (first, second):
        correlation.set(request)
        chatty += make("chatty")
    correlation.set(None)
    assert drain_all() == {"DONE": 6}
    caused = db.session.execute(
        select(OutboxEvent.causation_id, OutboxEvent.correlation_id).where(OutboxEvent.name == "thing.seen")
    )
    assert sorted(caused) == [(chatty[0], first), (chatty[1], second)]
    assert correlation.current() is None


def test_an_error_in_a_statement_is_kept_without_what_people_wrote(monkeypatch):
    from tests.core.outbox import stage

    monkeypatch.setattr(stage, "note", lambda *_, **__: db.session.execute(
        text("INSERT INTO effects (pid) VALUES (:secret)"), {"secret": "ada@example.org"}))
    make("fine")
    assert drain_all() == {"RETRIED": 2}
    assert [owed.last_error for owed in waiting()] == [
        "InvalidTextRepresentation in INSERT INTO effects (pid) VALUES (%(secret)s)"
    ] * 2


def make(*moods: str) -> list[int]:
    with unit_of_work():
        return record_all([ThingMade(thing_id=number, mood=mood) for number, mood in enumerate(moods)])


def effects() -> list[tuple[str, int]]:
    return [tuple(row) for row in db.session.execute(text("SELECT handler, event_id FROM effects ORDER BY 1, 2"))]


def waiting() -> list[EventDelivery]:
    db.session.expire_all()
    return list(db.session.scalars(select(EventDelivery).order_by(EventDelivery.event_id)))
