"""Topics: names, signatures bound to a person and a day, and who may hear."""

from __future__ import annotations

import time
import uuid

import pytest
import time_machine
from flask import Flask, g

from community.core import topics
from community.core.clock import micros
from community.core.topics import BadTopics
from community.core.viewer import Viewer

POST = topics.topic("post", "0190c0de-0000-7000-8000-000000000001")


@pytest.fixture
def context(app: Flask):
    with app.test_request_context("/"):
        yield


def test_a_topic_is_a_kind_and_a_uuid():
    assert POST == "post:0190c0de-0000-7000-8000-000000000001"
    assert topics.topic("user", uuid.UUID(int=1)) == "user:00000000-0000-0000-0000-000000000001"


@pytest.mark.parametrize(("kind", "name"), [
    ("post", "42"), ("post", ""), ("", POST[5:]), ("Post", POST[5:]), ("post", POST), ("post", POST[5:] + "\n"),
    ("control", "*")])
def test_anything_else_is_no_topic(kind: str, name: str):
    with pytest.raises(ValueError):
        topics.topic(kind, name)


def test_signed_topics_are_read_back_by_the_same_person_only(context: None):
    signed = topics.sign([POST], user_id=7)
    assert topics.read(signed, user_id=7) == [POST]
    for other in (8, 70, None):
        with pytest.raises(BadTopics):
            topics.read(signed, user_id=other)


def test_a_guest_signs_for_guests(context: None):
    signed = topics.sign([POST], user_id=None)
    assert topics.read(signed, user_id=None) == [POST]
    with pytest.raises(BadTopics):
        topics.read(signed, user_id=0)


def test_a_signature_lasts_a_day(context: None):
    now = time.time()
    signed = topics.sign([POST], user_id=7)
    with time_machine.travel(now + topics.MAX_AGE - 60, tick=False):
        assert topics.read(signed, user_id=7) == [POST]
    with time_machine.travel(now + topics.MAX_AGE + 60, tick=False), pytest.raises(BadTopics):
        topics.read(signed, user_id=7)


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c", "é", "." * 5000])
def test_nonsense_is_no_signature(context: None, token: str):
    with pytest.raises(BadTopics):
        topics.read(token, user_id=7)


def test_a_value_signed_for_something_else_is_no_list_of_topics(context: None):
    for payload in ([POST], {"t": None, "s": None}, {"t": [POST]}, 7, None):
        with pytest.raises(BadTopics):
            topics.read(str(topics._signer(7).dumps(payload)), user_id=7)


def test_fifty_topics_fit_into_an_address_and_one_more_is_refused(context: None):
    names = [topics.topic("post", uuid.uuid4()) for _ in range(50)]
    signed = topics.sign(names, user_id=7)
    assert topics.read(signed, user_id=7) == names
    assert len(signed) < 3000
    with pytest.raises(BadTopics):
        topics.sign([*names, POST], user_id=7)


def test_a_page_with_too_many_topics_carries_the_first_fifty(context: None):
    names = [topics.topic("post", uuid.uuid4()) for _ in range(60)]
    assert topics.read(topics.live(Viewer(), *names).topics, user_id=None) == names[:50]


def test_the_cursor_of_a_page_lies_before_its_request(app: Flask):
    with app.test_request_context("/"):
        before = micros()
        topics.mark()
        marked = g.live_since
        time.sleep(0.01)
        live = topics.live(Viewer(), POST)
    assert live.since == marked <= before - topics.SLACK + 100_000
    assert live.since >= before - topics.SLACK


def test_nobody_hears_topics_of_unknown_kinds_or_shapes(app: Flask, db_session: object):
    assert not topics.may_subscribe(Viewer(), "weather:" + POST[5:])
    assert not topics.may_subscribe(Viewer(), "post:42")
    assert not topics.may_subscribe(Viewer(), POST)


def test_a_kind_has_one_owner(app: Flask):
    with pytest.raises(ValueError):
        topics.register("post", lambda viewer, public_id: True)
