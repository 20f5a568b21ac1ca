"""Redis and the server itself come and go; pages are told to come back, and do."""

from __future__ import annotations

import time

from community.core.broadcast import log
from community.core.clock import micros
from tests.realtime.servers import Facts, Page, Person, Server, eventually, push

PATIENCE_OF_GUNICORN = 15.0  # seconds (`graceful_timeout`), after which it kills those who do not leave


def test_when_redis_stops_sockets_close_with_1013_and_come_back_with_it(server: Server, facts: Facts):
    topic = facts.post()
    people = [facts.person() for _ in range(6)]
    pages = [server.connect(person, topic) for person in people]
    server.valkey.stop()
    assert [page.close_code() for page in pages] == [1013] * 6
    shown = server.page(people[0], topic)
    assert server.dial(shown["t"], shown["since"], person=people[0]).close_code() == 1013
    answer = server.poll(shown["t"], shown["since"], person=people[0])
    assert answer.status_code == 200 and answer.json()["frames"][0]["resync"] is True
    server.valkey.start()
    again = [eventually(lambda who=person: _come_back(server, who, topic), seconds=20) for person in people]
    eventually(lambda: _all_hear(again, topic), seconds=10)


def test_what_was_lost_while_redis_was_away_is_told_as_a_resync(server: Server, facts: Facts, ann: Person):
    topic = facts.post()
    server.valkey.stop()
    begin = time.monotonic()
    for _ in range(100):
        push(topic, "lost")
    assert time.monotonic() - begin < 1.0
    server.valkey.start()
    page = eventually(lambda: _come_back(server, ann, topic), seconds=20)
    told = eventually(lambda: _resync_of(page, topic), seconds=10)
    assert told["seq"] > micros() - 20_000_000


def test_a_message_is_lost_alone_and_its_topic_alone_is_told(server: Server, facts: Facts, ann: Person, monkeypatch):
    topic, other = facts.post(), facts.post()
    page = server.connect(ann, topic, other)
    monkeypatch.setattr(log, "_resting_until", log.monotonic() + 0.3)
    push(topic, "lost")
    time.sleep(0.6)
    push(other, "arrives")
    told = page.next()
    assert told == {"seq": told["seq"], "topic": topic, "resync": True}
    assert page.contents(1) == ["arrives"]


def test_a_server_that_is_stopped_closes_all_with_1012_and_ends_soon(server: Server, facts: Facts):
    topic = facts.post()
    people = [facts.person() for _ in range(40)]
    pages = [server.connect(person, topic) for person in people]
    shown = server.page(people[0], topic)
    took = _stop_and_read(server, pages)
    assert took < PATIENCE_OF_GUNICORN
    push(topic, "meanwhile")
    server.start()
    again = server.dial(shown["t"], shown["since"], person=people[0])
    assert again.contents(1) == ["meanwhile"]


def _stop_and_read(server: Server, pages: list[Page]) -> float:
    assert server.process is not None
    begin = time.monotonic()
    server.process.terminate()
    assert [page.close_code() for page in pages] == [1012] * len(pages)
    server.process.wait(20)
    return time.monotonic() - begin


def _come_back(server: Server, person: Person, topic: str) -> Page | None:
    shown = server.page(person, topic)
    page = server.dial(shown["t"], shown["since"], person=person)
    first = page.next(timeout=10)
    return None if isinstance(first, tuple) else page


def _all_hear(pages: list[Page], topic: str) -> bool:
    push(topic, "again")
    return all(_hears(page, "again") for page in pages)


def _hears(page: Page, content: str) -> bool:
    for _ in range(10):
        frame = page.next(timeout=2)
        if frame.get("content") == content:
            return True
    return False


def _resync_of(page: Page, topic: str):
    frame = page.next(timeout=10)
    return frame if frame.get("resync") and frame.get("topic") == topic else None
