"""Rate limits: whose they are, who is spared, and that they hold without Redis."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import time_machine
from flask import Flask
from redis import Redis
from sqlalchemy import update

from community.accounts.models import User
from community.app import create_app
from community.config import Config
from community.core import cache, limits
from community.core.limits import limiter
from community.extensions import db
from community.extensions import redis as site_redis
from tests.cast import Person
from tests.databases import Database, Templates
from tests.visitor import Client, Visitor


def ask(visitor: Visitor, times: int = 1) -> list[int]:
    """Statuses of asking whether a username can be had, which anybody may 60 times a minute."""
    return [visitor.get("/signup/username?username=zoe").status for _ in range(times)]


def test_the_next_one_after_the_last_is_refused(as_: Callable[[Person], Visitor], guest: Person) -> None:
    visitor = as_(guest)
    assert ask(visitor, 60) == [200] * 60
    page = visitor.get("/signup/username?username=zoe")
    assert page.status == 429
    assert 1 <= int(page.headers["Retry-After"]) <= 60
    assert page.headers["X-Request-ID"] in page.html


def test_a_refusal_has_the_shape_that_was_asked_for(as_: Callable[[Person], Visitor], guest: Person) -> None:
    visitor = as_(guest)
    ask(visitor, 60)
    toast = visitor.htmx_get("/signup/username?username=zoe")
    assert (toast.status, toast.headers["HX-Reswap"]) == (429, "none")
    assert visitor.get("/signup/username?username=zoe", Accept="application/json").json["success"] is False


def test_everybody_has_a_limit_of_their_own(as_: Callable[[Person], Visitor], bob: Person, cleo: Person, guest: Person) -> None:
    for person in (bob, guest):
        assert ask(as_(person), 61)[-1] == 429
    assert ask(as_(cleo)) == [200]


def test_a_household_shares_one_network(client: Client) -> None:
    def status(address: str) -> int:
        return client.get("/signup/username?username=zoe", environ_base={"REMOTE_ADDR": address}).status_code

    for number in range(60):
        assert status(f"2001:db8:1:2::{number + 1:x}") == 200
    assert status("2001:db8:1:2:ffff::1") == 429
    assert status("2001:db8:1:3::1") == 200
    assert status("192.0.2.1") == 200


def test_what_was_counted_is_forgotten_in_time(as_: Callable[[Person], Visitor], guest: Person, redis: Redis) -> None:
    assert ask(as_(guest), 61)[-1] == 429
    lives = [redis.ttl(key) for key in redis.keys("ratelimit*")]
    assert lives
    assert all(0 < life <= 2 * 60 for life in lives)


def test_a_site_administrator_is_spared(as_: Callable[[Person], Visitor], bob: Person) -> None:
    db.session.execute(update(User).where(User.id == bob.user_id).values(site_role="SITE_ADMIN"))
    assert ask(as_(bob), 70) == [200] * 70


def test_answers_say_what_is_left(as_: Callable[[Person], Visitor], guest: Person) -> None:
    headers = as_(guest).get("/signup/username?username=zoe").headers
    assert (headers["X-RateLimit-Limit"], headers["X-RateLimit-Remaining"]) == ("60", "59")


def test_a_guest_sees_120_pages_a_minute(as_: Callable[[Person], Visitor], guest: Person) -> None:
    visitor = as_(guest)
    with time_machine.travel(limits.time.time() // 60 * 60 + 1, tick=False):
        assert {visitor.get("/no/such/page").status for _ in range(120)} == {404}
        page = visitor.get("/communities")
        assert page.status == 429
        assert page.headers["Retry-After"] == "59"
    with time_machine.travel(limits.time.time() // 60 * 60 + 61, tick=False):
        assert visitor.get("/communities").status == 200


def test_a_member_sees_300_and_the_staff_more(
    as_: Callable[[Person], Visitor], bob: Person, mia: Person, redis: Redis
) -> None:
    now = limits.time.time() // 60 * 60 + 1
    with time_machine.travel(now, tick=False):
        for person, most in ((bob, 300), (mia, 1500)):
            key, _ = limits.page_counter(f"u{person.user_id}")
            redis.set(key, most - 1)
            visitor = as_(person)
            assert [visitor.get("/c/bikes/about").status for _ in range(2)] == [200, 429]


@pytest.fixture
def without_redis(
    app: Flask, templates: Templates, peopled: Database, configure: Callable[..., Config], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """A site whose Redis is away; the limiter and the client, one for the process, are as before afterwards."""
    database, usual, client = templates.copy(peopled), dict(vars(limiter)), site_redis._client
    monkeypatch.setattr(cache, "_resting_until", 0.0)
    site = create_app(configure(database, redis_url="unix:///nowhere/valkey.sock"))
    yield site
    with site.app_context():
        db.engine.dispose()
    vars(limiter).update(usual)
    site_redis._client = client
    templates.servers.drop(database)


def test_without_redis_each_process_counts_for_itself_to_half_the_limit(without_redis: Flask) -> None:
    client = without_redis.test_client()
    statuses = [client.get("/signup/username?username=zoe").status_code for _ in range(40)]
    assert statuses == [200] * 30 + [429] * 10


def test_without_redis_pages_are_not_counted(without_redis: Flask) -> None:
    client = without_redis.test_client()
    assert {client.get("/no/such/page").status_code for _ in range(130)} == {404}
