"""Rights that shrink while a page is open take effect within seconds, on every worker."""

from __future__ import annotations

import time
import uuid

from community.core import broadcast, topics
from community.core.clock import micros
from community.core.transactions import unit_of_work
from tests.realtime.servers import Facts, Person, Server, eventually, push


def test_a_revoked_session_closes_its_sockets_with_4401_and_no_others(
    server: Server, facts: Facts, ann: Person, ben: Person,
):
    topic = facts.post()
    pages = [server.connect(ann, topic) for _ in range(4)]
    other = server.connect(ben, topic)
    ann.log_out()
    begin = time.monotonic()
    with unit_of_work():
        broadcast.revoke_session(ann.session_id)
    assert [page.close_code() for page in pages] == [4401] * 4
    assert time.monotonic() - begin < 5
    push(topic, "for ben")
    assert other.contents(1) == ["for ben"]


def test_a_suspended_account_is_closed_with_4403(server: Server, facts: Facts, ann: Person):
    pages = [server.connect(ann, facts.post()) for _ in range(4)]
    ann.set_status("SUSPENDED")
    with unit_of_work():
        broadcast.bar_user(ann.id)
    assert [page.close_code() for page in pages] == [4403] * 4


def test_a_recheck_takes_away_what_the_person_may_no_longer_read(
    server: Server, facts: Facts, ann: Person, ben: Person,
):
    lost, kept = facts.post(), facts.post()
    pages = [server.connect(ann, lost, kept) for _ in range(4)]
    other = server.connect(ben, lost)
    facts.set_readers(lost, [ben.id])
    with facts.thinking(0.1):  # what is pushed meanwhile has long arrived
        with unit_of_work():
            broadcast.recheck(ann.id)
        push(lost, "secret")
        push(kept, "open")
        push(ann.topic, "for ann")
        assert [page.contents(2) for page in pages] == [["open", "for ann"]] * 4
    assert other.contents(1) == ["secret"]


def test_a_page_that_has_no_topic_left_is_closed_with_4404(server: Server, facts: Facts, ann: Person):
    topic = facts.post()
    signed = server.page(ann, topic)
    page = server.dial(signed["t"], signed["since"], person=ann)
    push(topic, "readable")
    assert page.contents(1) == ["readable"]
    facts.set_readers(topic, [])
    with unit_of_work():
        broadcast.recheck(topic=topic)
    assert page.close_code() == 4404


def test_a_recheck_of_everybody_finds_who_lost_a_right(server: Server, facts: Facts, ann: Person, ben: Person):
    topic = facts.post()
    pages = {who.id: server.dial(*_values(server, who, topic), person=who) for who in (ann, ben)}
    push(topic, "ready")
    assert [page.contents(1) for page in pages.values()] == [["ready"]] * 2
    facts.set_readers(topic, [ben.id])
    with unit_of_work():
        broadcast.recheck()
    assert pages[ann.id].close_code() == 4404
    push(topic, "for ben")
    assert pages[ben.id].contents(1) == ["for ben"]


def test_a_recheck_of_somebody_logged_out_closes_with_4401(server: Server, facts: Facts, ann: Person):
    page = server.connect(ann, facts.post())
    ann.log_out()
    with unit_of_work():
        broadcast.recheck(ann.id)
    assert page.close_code() == 4401


def test_a_block_hides_the_author_from_open_pages(server: Server, facts: Facts, ann: Person, ben: Person):
    topic = facts.post()
    page = server.connect(ann, topic)
    push(topic, "before", author=ben.public_id)
    assert page.contents(1) == ["before"]
    ann.hide(ben.public_id)
    with unit_of_work():
        broadcast.recheck(ann.id)
    eventually(lambda: _no_longer_hears(page, topic, ben), seconds=5)
    push(topic, "from nobody")
    assert page.contents(1) == ["from nobody"]


def test_an_order_that_is_rolled_back_closes_nothing(server: Server, facts: Facts, ann: Person):
    topic = facts.post()
    page = server.connect(ann, topic)
    with unit_of_work(commit=False):
        broadcast.bar_user(ann.id)
    push(topic, "still here")
    assert page.contents(1) == ["still here"]


def test_a_ban_from_a_community_closes_that_persons_pages_there_and_no_others(
    server: Server, facts: Facts, ann: Person, ben: Person,
):
    topic, place = facts.post(), str(uuid.uuid4())
    there, elsewhere, other = (
        server.dial(topics.sign([topic], user_id=who.id, scope=scope), micros() - 1_000_000, person=who)
        for who, scope in ((ann, place), (ann, str(uuid.uuid4())), (ben, place)))
    push(topic, "ready")
    assert [page.contents(1) for page in (there, elsewhere, other)] == [["ready"]] * 3
    with unit_of_work():
        broadcast.expel(ann.id, place)
    assert there.close_code() == 4403
    push(topic, "goes on")
    assert [page.contents(1) for page in (elsewhere, other)] == [["goes on"]] * 2


def _values(server: Server, person: Person, *topics: str) -> tuple[str, int]:
    signed = server.page(person, *topics)
    return signed["t"], signed["since"]


def _no_longer_hears(page, topic: str, author: Person) -> bool:
    push(topic, "probe", author=author.public_id)
    return page.hears_nothing(seconds=0.2)
