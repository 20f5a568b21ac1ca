"""Broadcast: what waits for the commit, how it is published, and what happens without Redis."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from redis.client import PubSub

from community.core import broadcast
from community.core.broadcast import log, wire
from community.core.clock import micros
from community.core.transactions import after_commit, savepoint, unit_of_work
from community.extensions import redis
from tests.outages import redis_away


@pytest.fixture
def topic() -> str:
    return f"post:{uuid.uuid4()}"


@pytest.fixture
def heard(app: Flask, db_session: object) -> Iterator[Callable[..., list[wire.Delivered]]]:
    """`heard(topic, 2)`: the next messages on a topic, as a process that holds sockets gets them."""
    pubsub = PubSub(log.connection(timeout=5).connection_pool)
    pubsub.psubscribe(log.channel("*"))
    pubsub.get_message(timeout=5)

    def heard(topic: str, count: int, *, seconds: float = 5.0) -> list[wire.Delivered]:
        found: list[wire.Delivered] = []
        end = time.monotonic() + seconds
        while len(found) < count and time.monotonic() < end:
            message = pubsub.get_message(timeout=0.1)
            if message is not None and message["channel"] == log.channel(topic).encode():
                found.append(wire.parse(message["data"]))
        return found

    yield heard
    pubsub.close()


def test_a_message_is_one_json_object_with_its_number_first(heard, topic: str):
    with unit_of_work():
        broadcast.push(topic, '<hx-partial hx-target="#a">"é"</hx-partial>', author_id=uuid.UUID(int=1))
    [message] = heard(topic, 1)
    assert message.frame.decode() == (
        f'{{"seq":{message.seq},"topic":"{topic}","content":"<hx-partial hx-target=\\"#a\\">\\"é\\"</hx-partial>"}}')
    assert message.author == str(uuid.UUID(int=1))
    assert abs(message.seq - micros()) < 5_000_000


def test_numbers_grow_even_when_the_clock_stands_still_or_jumps_back(heard, topic: str):
    ahead = micros() + 3_600_000_000
    redis.set("rt:seq", ahead)
    with unit_of_work():
        for n in range(5):
            broadcast.push(topic, str(n))
    assert [message.seq for message in heard(topic, 5)] == [ahead + n for n in range(1, 6)]
    redis.delete("rt:seq")


def test_messages_of_one_transaction_keep_their_order_over_topics(heard, topic: str):
    other = f"post:{uuid.uuid4()}"
    with unit_of_work():
        broadcast.push(topic, "1")
        broadcast.hint(other, "feed:new")
        broadcast.push(topic, "3")
        assert [one.topic for one in broadcast.waiting()] == [topic, other, topic]
    redis.set("rt:epoch", 1)
    replay = log.replay([topic, other], micros() - 1_000_000)
    assert [b"feed:new" in one.frame for one in replay.messages] == [False, True, False]


def test_a_savepoint_that_fails_takes_back_its_own_messages_alone(heard, topic: str):
    with unit_of_work():
        broadcast.push(topic, "before")
        with pytest.raises(LookupError), savepoint():
            broadcast.push(topic, "failed")
            raise LookupError
        broadcast.push(topic, "after")
    assert [b"failed" in one.frame for one in heard(topic, 3, seconds=0.5)] == [False, False]


def test_caches_are_stale_before_anybody_is_told_to_look(heard, topic: str):
    seen: list[int] = []
    with unit_of_work():
        broadcast.hint(topic, "feed:new")
        after_commit("generation", lambda: seen.append(len(heard(topic, 1, seconds=0.2))))
    assert seen == [0]
    assert len(heard(topic, 1)) == 1


def test_a_counter_without_a_revision_goes_by_arrival(heard, topic: str):
    for text in ("one", "two", "three"):
        with unit_of_work():
            broadcast.publish_counter(topic, "views", text)
    first, last = heard(topic, 2)
    assert b'"one"' in first.frame and b'"three"' in last.frame
    assert heard(topic, 1, seconds=1.3) == []


def test_counters_of_different_targets_do_not_wait_for_each_other(heard, topic: str):
    with unit_of_work():
        for n in range(5):
            broadcast.publish_counter(topic, f"rx-{n}", str(n))
    assert len(heard(topic, 5, seconds=0.5)) == 5


def test_a_counter_put_off_by_a_process_that_ends_is_still_delivered(heard, topic: str, app: Flask):
    config = app.extensions["config"]
    script = f"""
from community.extensions import redis
redis.bind({config.redis_url!r})
from community.core.broadcast import log
from community.core.broadcast.wire import Message, encode
for n in range(50):
    log.publish([Message({topic!r}, encode({{"content": str(n)}}), slot="rx")])
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=30)
    first, last = heard(topic, 2, seconds=0.5)
    assert b'"0"' in first.frame and b'"49"' in last.frame


def test_a_process_does_not_wait_for_redis_to_end(topic: str):
    script = f"""
from community.extensions import redis
redis.bind("redis://127.0.0.1:1/0")
from community.core.broadcast import log
from community.core.broadcast.wire import Message, encode
log.publish([Message({topic!r}, encode({{"content": "lost"}}))])
import time
print(time.monotonic())
"""
    ended = subprocess.run([sys.executable, "-c", script], check=True, timeout=60, capture_output=True)
    assert time.monotonic() - float(ended.stdout) < log.REST - 1


def test_without_redis_a_push_neither_raises_nor_waits(app: Flask, db_session: object, topic: str):
    with redis_away():
        begin = time.monotonic()
        for _ in range(200):
            with unit_of_work():
                broadcast.push(topic, "lost")
                broadcast.recheck(1)
        assert time.monotonic() - begin < 2.0
        assert log._lost == {topic}


def test_a_redis_that_hangs_costs_half_a_second_once(app: Flask, db_session: object, topic: str, tmp_path):
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(tmp_path / "deaf.sock"))
        deaf.listen(5)
        with redis_away(f"unix://{tmp_path}/deaf.sock"):
            begin = time.monotonic()
            for _ in range(50):
                with unit_of_work():
                    broadcast.push(topic, "lost")
            assert time.monotonic() - begin < 2 * log.TIMEOUT + 1.0


def test_many_threads_may_publish_at_once(heard, topic: str):
    body = wire.encode({"topic": topic, "content": "x"})
    threads = [threading.Thread(target=lambda: [log.publish([wire.Message(topic, body)]) for _ in range(25)])
               for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = [message.seq for message in heard(topic, 200)]
    assert len(numbers) == 200 and numbers == sorted(set(numbers))


def test_channels_carry_the_number_of_the_database(app: Flask):
    assert log.channel("post:1").startswith(f"rt:{redis.connection_pool.connection_kwargs.get('db') or 0}:")
