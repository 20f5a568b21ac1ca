"""The bus across processes that are killed, and without its queue. Real workers, real servers."""

from __future__ import annotations

import random
import signal
import time

from sqlalchemy import text

from community.core.outbox import record, record_all
from community.core.transactions import unit_of_work
from community.extensions import db, huey
from tests.core.conftest import Company, Valkey, wait_until
from tests.core.outbox.stage import AlarmRaised, NoteSent, ThingMade, ThingSeen


def test_two_workers_at_once_give_each_effect_once(company: Company):
    company.play("work")
    company.play("work")
    wait_until(both_are_at_work)
    for _ in range(10):
        with unit_of_work():
            record_all([ThingMade(thing_id=number) for number in range(200)])
    wait_until(nothing_owed)
    things = numbers("SELECT count(*) FROM outbox_events")[0]
    assert effects_of("tell") == effects_of("index") == (things, things)


def test_killing_workers_and_writers_loses_nothing_and_repeats_nothing(company: Company):
    writers = [company.play("write", 300), company.play("write", 300)]
    workers = [company.play("work"), company.play("work")]
    kills = 0
    while any(writer.poll() is None for writer in writers) or kills < 8:
        time.sleep(random.uniform(0.3, 0.9))
        victim = random.choice([0, 1])
        workers[victim].send_signal(signal.SIGKILL)
        workers[victim].wait()
        workers[victim] = company.play("work")
        kills += 1
        if kills == 4:
            writers[0].send_signal(signal.SIGKILL)
            writers[0].wait()
    wait_until(nothing_owed_but_claims)
    things = numbers("SELECT count(*) FROM outbox_events WHERE name = 'thing.made'")[0]
    assert things >= 600
    assert effects_of("tell") == effects_of("index") == (things, things)
    notes = numbers("SELECT count(*) FROM outbox_events WHERE name = 'note.sent'")[0]
    claimed = numbers("SELECT count(*) FROM event_deliveries")[0]
    assert claimed <= 4 * kills
    assert notes - claimed <= effects_of("send")[1] <= notes
    settled = "SELECT count FROM delivery_counts WHERE handler = 'stage.send' AND outcome = 'DONE'"
    wait_until(lambda: numbers(f"SELECT count(*) + ({settled}) FROM event_deliveries") == [notes])


def test_a_claim_of_a_killed_worker_is_taken_up_by_the_next(company: Company):
    with unit_of_work():
        record(NoteSent(note_id=1, mood="slow"))
    worker = company.play("work")
    wait_until(lambda: numbers("SELECT count(*) FROM event_deliveries WHERE status = 'RUNNING'") == [1])
    wait_until(lambda: effects_of("send") == (1, 1))
    worker.kill()
    with unit_of_work():
        db.session.execute(text("UPDATE outbox_events SET payload = '{}'"))
        db.session.execute(text("UPDATE event_deliveries SET locked_until = now()"))
    company.play("work")
    wait_until(nothing_owed)
    keys = db.session.execute(text("SELECT DISTINCT facts FROM effects WHERE handler = 'send'")).all()
    assert effects_of("send") == (2, 1)
    assert len(keys) == 1


def test_an_event_reaches_its_handler_within_a_moment(company: Company):
    company.play("work")
    with unit_of_work():
        record(AlarmRaised(alarm_id=0))
    wait_until(nothing_owed)
    waits = []
    for number in range(10):
        started = time.monotonic()
        with unit_of_work():
            record(AlarmRaised(alarm_id=number))
        wait_until(nothing_owed)
        waits.append(time.monotonic() - started)
    assert sorted(waits)[4] < 0.3


def test_a_critical_event_starts_within_a_second_of_ten_thousand_waiting(company: Company):
    with unit_of_work():
        record_all([ThingSeen(thing_id=number) for number in range(10_000)])
    company.play("work", threads=2)
    wait_until(lambda: effects_of("watch")[0] > 0)
    started = time.monotonic()
    with unit_of_work():
        alarm = record(AlarmRaised(alarm_id=1))
    wait_until(lambda: numbers(f"SELECT count(*) FROM effects WHERE event_id = {alarm}") == [1])
    assert time.monotonic() - started < 1


def test_without_valkey_the_sweep_delivers_and_afterwards_all_is_as_before(company: Company, valkey: Valkey):
    company.play("work")
    with unit_of_work():
        record(ThingMade(thing_id=1))
    wait_until(nothing_owed)
    valkey.kill()
    try:
        started = time.monotonic()
        with unit_of_work():
            record_all([ThingMade(thing_id=number) for number in range(10)])
            record(NoteSent(note_id=1))
        assert time.monotonic() - started < 1.5
        wait_until(nothing_owed)
        assert company.log.read_text().count("the queue stopped") == 1
    finally:
        valkey.start()
    wait_until(lambda: "the queue works again" in company.log.read_text())
    with unit_of_work():
        record(ThingMade(thing_id=99))
    wait_until(nothing_owed)
    assert effects_of("tell") == effects_of("index") == (12, 12)
    assert effects_of("send") == (1, 1)


def test_workers_survive_a_restart_of_postgresql(company: Company):
    company.play("work")
    with unit_of_work():
        record(ThingMade(thing_id=1))
    wait_until(nothing_owed)
    for _ in range(3):
        cut_connections()
        with unit_of_work():
            record(ThingMade(thing_id=2))
        wait_until(nothing_owed)
    assert effects_of("tell") == effects_of("index") == (4, 4)


def test_a_lost_wake_up_is_found_by_the_sweep(company: Company):
    with unit_of_work():
        record(ThingMade(thing_id=1))
    huey.storage.flush_queue()
    company.play("work")
    wait_until(nothing_owed)
    assert effects_of("tell") == (1, 1)


def test_a_worker_stops_gracefully_on_sigterm(company: Company):
    worker = company.play("work")
    with unit_of_work():
        record_all([ThingMade(thing_id=number) for number in range(500)])
    wait_until(lambda: effects_of("tell")[0] > 0)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=10) == 0
    assert effects_of("tell")[0] == effects_of("tell")[1]


def test_a_lane_waits_in_the_queue_once(company: Company):
    for number in range(5):
        with unit_of_work():
            record(ThingMade(thing_id=number))
    assert sorted(task.args for task in huey.pending()) == [("notify",), ("search",)]


def both_are_at_work() -> bool:
    with unit_of_work():
        record_all([ThingMade(thing_id=number) for number in range(20)])
    time.sleep(0.1)
    return len(numbers("SELECT DISTINCT pid FROM effects WHERE handler = 'tell'")) == 2


def nothing_owed() -> bool:
    return numbers("SELECT count(*) FROM event_deliveries") == [0]


def nothing_owed_but_claims() -> bool:
    return numbers("SELECT count(*) FROM event_deliveries WHERE status <> 'RUNNING'") == [0]


def effects_of(handler: str) -> tuple[int, int]:
    """How many effects there are, and of how many events."""
    with db.engine.connect() as connection:
        query = text("SELECT count(*), count(DISTINCT event_id) FROM effects WHERE handler = :handler")
        return tuple(connection.execute(query, {"handler": handler}).one())


def numbers(query: str) -> list[int]:
    with db.engine.connect() as connection:
        return list(connection.execute(text(query)).scalars())


def cut_connections() -> None:
    """What a restart does to those who are connected."""
    with db.engine.connect() as connection:
        connection.execute(text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ))  # fmt: skip
