"""Who gets in: a foreign page is refused, everybody else is let in and told by the close code why it ends."""

from __future__ import annotations

import time

import pytest
import requests
import time_machine
import websocket
from itsdangerous import URLSafeTimedSerializer

from community.core import topics
from community.core.clock import micros
from tests.realtime.servers import Facts, Person, Server, eventually, push


@pytest.mark.parametrize("origin", ["http://evil.example", None, "null", "http://127.0.0.1", "https://127.0.0.1:1"])
def test_a_page_of_another_site_is_refused_before_the_upgrade(
    server: Server, facts: Facts, ann: Person, origin: str | None,
):
    signed = server.page(ann, facts.post())
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        server.dial(signed["t"], signed["since"], person=ann, origin=origin)
    assert refused.value.status_code == 403


def test_a_plain_request_is_no_socket(server: Server):
    assert requests.get(server.origin + "/ws", headers={"Origin": server.origin}, timeout=5).status_code == 400


def test_a_handshake_without_a_key_is_refused(server: Server):
    headers = {"Origin": server.origin, "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    assert requests.get(server.origin + "/ws", headers=headers, timeout=5).status_code == 400


def test_a_visitor_is_closed_with_4401(server: Server, facts: Facts):
    signed = server.page(None, facts.post())
    assert server.dial(signed["t"], signed["since"]).close_code() == 4401


def test_a_dead_session_is_closed_with_4401(server: Server, facts: Facts, ann: Person):
    signed = server.page(ann, facts.post())
    ann.log_out()
    assert server.dial(signed["t"], signed["since"], person=ann).close_code() == 4401


def test_a_suspended_account_is_closed_with_4403(server: Server, facts: Facts):
    person = facts.person(status="SUSPENDED")
    signed = server.page(person, facts.post())
    assert server.dial(signed["t"], signed["since"], person=person).close_code() == 4403


def test_a_forged_signature_is_closed_with_1008(server: Server, facts: Facts, ann: Person):
    t = server.page(ann, facts.post())["t"]
    stranger = URLSafeTimedSerializer("another secret", salt=f"community.topics:{ann.id}")
    other = stranger.dumps({"t": [facts.post()], "s": None})
    for forged in ("", "nonsense", t[:-2] + ("AA" if t[-2:] != "AA" else "BB"), other):
        assert server.dial(forged, micros(), person=ann).close_code() == 1008


def test_somebody_elses_signature_is_closed_with_1008(server: Server, facts: Facts, ann: Person, ben: Person):
    topic = facts.post()
    for signed in (server.page(ben, topic), server.page(None, topic)):
        assert server.dial(signed["t"], signed["since"], person=ann).close_code() == 1008


def test_a_signature_of_the_day_before_is_closed_with_1008(server: Server, facts: Facts, ann: Person):
    with time_machine.travel(time.time() - 24 * 3600 - 5, tick=False):
        old = topics.sign([facts.post()], user_id=ann.id)
    assert server.dial(old, micros(), person=ann).close_code() == 1008


def test_more_than_fifty_topics_are_closed_with_1008(server: Server, facts: Facts, ann: Person):
    signer = topics._signer(ann.id)
    fifty = [facts.post() for _ in range(50)]
    page = server.dial(signer.dumps({"t": fifty, "s": None}), micros() - 1_000_000, person=ann)
    push(fifty[-1], "fits")
    assert page.contents(1) == ["fits"]
    too_many = signer.dumps({"t": [*fifty, facts.post()], "s": None})
    assert server.dial(too_many, micros(), person=ann).close_code() == 1008


def test_hidden_missing_and_unknown_topics_are_left_out_alike(server: Server, facts: Facts, ann: Person, ben: Person):
    secret, missing = facts.post(readers=[ben.id]), facts.post(readers=[])
    for topic in (secret, missing, ben.topic, "weather:" + ben.public_id, "post:nonsense"):
        signed = server.page(ann, topic)
        assert server.dial(signed["t"], signed["since"], person=ann).close_code() == 4404
    page = server.connect(ann, secret, missing)
    push(secret, "not for ann")
    assert page.hears_nothing()


def test_the_eleventh_socket_of_a_person_closes_the_first(server: Server, facts: Facts, ann: Person):
    topic = facts.post()
    pages = [server.connect(ann, topic) for _ in range(11)]
    assert pages[0].close_code() == 1008
    push(topic, "still here")
    for page in pages[1:]:
        assert page.contents(1) == ["still here"]


def test_sockets_that_are_closed_make_room(server: Server, facts: Facts, ann: Person):
    topic = facts.post()
    first = server.connect(ann, topic)
    for _ in range(12):
        server.connect(ann, topic).close()
    push(topic, "still here")
    assert first.contents(1) == ["still here"]


def test_a_socket_that_is_gone_is_forgotten(server: Server, facts: Facts, ann: Person):
    from community.core.broadcast import log

    page = server.connect(ann, facts.post())
    assert log.client().zcard(f"conn:{ann.id}") == 1
    page.ws.sock.close()
    eventually(lambda: log.client().zcard(f"conn:{ann.id}") == 0)
