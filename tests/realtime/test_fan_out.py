"""What is pushed arrives, at everybody who may hear it and nobody else, once and in order."""

from __future__ import annotations

import threading
import time

from community.core import broadcast
from community.core.broadcast import log
from community.core.clock import micros
from community.core.transactions import unit_of_work
from tests.realtime.servers import Facts, Person, Server, push


def test_a_push_reaches_every_page_on_both_workers(server: Server, facts: Facts):
    topic = facts.post()
    pages = [server.connect(facts.person(), topic) for _ in range(12)]
    push(topic, "hello")
    heard = [page.next() for page in pages]
    assert heard == [{"seq": heard[0]["seq"], "topic": topic, "content": "hello"}] * 12
    assert log.client().pubsub_numsub(log.channel(topic)) == [(log.channel(topic).encode(), 2)]


def test_a_page_hears_only_its_own_topics(server: Server, facts: Facts, ann: Person):
    mine, other = facts.post(), facts.post()
    page = server.connect(ann, mine)
    push(other, "elsewhere")
    push(mine, "here")
    assert page.contents(1) == ["here"]


def test_a_hint_names_what_changed_and_who_did_it(server: Server, facts: Facts, ann: Person, ben: Person):
    topic = facts.post()
    page = server.connect(ann, topic)
    with unit_of_work():
        broadcast.hint(topic, "comments:changed", id="c1", url="/c/bikes/p/42/comments", actor=ben.public_id)
    frame = page.next()
    assert frame.pop("seq") > micros() - 5_000_000
    assert frame == {"topic": topic, "event": "comments:changed", "id": "c1", "url": "/c/bikes/p/42/comments",
                     "actor": ben.public_id}


def test_what_is_rolled_back_is_never_pushed(server: Server, facts: Facts, ann: Person):
    topic = facts.post()
    page = server.connect(ann, topic)
    with unit_of_work(commit=False):
        broadcast.push(topic, "abandoned")
    try:
        with unit_of_work():
            broadcast.push(topic, "failed")
            raise LookupError
    except LookupError:
        push(topic, "kept")
    assert page.contents(1) == ["kept"]


def test_a_push_waits_for_the_commit(server: Server, facts: Facts, ann: Person):
    topic = facts.post()
    page = server.connect(ann, topic)
    with unit_of_work():
        broadcast.push(topic, "later")
        assert page.hears_nothing()
    assert page.contents(1) == ["later"]


def test_messages_written_in_parallel_arrive_once_in_the_order_of_their_numbers(server: Server, facts: Facts):
    topic = facts.post()
    pages = [server.connect(facts.person(), topic) for _ in range(4)]
    lines = [[f"{name}{n}" for n in range(50)] for name in "abc"]
    writers = [threading.Thread(target=lambda line=line: [log.publish([_message(topic, text)]) for text in line])
               for line in lines]
    for writer in writers:
        writer.start()
    heard = [[page.next() for _ in range(150)] for page in pages]
    numbers = [frame["seq"] for frame in heard[0]]
    assert numbers == sorted(set(numbers))
    assert all(one == heard[0] for one in heard)
    assert sorted(frame["content"] for frame in heard[0]) == sorted(text for line in lines for text in line)


def test_what_a_hidden_author_wrote_does_not_arrive(server: Server, facts: Facts, ann: Person, ben: Person):
    topic = facts.post()
    cleo = facts.person()
    ann.hide(ben.public_id)
    page, other = server.connect(ann, topic), server.connect(cleo, topic)
    push(topic, "from ben", author=ben.public_id)
    with unit_of_work():
        broadcast.hint(topic, "comments:changed", actor=ben.public_id)
    push(topic, "from cleo", author=cleo.public_id)
    assert page.contents(1) == ["from cleo"]
    assert other.contents(1) == ["from ben"]


def test_a_counter_is_pushed_at_most_once_a_second_and_its_last_value_always(server: Server, facts: Facts, ann: Person):
    topic = facts.post()
    page = server.connect(ann, topic)
    begin = time.monotonic()
    for n in range(500):
        with unit_of_work():
            broadcast.publish_counter(topic, "rx", f'<b data-rev="{n}">{n}</b>')
    took = time.monotonic() - begin
    heard = [page.next()["content"]]
    while heard[-1] != '<b data-rev="499">499</b>':
        heard.append(page.next()["content"])
    assert len(heard) <= 2 + int(took)
    assert page.hears_nothing(seconds=1.2)


def test_a_counter_that_commits_late_does_not_bring_back_an_old_value(server: Server, facts: Facts, ann: Person):
    topic = facts.post()
    page = server.connect(ann, topic)
    for n in (1, 3, 2):
        with unit_of_work():
            broadcast.publish_counter(topic, "rx", f'<b data-rev="{n}"></b>')
    assert page.contents(2) == ['<b data-rev="1"></b>', '<b data-rev="3"></b>']


def _message(topic: str, text: str):
    from community.core.broadcast.wire import Message, encode

    return Message(topic, encode({"topic": topic, "content": text}))
