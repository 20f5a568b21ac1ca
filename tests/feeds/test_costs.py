"""What a feed costs: statements that do not grow with its posts, and indexes instead of sorting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text

from community.core.clock import now
from community.extensions import db
from tests.cast import Person, PlaceFacts
from tests.content import published
from tests.feeds.seeding import seed
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("db_session")
As = Callable[[Person], Visitor]

MANY = """
INSERT INTO posts (community_id, space_id, author_id, status, kind, title, slug, content, content_html, content_hash,
                   top_score, published_at, last_activity_at, created_at)
SELECT :community, CASE n % 3 WHEN 0 THEN :space END, :author, 'PUBLISHED',
       CASE WHEN n % 5 = 0 THEN 'QUESTION' ELSE 'DISCUSSION' END, 'Post ' || n, 'post-' || n, 'Text.', '<p>Text.</p>', '',
       n * 7919 % 1000, now() - n * interval '1 minute', now() - (n * 7907 % 20000) * interval '1 minute', now()
FROM generate_series(1, 20000) AS n
"""


@contextmanager
def sent() -> Iterator[list[tuple[str, Any]]]:
    """Collects statements with their parameters."""
    found: list[tuple[str, Any]] = []

    def note(_: object, __: object, statement: str, parameters: object, *___: object) -> None:
        found.append((statement, parameters))

    target = db.engine
    event.listen(target, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(target, "before_cursor_execute", note)


def plan_of(statement: str, parameters: Any) -> str:
    rows = db.session.connection().exec_driver_sql(f"EXPLAIN {statement}", parameters)
    return "\n".join(row[0] for row in rows)


@pytest.mark.parametrize(
    "place", ["/", "/c/bikes/", "/c/bikes/?sort=activity", "/c/bikes/?tag=locks", "/c/bikes/s/general/", "/u/ada"]
)
def test_a_feed_costs_the_same_with_twenty_posts_as_with_five(
    as_: As, bikes: PlaceFacts, general: PlaceFacts, ada: Person, cleo: Person, statements: Callable, place: str
) -> None:
    visitor, costs = as_(cleo), []
    for amount in (5, 15):
        for _ in range(amount):
            published(bikes, ada, space=general, tags=("Locks", "Chains"))
        with statements() as cold:
            assert len(visitor.get(place).select(".card-post")) == (5 if amount == 5 else 20)
        with statements() as warm:
            visitor.get(place)
        costs.append((len(cold), len(warm)))
    assert costs[0][1] == costs[1][1], costs
    assert costs[1][1] <= 8
    assert costs[1][0] <= 12


def test_reading_writes_nothing(
    as_: As, bikes: PlaceFacts, bob: Person, cleo: Person, guest: Person, statements: Callable
) -> None:
    post = published(bikes, bob)
    for person in (cleo, guest):
        with statements() as found:
            for path in (
                "/",
                "/c/bikes/",
                f"/c/bikes/p/{post.id}-{post.slug}",
                "/u/bob",
                "/fresh?since=1",
                "/notifications",
            ):
                as_(person).get(path)
        assert not [one for one in found if not one.lstrip().startswith(("SELECT", "WITH", "SET", "SHOW"))]


@pytest.mark.parametrize(("place", "index"), [
    ("/c/bikes/", "ix_posts_latest"), ("/c/bikes/?sort=activity", "ix_posts_activity"),
    ("/c/bikes/?sort=top", "ix_posts_top"), ("/c/bikes/?sort=unanswered", "ix_posts_unanswered"),
    ("/c/bikes/s/general/", "ix_posts_space_latest"), ("/c/bikes/s/general/?sort=activity", "ix_posts_space_activity"),
    ("/", "ix_posts_latest"), ("/?sort=activity", "ix_posts_activity"), ("/?sort=top", "ix_posts_top"),
])  # fmt: skip
def test_among_twenty_thousand_posts_a_page_is_read_from_its_index(
    as_: As, bikes: PlaceFacts, general: PlaceFacts, bob: Person, cleo: Person, place: str, index: str
) -> None:
    _fill_with_many(bikes, general, bob)
    visitor = as_(cleo)
    further = str(visitor.get(place).one(".pager a").attributes["href"])
    for path in (place, further):
        with sent() as found:
            assert len(visitor.get(path).select(".card-post")) == 20
        feed = [(statement, parameters) for statement, parameters in found if "posts.top_score" in statement]
        assert len(feed) == 1
        plan = plan_of(*feed[0])
        assert index in plan, plan
        assert "Seq Scan on posts" not in plan, plan
        assert "Sort Key: posts" not in plan or path == "/" or path.startswith("/?"), plan


def test_counting_what_is_new_is_cheap_too(
    as_: As, bikes: PlaceFacts, bob: Person, cleo: Person, general: PlaceFacts
) -> None:
    _fill_with_many(bikes, general, bob)
    an_hour_ago = int((now().timestamp() - 3600) * 1_000_000)
    for place in (f"/c/bikes/fresh?since={an_hour_ago}", f"/fresh?since={an_hour_ago}"):
        with sent() as found:
            assert as_(cleo).htmx_get(place).has(".feed__region .new-pill")
        plan = plan_of(*next(one for one in found if "published_at >" in one[0]))
        assert "Seq Scan on posts" not in plan, plan


def test_what_is_seeded_for_these_tests_is_read_like_anything_else(as_: As, bikes: PlaceFacts, bob: Person) -> None:
    assert seed(bikes, bob, 3) == as_(bob).get("/c/bikes/").texts(".card-post__title")[::-1]


def _fill_with_many(bikes: PlaceFacts, general: PlaceFacts, bob: Person) -> None:
    db.session.execute(text(MANY), {"community": bikes.id, "space": general.id, "author": bob.member_id})
    # Nobody but its owner may analyse a table: without figures the planner is asked whether an index has the order at all.
    db.session.execute(text("SET LOCAL enable_sort = off"))
    db.session.execute(text("SET LOCAL enable_seqscan = off"))
