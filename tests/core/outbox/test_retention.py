"""How long the outbox keeps what has been delivered, and what has not."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from sqlalchemy import select

from community.core.clock import now
from community.core.jobs import run_job
from community.core.outbox import drain_all, record, tasks
from community.core.outbox.models import EventDelivery, OutboxEvent
from community.core.transactions import unit_of_work
from community.extensions import db
from tests.core.outbox.stage import ThingMade, ThingSeen

pytestmark = pytest.mark.usefixtures("stage_session")


def test_delivered_events_go_after_30_days_and_dead_ones_after_90():
    settled, dead, unknown = recorded(ThingSeen(thing_id=1)), recorded(ThingMade(thing_id=2, mood="hopeless")), None
    drain_all()
    unknown = recorded(ThingSeen(thing_id=3))
    ages = {29: {settled, dead, unknown}, 31: {dead, unknown}, 89: {dead, unknown}, 91: {unknown}}
    for days, kept in ages.items():
        with time_machine.travel(now() + dt.timedelta(days=days)):
            run_job("outbox_retention")
        assert set(db.session.scalars(select(OutboxEvent.id))) == kept
    assert set(db.session.scalars(select(EventDelivery.event_id))) == {unknown}


def test_retention_goes_on_until_nothing_old_is_left(monkeypatch):
    monkeypatch.setattr(tasks, "STEP", 3)
    for number in range(10):
        recorded(ThingSeen(thing_id=number))
    drain_all()
    with time_machine.travel(now() + dt.timedelta(days=31)):
        assert run_job("outbox_retention").rows == 10


def test_what_has_waited_for_an_hour_becomes_more_urgent():
    recorded(ThingMade(thing_id=1))
    with time_machine.travel(now() + dt.timedelta(minutes=59)):
        assert run_job("priority_ageing").rows == 0
    for priority in (75, 100, 100):
        with time_machine.travel(now() + dt.timedelta(minutes=61)):
            run_job("priority_ageing")
        assert set(db.session.scalars(select(EventDelivery.priority))) == {priority}


def recorded(event) -> int:
    with unit_of_work():
        return record(event)
