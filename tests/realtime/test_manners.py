"""What a page may send, and what becomes of one that is rude, silent or slow, while the others go on."""

from __future__ import annotations

import os
import socket
import struct
import time

import pytest

from community.core.broadcast import log
from tests.realtime.servers import Facts, Page, Person, Server, eventually, push

LINE = "x" * 50_000
GOOD = '{"type":"state","state":"ACTIVE"}'


def test_the_frames_of_a_page_are_taken_without_an_answer(server: Server, facts: Facts, ann: Person):
    topic = facts.post()
    page = server.connect(ann, topic)
    for frame in (GOOD, '{"type":"state","state":"IDLE"}', '{"type":"typing","topic":"%s"}' % topic):
        page.ws.send(frame)
    push(topic, "still here")
    assert page.contents(1) == ["still here"]


def test_a_page_that_says_how_busy_its_reader_is_keeps_them_online_for_five_minutes(
    server: Server, facts: Facts, ann: Person,
):
    page = server.connect(ann, facts.post())
    key = f"metrics:user:{ann.id}:online"
    assert log.client().get(key) is None
    page.ws.send('{"type":"state","state":"IDLE"}')
    assert eventually(lambda: log.client().get(key)) == b"IDLE"
    assert 290 < log.client().ttl(key) <= 300


@pytest.mark.parametrize("bad", [
    "", "nonsense", "[]", "null", '{"type":"state","state":"DANCING"}', '{"type":"subscribe","topic":"post:1"}',
    '{"type":"state","state":["ACTIVE"]}', '{"type":"state","state":"ACTIVE","more":1}', "[" * 4000,
    '{"type":"state","state":"ACTIVE"' + " " * 4096 + "}"])
def test_the_third_frame_nobody_understands_closes_with_1008(server: Server, facts: Facts, ann: Person, bad: str):
    topic = facts.post()
    page = server.connect(ann, topic)
    page.ws.send(bad)
    page.ws.send(GOOD)
    page.ws.send(bad)
    push(topic, "still here")
    assert page.contents(1) == ["still here"]
    page.ws.send(bad)
    assert page.close_code() == 1008


def test_binary_frames_are_not_understood(server: Server, facts: Facts, ann: Person):
    page = server.connect(ann, facts.post())
    for _ in range(3):
        page.ws.send_binary(GOOD.encode())
    assert page.close_code() == 1008


def test_twenty_frames_in_ten_seconds_are_taken_and_one_more_closes_with_1008(
    server: Server, facts: Facts, ann: Person,
):
    topic = facts.post()
    page = server.connect(ann, topic)
    for _ in range(20):
        page.ws.send(GOOD)
    push(topic, "still here")
    assert page.contents(1) == ["still here"]
    page.ws.send(GOOD)
    assert page.close_code() == 1008


def test_a_flood_ends_one_connection_only(server: Server, facts: Facts, ann: Person, ben: Person):
    topic = facts.post()
    page, other = server.connect(ann, topic), server.connect(ben, topic)
    with pytest.raises(OSError):
        for _ in range(200):
            page.ws.send_binary(os.urandom(60_000))
            time.sleep(0.005)
    push(topic, "goes on")
    assert other.contents(1) == ["goes on"]


def test_a_broken_frame_ends_one_connection_only(server: Server, facts: Facts, ann: Person, ben: Person):
    topic = facts.post()
    page, other = server.connect(ann, topic), server.connect(ben, topic)
    page.ws.sock.sendall(b"\xff\xff\xff\xff\xff\xff")
    eventually(lambda: _is_over(page))
    push(topic, "goes on")
    assert other.contents(1) == ["goes on"]


def test_a_reader_that_is_too_slow_is_closed_with_1013_while_others_go_on(
    server: Server, facts: Facts, ann: Person, ben: Person,
):
    topic = facts.post()
    fast = server.connect(ben, topic)
    slow = server.connect(ann, topic)
    sent = 0
    while _is_counted(ann):
        push(topic, f"{sent}:{LINE}")
        assert fast.next()["content"] == f"{sent}:{LINE}"
        sent += 1
    heard = 0
    while not isinstance(frame := slow.next(), tuple):
        assert frame["content"] == f"{heard}:{LINE}"
        heard += 1
    assert frame == ("closed", 1013)
    assert 0 < heard < sent
    push(topic, "goes on")
    assert fast.contents(1) == ["goes on"]


def test_a_page_that_comes_back_after_1013_misses_nothing(server: Server, facts: Facts, ann: Person):
    topic = facts.post()
    slow = server.connect(ann, topic)
    sent = 0
    while _is_counted(ann) or sent < 100:
        push(topic, f"{sent}:{LINE}")
        sent += 1
    heard, seen = [], 0
    while not isinstance(frame := slow.next(), tuple):
        heard.append(frame["content"])
        seen = frame["seq"]
    assert len(heard) < sent < 190
    again = server.dial(server.page(ann, topic)["t"], seen, person=ann)
    heard += again.contents(sent - len(heard))
    assert heard == [f"{n}:{LINE}" for n in range(sent)]


def test_a_page_that_vanishes_is_forgotten(server: Server, facts: Facts, ann: Person, ben: Person):
    topic = facts.post()
    gone, other = server.connect(ann, topic), server.connect(ben, topic)
    gone.ws.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    gone.ws.sock.close()
    push(topic, *(str(n) for n in range(20)))
    assert other.contents(20) == [str(n) for n in range(20)]


def _is_counted(person: Person) -> bool:
    """Does the server still hold a socket of this person? Asked a moment later, as it is told by several hands."""
    time.sleep(0.01)
    return bool(log.client().zcard(f"conn:{person.id}"))


def _is_over(page: Page) -> bool:
    try:
        return isinstance(page.raw(timeout=1), tuple)
    except OSError:
        return True
