"""Where sockets do not get through, the same frames come by asking."""

from __future__ import annotations

import time

import time_machine

from community.core import broadcast, topics
from community.core.broadcast import log
from community.core.clock import micros
from community.core.transactions import unit_of_work
from tests.realtime.servers import Facts, Person, Server, push


def test_a_poll_brings_the_frames_of_the_socket(server: Server, facts: Facts, ann: Person, ben: Person):
    topic = facts.post()
    page, shown = server.connect(ann, topic), server.page(ann, topic)
    push(topic, "one", author=ben.public_id)
    with unit_of_work():
        broadcast.hint(topic, "comments:changed", url="/c/bikes/p/42/comments")
    answer = server.poll(shown["t"], shown["since"], person=ann)
    frames = [page.next(), page.next()]
    assert answer.status_code == 200
    assert answer.json() == {"seq": frames[-1]["seq"], "frames": frames}
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_the_second_poll_is_a_304_and_the_next_message_a_200(server: Server, facts: Facts, ann: Person):
    topic = facts.post()
    shown = server.page(ann, topic)
    first = server.poll(shown["t"], shown["since"], person=ann)
    assert first.json() == {"seq": shown["since"], "frames": []}
    second = server.poll(shown["t"], shown["since"], person=ann, etag=first.headers["ETag"])
    assert (second.status_code, second.content) == (304, b"")
    push(topic, "news")
    third = server.poll(shown["t"], shown["since"], person=ann, etag=first.headers["ETag"])
    assert [frame["content"] for frame in third.json()["frames"]] == ["news"]
    assert server.poll(shown["t"], third.json()["seq"], person=ann).json()["frames"] == []


def test_a_visitor_polls_what_everybody_may_read(server: Server, facts: Facts, ann: Person):
    public, private = facts.post(), facts.post(readers=[ann.id])
    shown = server.page(None, public, private)
    push(public, "open")
    push(private, "secret")
    frames = server.poll(shown["t"], shown["since"]).json()["frames"]
    assert [frame["content"] for frame in frames] == ["open"]


def test_a_poll_checks_the_rights_of_the_moment(server: Server, facts: Facts, ann: Person):
    topic = facts.post()
    shown = server.page(ann, topic)
    push(topic, "secret")
    facts.set_readers(topic, [])
    assert server.poll(shown["t"], shown["since"], person=ann).status_code == 404


def test_a_poll_leaves_out_hidden_authors(server: Server, facts: Facts, ann: Person, ben: Person):
    topic = facts.post()
    ann.hide(ben.public_id)
    shown = server.page(ann, topic)
    push(topic, "from ben", author=ben.public_id)
    push(topic, "from nobody")
    frames = server.poll(shown["t"], shown["since"], person=ann).json()["frames"]
    assert [frame["content"] for frame in frames] == ["from nobody"]


def test_a_poll_with_bad_or_old_or_foreign_topics_is_gone(server: Server, facts: Facts, ann: Person, ben: Person):
    topic = facts.post()
    with time_machine.travel(time.time() - 24 * 3600 - 5, tick=False):
        old = topics.sign([topic], user_id=ann.id)
    for t in ("", "nonsense", old, server.page(ben, topic)["t"], server.page(None, topic)["t"]):
        assert server.poll(t, micros(), person=ann).status_code == 410


def test_a_poll_that_missed_too_much_is_a_resync_that_does_not_repeat(server: Server, facts: Facts, ann: Person):
    topic = facts.post()
    shown = server.page(ann, topic)
    answer = server.poll(shown["t"], 1, person=ann).json()
    assert answer["frames"] == [{"resync": True, "seq": answer["seq"]}]
    assert server.poll(shown["t"], answer["seq"], person=ann).json() == {"seq": answer["seq"], "frames": []}


def test_a_quiet_page_that_polls_on_is_moved_forward_before_the_log_is_too_short(
    server: Server, facts: Facts, ann: Person,
):
    topic = facts.post()
    shown = server.page(ann, topic)
    log.client().set("rt:epoch", micros() - 400_000_000)
    since = micros() - 200_000_000
    answer = server.poll(shown["t"], since, person=ann).json()
    assert answer["frames"] == [] and answer["seq"] > micros() - 5_000_000


def test_a_cursor_that_is_no_number_is_a_resync(server: Server, facts: Facts, ann: Person):
    shown = server.page(ann, facts.post())
    assert server.poll(shown["t"], "yesterday", person=ann).json()["frames"][0]["resync"] is True
