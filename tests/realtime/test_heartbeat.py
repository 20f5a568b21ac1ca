"""Silence: of a page, of Redis. The server's patience is shortened to seconds here."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import pytest
import websocket

from community.core.broadcast import log
from community.core.clock import micros
from tests.realtime.servers import Facts, Page, Person, Server, Valkey, eventually, push


@pytest.fixture(scope="module")
def running(facts: Facts, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    valkey = Valkey(tmp_path_factory.mktemp("valkey"))
    server = Server(valkey, facts, tmp_path_factory.mktemp("site"))
    server.extra = {"SITE_HURRY": "1"}
    try:
        valkey.start()
        server.start()
        yield server
    finally:
        server.stop()
        valkey.stop()


def test_a_quiet_page_is_told_how_far_it_is(server: Server, facts: Facts, ann: Person):
    topic = facts.post()
    page = server.connect(ann, topic)
    first, second = page.next(), page.next()
    assert first.keys() == second.keys() == {"seq"}
    assert first["seq"] < second["seq"] and abs(second["seq"] - micros()) < 10_000_000
    push(topic, "news")
    while (frame := page.next()).keys() == {"seq"}:
        second = frame
    assert frame["content"] == "news" and frame["seq"] > second["seq"]


def test_a_page_that_answers_pings_stays(server: Server, facts: Facts, ann: Person):
    topic = facts.post()
    page = server.connect(ann, topic)
    end = time.monotonic() + 5
    while time.monotonic() < end:
        assert page.next().keys() == {"seq"}
    push(topic, "still here")
    while (frame := page.next()).keys() == {"seq"}:
        pass
    assert frame["content"] == "still here"


def test_a_page_that_says_nothing_is_closed_with_1001(server: Server, facts: Facts, ann: Person):
    page = server.connect(ann, facts.post())
    eventually(lambda: not log.client().zcard(f"conn:{ann.id}"), seconds=15)
    assert page.close_code() == 1001


def test_a_redis_that_hangs_closes_with_1013_and_pages_come_back_when_it_goes_on(
    server: Server, facts: Facts, ann: Person, ben: Person,
):
    topic = facts.post()
    pages = [server.connect(ann, topic), server.connect(ben, topic)]
    assert server.valkey.process is not None
    os.kill(server.valkey.process.pid, signal.SIGSTOP)
    try:
        assert [page.close_code(timeout=30) for page in pages] == [1013, 1013]
    finally:
        os.kill(server.valkey.process.pid, signal.SIGCONT)
    page = eventually(lambda: _come_back(server, ann, topic), seconds=30)
    push(topic, "again")
    while page.next().get("content") != "again":
        pass


def _come_back(server: Server, person: Person, topic: str) -> Page | None:
    shown = server.page(person, topic)
    try:
        page = server.dial(shown["t"], shown["since"], person=person)
        return None if isinstance(page.next(timeout=10), tuple) else page
    except websocket.WebSocketTimeoutException:
        return None
