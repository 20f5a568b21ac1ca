"""The form of questions and answers, whatever they are about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask, g

from community.accounts import services
from community.api import basis
from community.api.shapes import Shape
from community.app import create_app
from community.communities.viewers import of_user
from community.config import Config
from community.core.clock import now
from community.core.transactions import unit_of_work
from community.core.web import blueprint
from community.extensions import db
from tests.api.conftest import Answer, Program
from tests.cast import Person, PlaceFacts
from tests.databases import Database, Templates
from tests.visitor import Client, cookie_of

Programs = Callable[..., Program]


@pytest.mark.parametrize(("query", "path", "code"), [
    ({"limit": "0"}, "limit", "too_small"),
    ({"limit": "101"}, "limit", "too_large"),
    ({"limit": "many"}, "limit", "not_a_number"),
    ({"limit": ""}, "limit", "not_a_number"),
    ({"limit": ["10", "20"]}, "limit", "repeated"),
    ({"offset": "-1"}, "offset", "too_small"),
    ({"offset": "1e3"}, "offset", "not_a_number"),
    ({"communityId": "bikes"}, "communityId", "not_an_id"),
    ({"sortBy": "email"}, "sortBy", "not_a_choice"),
    ({"order": "sideways"}, "order", "not_a_choice"),
    ({"status": "ASLEEP"}, "status", "not_a_choice"),
    ({"plan": "free"}, "plan", "not_a_choice"),
    ({"search": "x" * 101}, "search", "too_long"),
])
def test_a_malformed_parameter_is_named(
    query: dict[str, Any], path: str, code: str, program: Programs, ada: Person, bikes: PlaceFacts
) -> None:
    asking = program(ada)
    assert asking.get("/api/members", communityId=bikes.public_id).status == 200
    refused = asking.get("/api/members", **({"communityId": bikes.public_id} | query))
    assert refused.status == 400
    assert refused.error == "Validation failed"
    assert refused.codes == {path: code}


def test_a_missing_parameter_is_named(program: Programs, ada: Person) -> None:
    refused = program(ada).get("/api/members")
    assert refused.status == 400
    assert refused.codes == {"communityId": "required"}


def test_unknown_parameters_are_left_alone(program: Programs, bob: Person) -> None:
    assert program(bob).get("/api/communities", colour="red", limit="1").status == 200


@pytest.mark.parametrize("path", ["/api/nothing", "/api/v1/nothing", "/api/members/nothing", "/api/posts/nothing",
                                  "/api/members/018f0000-0000-7000-8000-000000000000", "/api/communities/nothing"])
def test_what_does_not_exist_is_told_in_json(path: str, program: Programs, bob: Person) -> None:
    assert program(bob).get(path).status == 404


def test_a_method_nobody_offers_is_told_in_json(program: Programs, bob: Person) -> None:
    answer = program(bob).ask("POST", "/api/me", json={})
    assert answer.status == 405
    assert "GET" in answer.headers["Allow"]


def test_answers_are_kept_by_nobody(program: Programs, bob: Person) -> None:
    headers = program(bob).get("/api/me").headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Type"] == "application/json"
    assert "Set-Cookie" not in headers


def test_times_are_utc_with_milliseconds(program: Programs, bob: Person) -> None:
    assert program(bob).get("/api/me").data["createdAt"][10] == "T"
    assert program(bob).get("/api/me").data["createdAt"].endswith("Z")
    assert len(program(bob).get("/api/me").data["createdAt"]) == len("2026-11-21T11:28:22.123Z")


# What routes that write will be made of


class Note(basis.Body):
    text_of: str
    loud: bool = False


class Noted(Shape):
    said: str
    by_name: str


def take(body: Note) -> Noted:
    return Noted(said=body.text_of, by_name=g.viewer.user.username)


@pytest.fixture(scope="module")
def writing(templates: Templates, peopled: Database, configure: Callable[..., Config]) -> Iterator[Flask]:
    """A site whose API has a route that writes."""
    database = templates.copy(peopled)
    site = create_app(configure(database))
    site.test_client_class = Client
    own, usual = blueprint("notes", access="user", prefix="/api"), basis.BLUEPRINTS
    basis.BLUEPRINTS = (own,)  # type: ignore[assignment]
    basis.send("POST", "/notes", answers=Noted, body=Note, status=201)(take)
    basis.BLUEPRINTS = usual
    site.register_blueprint(own)
    yield site
    with site.app_context():
        db.engine.dispose()
    templates.servers.drop(database)


@pytest.fixture(scope="module")
def keys(writing: Flask) -> dict[tuple[object, ...], str]:
    """Keys that were made, by person and permissions; nobody may have more than ten."""
    return {}


@pytest.fixture
def post(writing: Flask, app: Flask, keys: dict[tuple[object, ...], str]) -> Callable[..., Answer]:
    """`post(bob, "write", json=…)`: a note by a program with a key of theirs."""

    def post(person: Person, *permissions: str, cookie_of_: Person | None = None, **options: Any) -> Answer:
        if (person.user_id, permissions) not in keys:
            with writing.app_context(), unit_of_work():
                by = replace(of_user(person.user_id), confirmed_at=now())
                keys[person.user_id, permissions] = services.create_key(
                    "writes", permissions=permissions, community=None, life=None, by=by)
        asking = Program(writing, keys[person.user_id, permissions])
        if cookie_of_ is not None:
            asking.client.set_cookie(writing.config["SESSION_COOKIE_NAME"], cookie_of(writing, cookie_of_))
        return asking.ask("POST", "/api/notes", **options)

    return post


def test_a_body_is_read_and_the_answer_has_its_form(post: Callable[..., Answer], bob: Person) -> None:
    answer = post(bob, "write", json={"textOf": "Hello"})
    assert answer.status == 201
    assert answer.data == {"said": "Hello", "byName": "bob"}
    assert answer.headers["X-RateLimit-Limit"] == "30"


@pytest.mark.parametrize(("body", "path", "code"), [
    ({"textOf": "Hi", "colour": "red"}, "colour", "unknown_field"),
    ({"text_of": "Hi", "textOf": "Hi"}, "text_of", "unknown_field"),
    ({}, "textOf", "required"),
    ({"textOf": 7}, "textOf", "not_a_text"),
    ({"textOf": "Hi", "loud": "true"}, "loud", "not_a_choice"),
    ([], "", "not_an_object"),
])
def test_what_is_wrong_in_a_body_is_named(body: object, path: str, code: str, post: Callable[..., Answer], bob: Person) -> None:
    refused = post(bob, "write", json=body)
    assert refused.status == 400
    assert refused.error == "Validation failed"
    assert refused.codes == {path: code}


@pytest.mark.parametrize(("options", "status"), [
    ({"data": b'{"textOf": "Hi"}'}, 415),
    ({"data": {"textOf": "Hi"}}, 415),
    ({"data": b'{"textOf": "Hi"}', "content_type": "text/plain"}, 415),
    ({}, 415),
    ({"data": b'{"textOf": ', "content_type": "application/json"}, 400),
    ({"data": b"null", "content_type": "application/json"}, 400),
    ({"data": b"\xff", "content_type": "application/json"}, 400),
    ({"data": b"[" * 100_000, "content_type": "application/json"}, 400),
    ({"data": b" " * 1024 * 1025, "content_type": "application/json"}, 413),
])
def test_only_json_is_a_body(options: dict[str, Any], status: int, post: Callable[..., Answer], bob: Person) -> None:
    assert post(bob, "write", **options).status == status


def test_a_key_that_only_reads_writes_nothing(post: Callable[..., Answer], bob: Person) -> None:
    refused = post(bob, "read", json={"textOf": "Hi"})
    assert refused.status == 403
    assert refused.error == "This key may not write."


def test_a_key_needs_no_origin_because_no_cookie_counts(post: Callable[..., Answer], ada: Person, bob: Person) -> None:
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}
    answer = post(bob, "write", json={"textOf": "Hi"}, headers=elsewhere, cookie_of_=ada)
    assert answer.data["byName"] == "bob"


@pytest.mark.parametrize(("headers", "status"), [
    ({"Sec-Fetch-Site": "same-origin"}, 201), ({"Origin": "http://localhost"}, 201), ({"Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "same-site"}, 403), ({"Origin": "https://elsewhere.example"}, 403), ({}, 403),
])
def test_a_cookie_is_believed_from_our_own_pages_only(headers: dict[str, str], status: int, writing: Flask, ada: Person) -> None:
    browser = Program(writing)
    browser.client.set_cookie(writing.config["SESSION_COOKIE_NAME"], cookie_of(writing, ada))
    assert browser.ask("POST", "/api/notes", json={"textOf": "Hi"}, headers=headers).status == status
