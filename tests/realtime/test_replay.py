"""A page misses nothing between its rendering, its socket and its reconnects, or is told that it may have."""

from __future__ import annotations

import threading
import time

from community.core.broadcast import log
from community.core.broadcast.scripts import KEEP_MESSAGES, KEEP_SECONDS
from community.core.clock import micros
from tests.realtime.servers import Facts, Person, Server, push


def test_what_happens_between_the_page_and_its_socket_is_replayed(server: Server, facts: Facts, ann: Person):
    first, second = facts.post(), facts.post()
    shown = server.page(ann, first, second)
    push(first, "one")
    push(second, "two")
    push(first, "three")
    page = server.dial(shown["t"], shown["since"], person=ann)
    assert page.contents(3) == ["one", "two", "three"]
    push(second, "four")
    assert page.contents(1) == ["four"]


def test_a_reconnect_goes_on_after_the_last_message_seen(server: Server, facts: Facts, ann: Person):
    topic = facts.post()
    page = server.connect(ann, topic)
    push(topic, "one", "two")
    page.next()
    seen = page.next()["seq"]
    page.close()
    push(topic, "three", "four")
    again = server.dial(server.page(ann, topic)["t"], seen, person=ann)
    assert again.contents(2) == ["three", "four"]
    assert again.hears_nothing()


def test_connecting_while_messages_flow_loses_and_doubles_none(server: Server, facts: Facts):
    topic = facts.post()
    people = [facts.person() for _ in range(10)]
    shown = [server.page(person, topic) for person in people]
    total = 150
    writer = threading.Thread(target=_write_slowly, args=(topic, total))
    writer.start()
    pages = []
    for person, page in zip(people, shown, strict=True):
        pages.append(server.dial(page["t"], page["since"], person=person))
    heard = [page.contents(total) for page in pages]
    writer.join()
    assert heard == [[str(n) for n in range(total)]] * len(pages)


def test_a_page_that_missed_too_much_is_told_to_fetch_anew_and_goes_on_from_there(
    server: Server, facts: Facts, ann: Person,
):
    topic = facts.post()
    shown = server.page(ann, topic)
    push(topic, *(str(n) for n in range(KEEP_MESSAGES)))
    page = server.dial(shown["t"], shown["since"], person=ann)
    told = page.next()
    assert told == {"resync": True, "seq": told["seq"]}
    push(topic, "after")
    after = page.next()
    assert after["content"] == "after" and after["seq"] > told["seq"]
    again = server.dial(shown["t"], told["seq"], person=ann)
    assert again.contents(1) == ["after"]


def test_just_what_the_log_holds_is_replayed_in_full(server: Server, facts: Facts, ann: Person):
    topic = facts.post()
    shown = server.page(ann, topic)
    push(topic, *(str(n) for n in range(KEEP_MESSAGES - 1)))
    page = server.dial(shown["t"], shown["since"], person=ann)
    assert page.contents(KEEP_MESSAGES - 1) == [str(n) for n in range(KEEP_MESSAGES - 1)]


def test_a_cursor_older_than_the_log_or_from_the_future_or_none_is_a_resync(server: Server, facts: Facts, ann: Person):
    topic = facts.post()
    t = server.page(ann, topic)["t"]
    for since in (micros() - (KEEP_SECONDS + 1) * 1_000_000, micros() + 60_000_000, 0):
        told = server.dial(t, since, person=ann).next()
        assert told["resync"] is True and abs(told["seq"] - micros()) < 5_000_000


def test_what_is_replayed_is_filtered_too(server: Server, facts: Facts, ann: Person, ben: Person):
    topic = facts.post()
    ann.hide(ben.public_id)
    shown = server.page(ann, topic)
    push(topic, "from ben", author=ben.public_id)
    push(topic, "from nobody")
    assert server.dial(shown["t"], shown["since"], person=ann).contents(1) == ["from nobody"]


def test_the_log_of_a_topic_is_short_and_does_not_outlive_five_minutes(server: Server, facts: Facts):
    topic = facts.post()
    push(topic, *("x" for _ in range(KEEP_MESSAGES + 50)))
    key = f"rt:log:{topic}"
    assert log.client().xlen(key) == KEEP_MESSAGES
    assert 0 < log.client().ttl(key) <= KEEP_SECONDS


def _write_slowly(topic: str, total: int) -> None:
    from community.core.broadcast.wire import Message, encode

    for n in range(total):
        log.publish([Message(topic, encode({"topic": topic, "content": str(n)}))])
        time.sleep(0.004)
