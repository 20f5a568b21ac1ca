"""Handlers with outside effects: claimed, run with no transaction open, settled if the claim still holds."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from sqlalchemy import select, text

from community.core.clock import now
from community.core.outbox import Delivered, Skip, drain_all, outside, record
from community.core.outbox.lanes import LANES
from community.core.outbox.models import EventDelivery
from community.core.transactions import unit_of_work
from community.extensions import db
from tests.core.outbox import stage
from tests.core.outbox.stage import NoteSent


def test_a_handler_works_without_a_transaction_while_the_claim_is_there_for_all_to_see(stage_db, handled_by):
    seen = []

    def look(delivered: Delivered) -> None:
        assert not db.session().in_transaction()
        with db.engine.connect() as other:
            seen.append(other.execute(text("SELECT status, attempts, locked_until FROM event_deliveries")).one())

    handled_by(look)
    post()
    started = now()
    assert drain_all() == {"DONE": 1}
    ((status, attempts, until),) = seen
    assert (status, attempts) == ("RUNNING", 1)
    assert dt.timedelta(seconds=299) < until - started < dt.timedelta(seconds=305)
    assert owed() is None


def test_every_try_has_the_same_key(stage_session, handled_by):
    keys = []

    def refuse(delivered: Delivered) -> None:
        keys.append(delivered.delivery_key)
        raise ValueError("the mail server said no")

    handled_by(refuse)
    number = post()
    with time_machine.travel(now(), tick=False) as clock:
        drain_all()
        clock.shift(20)
        drain_all()
    assert keys == [f"{number}:stage.send"] * 2


def test_mail_is_tried_three_times(stage_session, handled_by):
    post(mood="poison")
    with time_machine.travel(now(), tick=False) as clock:
        outcomes = []
        for _ in range(4):
            outcomes.append(drain_all())
            clock.shift(60)
    assert outcomes == [{"RETRIED": 1}, {"RETRIED": 1}, {"DEAD": 1}, {}]
    assert (owed().status, owed().attempts, owed().last_error) == ("DEAD", 3, "ValueError: the mail server said no")


def test_skip_settles(stage_session, handled_by):
    def nothing_to_do(delivered: Delivered) -> None:
        raise Skip

    handled_by(nothing_to_do)
    post()
    assert drain_all() == {"SKIPPED": 1}
    assert owed() is None


def test_what_a_handler_returns_is_done_in_the_settling_transaction(stage_session, handled_by):
    def work(delivered: Delivered):
        return lambda: stage.note("send", delivered)

    handled_by(work)
    post()
    assert drain_all() == {"DONE": 1}
    assert effects() == 1


def test_an_effect_that_fails_leaves_nothing_and_is_tried_again(stage_session, handled_by):
    def fail(delivered: Delivered) -> None:
        stage.note("send", delivered)
        raise ValueError("no")

    handled_by(lambda delivered: lambda: fail(delivered))
    post()
    assert drain_all() == {"RETRIED": 1}
    assert effects() == 0


def test_a_claim_that_ran_out_is_given_back_and_tried_once_more(stage_session, handled_by):
    post()
    outside._take(LANES["email"])
    assert not drain_all()
    assert not outside.release_expired()
    with time_machine.travel(now() + dt.timedelta(minutes=5, seconds=1)):
        assert outside.release_expired() == {"RETRIED": 1}
        assert (owed().status, owed().locked_until) == ("RETRY", None)
        assert drain_all() == {"DONE": 1}
    assert effects() == 1


def test_mail_whose_second_try_gave_no_answer_is_dead(stage_session, handled_by):
    post()
    with time_machine.travel(now(), tick=False) as clock:
        for outcome in ("RETRIED", "DEAD"):
            outside._take(LANES["email"])
            clock.shift(301)
            assert outside.release_expired() == {outcome: 1}
    assert owed().last_error == "NoAnswer: tried too often without an answer"


def test_who_lost_the_claim_settles_nothing(stage_session, handled_by):
    def dawdle(delivered: Delivered):
        with time_machine.travel(now() + dt.timedelta(minutes=6)):
            outside.release_expired()
        return lambda: stage.note("send", delivered)

    handled_by(dawdle)
    post()
    assert not outside.deliver_one(LANES["email"])
    assert effects() == 0
    assert (owed().status, owed().attempts) == ("RETRY", 1)


@pytest.fixture
def handled_by(monkeypatch):
    """Let another function stand in for the handler of notes."""
    from dataclasses import replace

    from community.core.outbox import registry

    def stand_in(function) -> None:
        handler = registry.handlers()["stage.send"]
        monkeypatch.setitem(registry._HANDLERS, "stage.send", replace(handler, one_by_one=function))

    return stand_in


def post(mood: str = "fine") -> int:
    with unit_of_work():
        return record(NoteSent(note_id=1, mood=mood))


def owed() -> EventDelivery | None:
    db.session.expire_all()
    return db.session.scalar(select(EventDelivery))


def effects() -> int:
    return db.session.execute(text("SELECT count(*) FROM effects")).scalar_one()
