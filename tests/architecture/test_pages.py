"""Every page, whatever its address: it answers, and it asks the database a dozen questions at most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from redis import Redis
from werkzeug.routing import Rule

from tests.architecture.sources import expect_none
from tests.cast import Person, PlaceFacts
from tests.content import commented, published
from tests.visitor import Page, Visitor

MOST = 12
MORE_WHEN_COLD = 6
"""What the viewer's record costs when the cache does not hold it."""
NOT_PAGES = {"/ws": "a socket"}
As = Callable[[Person], Visitor]
Statements = Callable[[], AbstractContextManager[list[str]]]
pytestmark = pytest.mark.usefixtures("db_session")


def pages(app: Flask) -> list[Rule]:
    """The rules that answer to GET."""
    return [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and rule.rule not in NOT_PAGES]


def too_curious(costs: Mapping[str, int], *, most: int = MOST) -> list[str]:
    return [f"{path} asks the database {cost} times; {most} are plenty" for path, cost in costs.items() if cost > most]


@pytest.fixture
def values(bob: Person, cleo: Person, bikes: PlaceFacts, general: PlaceFacts, drain: Callable[[], object]) -> dict[str, str]:
    """What stands for the parts of addresses; the site has something to show."""
    for number in range(15):
        post = published(bikes, (bob, cleo)[number % 2], space=general, tags=("steel", "brass"))
    comments = [commented(post, (cleo, bob)[number % 2]) for number in range(12)]
    replies = [commented(post, bob, parent=comments[0]) for _ in range(5)]
    drain()
    return {
        "community": bikes.slug, "space": general.slug, "number": str(post.id), "username": cleo.username,
        "comment": str(comments[0].public_id), "token": "unknown", "code": "fire", "kind": "unlock", "provider": "oidc",
        "slug": bikes.slug, "slug_or_id": str(post.public_id), "member_id": "unknown", "key": "0" * 32, "variant": "64",
        "notification": str(replies[0].public_id),
        "tag": "steel", "category": "riding",
    }  # fmt: skip


class Meter:
    """How often each page asks the database at most, with nothing in the cache and with what the first visit left."""

    def __init__(self, statements: Statements, redis: Redis) -> None:
        self._statements = statements
        self._redis = redis
        self.cold: Counter[str] = Counter()
        self.warm: Counter[str] = Counter()
        self.broken: list[str] = []

    def visit(self, rule: Rule, ask: Callable[[str], Page], path: str) -> Page:
        self._redis.flushdb()
        for costs in (self.cold, self.warm):
            with self._statements() as sent:
                page = ask(path)
            costs[str(rule)] = max(costs[str(rule)], len(sent))
        if page.status >= 500:
            self.broken.append(f"{rule} answers {page.status}")
        return page


@pytest.mark.parametrize("who", ["bob", "ada", "guest"])
def test_every_page_answers_with_a_dozen_questions_at_most(
    app: Flask, as_: As, request: pytest.FixtureRequest, values: dict[str, str], statements: Statements, redis: Redis, who: str
) -> None:
    visitor, meter = as_(request.getfixturevalue(who)), Meter(statements, redis)
    for rule in pages(app):
        assert rule.arguments <= set(values), f"say in `values` what {rule.arguments - set(values)} of {rule} is"
        built = rule.build({name: values[name] for name in rule.arguments}, append_unknown=False)
        assert built is not None
        for ask in (visitor.get, visitor.htmx_get):
            page = meter.visit(rule, ask, built[1])
            if page.location:
                meter.visit(rule, visitor.get, page.location)
    expect_none(meter.broken + too_curious(meter.warm) + too_curious(meter.cold, most=MOST + MORE_WHEN_COLD))


def test_a_page_that_asks_too_much_is_noticed() -> None:
    assert too_curious({"/c/<community>/": 13, "/login": 12}) == [
        "/c/<community>/ asks the database 13 times; 12 are plenty"
    ]
