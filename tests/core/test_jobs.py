"""Scheduled jobs: each run once, missed daily ones caught up, a record of all of them."""

from __future__ import annotations

import datetime as dt
import threading
import time

import pytest
import time_machine
from huey import crontab
from sqlalchemy import select, text

from community.core import correlation
from community.core.clock import now
from community.core.errors import Conflict
from community.core.jobs import Job, registry, run_job, run_later, running
from community.core.jobs.schedule import Clock, missed
from community.core.outbox import record, record_all
from community.core.outbox.models import JobRun, OutboxEvent
from community.core.transactions import unit_of_work
from community.extensions import db, huey
from tests.core.conftest import Company, Valkey, wait_until
from tests.core.outbox import stage

alone = pytest.mark.usefixtures("stage_session")

MINUTE = dt.datetime(2026, 5, 4, 12, 0, tzinfo=dt.UTC)


@alone
def test_a_run_is_recorded_with_its_rows():
    run = run_job("nightly")
    assert (run.name, run.status, run.rows, run.error) == ("nightly", "DONE", 7, None)
    assert run.finished_at >= run.started_at
    assert effects("nightly") == 1


@alone
def test_an_unknown_job_is_refused_with_the_names_there_are():
    with pytest.raises(KeyError, match="nightly"):
        run_job("knightly")


@alone
def test_a_job_that_raises_leaves_no_effect_but_a_record_and_an_event(a_job):
    def fail() -> None:
        db.session.execute(text("INSERT INTO effects (handler) VALUES ('failing')"))
        raise ValueError("no such thing")

    run = run_job(a_job("failing", fail))
    assert (run.status, run.rows, run.error) == ("FAILED", None, "ValueError: no such thing")
    assert effects("failing") == 0
    event = db.session.scalars(select(OutboxEvent).where(OutboxEvent.name == "job.failed")).one()
    assert (event.aggregate_id, event.payload) == (run.id, {"job": "failing"})


@alone
def test_a_minute_runs_once_however_often_it_is_asked_for(a_job):
    job = registry.find("nightly")
    assert running.run_once(job, MINUTE).status == "DONE"
    assert running.run_once(job, MINUTE) is None
    assert running.run_once(job, MINUTE + dt.timedelta(days=1)).status == "DONE"
    assert effects("nightly") == 2


def test_two_runners_of_one_job_do_not_overlap(stage_db, app, a_job):
    inside, go_on = threading.Event(), threading.Event()

    def wait() -> None:
        inside.set()
        go_on.wait(10)

    name = a_job("waiting", wait)

    def run() -> None:
        with app.app_context():
            running.run_once(registry.find(name), MINUTE)

    first = threading.Thread(target=run)
    first.start()
    inside.wait(10)
    with pytest.raises(Conflict, match="running already"):
        run_job(name)
    go_on.set()
    first.join()
    assert run_job(name).status == "DONE"


@alone
def test_a_run_whose_process_died_is_taken_up_or_closed():
    with unit_of_work():
        for minute in (MINUTE, MINUTE + dt.timedelta(days=1)):
            db.session.add(JobRun(name="nightly", scheduled_for=minute, started_at=minute, status="RUNNING"))
    assert running.run_once(registry.find("nightly"), MINUTE + dt.timedelta(days=1)).status == "DONE"
    db.session.expire_all()
    runs = db.session.execute(select(JobRun.status, JobRun.error).order_by(JobRun.scheduled_for)).all()
    assert runs == [("FAILED", "the process died"), ("DONE", None)]


def test_the_database_ends_a_job_that_takes_too_long(stage_db, a_job):
    name = a_job("slow", lambda: db.session.execute(text("SELECT pg_sleep(20)")) and None, limit=0.3)
    started = now()
    run = run_job(name)
    assert run.status == "FAILED"
    assert now() - started < dt.timedelta(seconds=5)


def test_a_job_in_steps_may_not_begin_another_after_its_limit(stage_db, a_job):
    def steps() -> None:
        while True:
            with unit_of_work():
                db.session.execute(text("SELECT pg_sleep(0.05)"))

    run = run_job(a_job("steps", steps, limit=0.3, in_steps=True))
    assert run.status == "FAILED"


@alone
def test_what_a_job_records_belongs_together(a_job):
    before = correlation.current()
    name = a_job("recording", lambda: [record(stage.ThingSeen(thing_id=number)) for number in (1, 2)] and 2)
    run_job(name)
    ids = db.session.scalars(select(OutboxEvent.correlation_id)).all()
    assert len(ids) == 2
    assert len(set(ids)) == 1
    assert ids[0] is not None
    assert correlation.current() == before


@alone
def test_the_clock_hands_out_each_minute_once_and_makes_up_for_a_stall():
    with time_machine.travel(MINUTE.replace(hour=3, minute=9, second=58), tick=False) as clock:
        minutes = Clock()
        assert names(minutes.due()) == ["tick"]
        assert minutes.due() == []
        clock.shift(1)
        assert minutes.due() == []
        clock.shift(1)
        assert names(minutes.due()) == ["nightly", "tick"]
        clock.shift(60)
        assert names(minutes.due()) == ["tick"]
        clock.move_to(MINUTE.replace(day=5, hour=3, minute=15, second=30))
        assert [(job.name, due.minute) for job, due in sorted(minutes.due(), key=lambda due: due[0].name)
                if job.name in ("nightly", "tick")] == [("nightly", 10), ("tick", 15)]  # fmt: skip


@alone
def test_a_missed_daily_job_is_caught_up_once_and_a_minute_job_is_not():
    with time_machine.travel(MINUTE, tick=False):
        due = {job.name: minute for job, minute in missed()}
        assert due["nightly"] == MINUTE.replace(hour=3, minute=10)
        assert "tick" not in due
        assert running.run_once(registry.find("nightly"), due["nightly"]).status == "DONE"
        assert "nightly" not in {job.name for job, _ in missed()}


@alone
def test_a_weekly_job_is_caught_up_days_later(a_job):
    a_job("weekly", lambda: None, every=crontab(day_of_week="0", hour="4", minute="0"))
    with time_machine.travel(dt.datetime(2026, 5, 6, 12, 0, tzinfo=dt.UTC), tick=False):
        assert {job.name: due for job, due in missed()}["weekly"] == dt.datetime(2026, 5, 3, 4, 0, tzinfo=dt.UTC)


def test_a_run_asked_for_on_a_page_is_left_to_the_workers(company: Company):
    nightly = registry.find("nightly")
    running.run_once(nightly, nightly.last_due(now(), within=dt.timedelta(days=1)))
    assert statuses("nightly") == ["DONE"]
    assert run_later("nightly")
    assert [task.args[0] for task in huey.pending()] == ["nightly"]
    company.play("work")
    wait_until(lambda: statuses("nightly") == ["DONE", "DONE"])


def test_two_schedulers_run_each_job_once(company: Company):
    company.play("work")
    company.play("work")
    wait_until(both_have_looked)
    wait_until(lambda: set(statuses("nightly") + statuses("tick")) == {"DONE"})
    time.sleep(1.5)  # time for a second run
    assert statuses("nightly") == ["DONE"]
    assert effects("nightly") == 1
    assert effects("tick") == len(statuses("tick")) <= 2


def test_jobs_run_without_valkey(company: Company, valkey: Valkey):
    valkey.kill()
    try:
        company.play("work")
        wait_until(lambda: statuses("nightly") == ["DONE"] and "DONE" in statuses("tick"))
    finally:
        valkey.start()
    assert effects("nightly") == 1


@alone
def test_old_runs_are_forgotten_after_a_week():
    with unit_of_work():
        for days in (6, 8):
            then = now() - dt.timedelta(days=days)
            db.session.add(JobRun(name="old", scheduled_for=then, started_at=then, status="DONE", rows=days))
    assert run_job("job_runs_retention").rows == 1
    assert db.session.scalars(select(JobRun.rows).where(JobRun.name == "old")).all() == [6]


@pytest.fixture
def a_job(monkeypatch):
    """Add a job for one test."""

    def add(name: str, work, *, every=None, limit: float = 60, in_steps: bool = False) -> str:
        job = Job(name, work, every or crontab(), dt.timedelta(seconds=limit), in_steps, 25)
        monkeypatch.setitem(registry._JOBS, name, job)
        return name

    return add


def names(due) -> list[str]:
    return sorted(job.name for job, _ in due if job.work.__module__.startswith("tests"))


def statuses(name: str) -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(JobRun.status).where(JobRun.name == name)))


def effects(name: str) -> int:
    db.session.rollback()
    return db.session.execute(text("SELECT count(*) FROM effects WHERE handler = :name"), {"name": name}).scalar_one()



def both_have_looked() -> bool:
    """True when two workers are at work; a scheduler starts before the threads of its process."""
    with unit_of_work():
        record_all([stage.ThingMade(thing_id=number) for number in range(200)])
    time.sleep(0.5)
    query = text("SELECT count(DISTINCT pid) FROM effects WHERE handler = 'tell'")
    return db.session.execute(query).scalar_one() == 2
