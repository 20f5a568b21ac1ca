"""Keys at the door of the API: who gets in, and what a key never opens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from flask import Flask

from community.accounts.models import ApiKey, User
from community.accounts.tasks import write_keys_used
from community.core.clock import now
from community.core.transactions import unit_of_work
from community.extensions import db
from tests.api.conftest import Program
from tests.cast import Person, PlaceFacts
from tests.visitor import Visitor, cookie_of

As = Callable[..., Visitor]
Programs = Callable[..., Program]


def test_a_key_stands_for_its_person(program: Programs, bob: Person) -> None:
    found = program(bob, "read", "write").get("/api/me").data
    assert (found["username"], found["id"]) == ("bob", bob.public_id)
    assert found["key"] == {"permissions": ["read", "write"]}


def test_both_addresses_answer_alike(program: Programs, bob: Person) -> None:
    asking = program(bob)
    assert asking.get("/api/v1/me").body == asking.get("/api/me").body


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ck_unknown", f"Bearer ck_{'x' * 43}", "Basic Ym9iOnNlY3JldA==", "ck_x",
                                    "Bearer ck_\u00fc"])
def test_what_is_no_key_is_refused(header: str, app: Flask) -> None:
    answer = Program(app).ask("GET", "/api/me", headers={"Authorization": header})
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.error == "This API key is unknown, revoked or expired."


def test_without_key_and_cookie_one_is_asked_to_log_in(program: Programs) -> None:
    assert program().get("/api/me").status == 401


def test_a_revoked_key_is_refused_at_once(program: Programs, as_: As, bob: Person) -> None:
    asking = program(bob)
    assert asking.get("/api/me").status == 200
    number = db.session.query(ApiKey).one().id
    as_(bob).post(f"/settings/api-keys/{number}/delete")
    assert asking.get("/api/me").status == 401


def test_an_expired_key_is_refused(program: Programs, bob: Person) -> None:
    asking = program(bob, life=dt.timedelta(days=30))
    assert asking.get("/api/me").status == 200
    with time_machine.travel(now() + dt.timedelta(days=30, minutes=1)):
        assert asking.get("/api/me").status == 401


@pytest.mark.parametrize("status", ["SUSPENDED", "BANNED", "DELETED"])
def test_a_key_dies_with_its_persons_account(status: str, program: Programs, bob: Person) -> None:
    asking = program(bob)
    assert asking.get("/api/me").status == 200
    db.session.get_one(User, bob.user_id).status = status
    assert asking.get("/api/me").status == 401


def test_a_cookie_beside_a_key_does_not_count(app: Flask, program: Programs, ada: Person, bob: Person) -> None:
    asking = program(bob)
    asking.client.set_cookie(app.config["SESSION_COOKIE_NAME"], cookie_of(app, ada))
    assert asking.get("/api/me").data["username"] == "bob"
    asking.key = "ck_" + "x" * 43
    assert asking.get("/api/me").status == 401, "and does not help a key that is none"


def test_a_browser_that_is_logged_in_asks_without_a_key(as_: As, bob: Person) -> None:
    found = as_(bob).get("/api/me").json["data"]
    assert found["username"] == "bob"
    assert "key" not in found


def test_a_key_in_the_address_does_not_count(program: Programs, key_for: Callable[..., str], bob: Person) -> None:
    key = key_for(bob)
    for name in ("api_key", "key", "access_token", "Authorization"):
        assert program().get("/api/me", **{name: key}).status == 401


def test_pages_know_no_keys(program: Programs, bob: Person) -> None:
    asking = program(bob, "read", "write", "dashboard", "moderate")
    for path in ("/settings/profile", "/settings/api-keys", "/settings/security"):
        answer = asking.client.get(path, headers={"Authorization": f"Bearer {asking.key}"})
        assert answer.headers["Location"].startswith("/login")
    made = asking.client.post("/settings/api-keys", data={"name": "x", "permissions": "read"},
                              headers={"Authorization": f"Bearer {asking.key}", "Sec-Fetch-Site": "cross-site"})
    assert made.status_code == 403


def test_a_key_without_reading_reads_nothing(program: Programs, bob: Person) -> None:
    refused = program(bob, "dashboard").get("/api/me")
    assert refused.status == 403
    assert refused.error == "This key may not read."


def test_a_key_bound_to_a_community_knows_no_other(program: Programs, as_: As, ada: Person, bikes: PlaceFacts) -> None:
    as_(ada).post("/communities/new", name="Boats", slug="boats", description="")
    free, bound = program(ada), program(ada, place=bikes)
    assert free.get("/api/communities/boats").status == 200
    assert bound.get("/api/communities/boats").status == 404
    assert bound.get("/api/communities/bikes").status == 200
    for path in ("/api/communities", "/api/me"):
        assert {one["slug"] for one in free.get(path).data["communities"]} == {"bikes", "boats"}
        assert {one["slug"] for one in bound.get(path).data["communities"]} == {"bikes"}
    assert bound.get("/api/me").data["key"]["communityId"] == bikes.public_id


def test_what_another_request_kept_of_its_person_does_not_widen_a_bound_key(
    program: Programs, as_: As, ada: Person, bikes: PlaceFacts
) -> None:
    as_(ada).post("/communities/new", name="Boats", slug="boats", description="")
    bound = program(ada, place=bikes)
    as_(ada).get("/c/boats/")
    as_(ada).get("/")
    assert bound.get("/api/communities/boats").status == 404
    assert as_(ada).get("/c/boats/").status == 200


def test_the_use_of_a_key_is_noted_by_a_job_and_once_a_minute(program: Programs, bob: Person) -> None:
    asking = program(bob)

    def used() -> dt.datetime | None:
        return db.session.query(ApiKey).one().last_used_at

    asking.get("/api/me")
    assert used() is None, "a request that reads writes nothing"
    with unit_of_work():
        assert write_keys_used() == 1
    first = used()
    assert first is not None
    asking.get("/api/me")
    with unit_of_work():
        assert write_keys_used() == 0
    with time_machine.travel(first + dt.timedelta(minutes=2)):
        asking.get("/api/me")
        with unit_of_work():
            assert write_keys_used() == 1
            assert write_keys_used() == 1, "repeated before the commit"
    assert used() > first


def test_calls_are_counted_a_key_and_the_count_is_told(program: Programs, bob: Person) -> None:
    asking, other = program(bob), program(bob)
    first = asking.get("/api/me")
    assert first.headers["X-RateLimit-Limit"] == "120"
    assert first.headers["X-RateLimit-Remaining"] == "119"
    assert "X-RateLimit-Reset" in first.headers
    for _ in range(119):
        asking.get("/api/me")
    refused = asking.get("/api/me")
    assert refused.status == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert other.get("/api/me").status == 200


def test_guessing_keys_ends_soon(app: Flask) -> None:
    guessing = Program(app, "ck_" + "x" * 43)
    statuses = [guessing.get("/api/me").status for _ in range(121)]
    assert statuses[:120] == [401] * 120
    assert statuses[120] == 429
