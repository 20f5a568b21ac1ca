"""What a community settles about writing in it has effect."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine

from community.communities.models import Community
from community.core.clock import now
from community.extensions import db
from tests.cast import Person, PlaceFacts
from tests.content import below, change_member, commented, compose, published
from tests.visitor import Visitor

As = Callable[..., Visitor]


@pytest.fixture
def settle(bikes: PlaceFacts, redis) -> Callable[..., None]:
    """`settle(post_min_length=50)`: the community decides so."""

    def settle(**settings: object) -> None:
        db.session.get(Community, bikes.id).settings = settings
        db.session.commit()
        redis.flushdb()

    return settle


def test_posts_are_as_long_as_the_community_wants_them(as_: As, bob: Person, settle: Callable[..., None]) -> None:
    settle(post_min_length=20)
    refused = compose(as_(bob), title="Short", content="Too short.")
    assert refused.status == 422
    assert refused.text("#f-content-error") == "Write at least 20 characters; this text has 10."
    assert refused.form("#compose").fields["title"] == "Short"
    assert compose(as_(bob), title="Long", content="This is long enough, all in all.").status == 303


def test_only_the_kinds_that_are_wanted_are_offered_and_taken(as_: As, bob: Person, settle: Callable[..., None]) -> None:
    before = as_(bob).get("/c/bikes/new")
    assert [one.attributes["value"] for one in before.select("input[name=kind]")] == ["DISCUSSION", "QUESTION", "BLOG"]
    settle(kinds_enabled=["QUESTION", "POLL"])
    page = as_(bob).get("/c/bikes/new")
    assert [one.attributes["value"] for one in page.select("input[name=kind]")] == ["QUESTION"]
    assert page.form("#compose").fields["kind"] == "QUESTION"
    refused = compose(as_(bob), title="Talk", content="Let us talk.", kind="DISCUSSION")
    assert refused.status == 422
    assert refused.has("#f-kind-error")
    assert compose(as_(bob), title="How?", content="How is it done?", kind="QUESTION").status == 303


def test_authors_edit_as_long_as_the_community_lets_them_and_the_staff_longer(
    as_: As, bob: Person, mia: Person, bikes: PlaceFacts, settle: Callable[..., None]
) -> None:
    settle(edit_window_minutes=30)
    fresh, old = published(bikes, bob), published(bikes, bob, age=dt.timedelta(minutes=31))
    of_staff = published(bikes, mia, age=dt.timedelta(minutes=31))
    assert as_(bob).get(below(fresh, "edit")).status == 200
    refused = as_(bob).get(below(old, "edit"))
    assert refused.status == 403
    assert "can be edited for 30 minutes" in refused.text("main")
    assert as_(bob).post(below(old, "edit"), title="Other", content="Other words.", version=old.version).status == 403
    assert as_(mia).get(below(of_staff, "edit")).status == 200


def test_comments_too_are_edited_for_so_long(as_: As, bob: Person, bikes: PlaceFacts, settle: Callable[..., None]) -> None:
    settle(edit_window_minutes=30)
    post = published(bikes, bob)
    edit = below(post, f"comments/{commented(post, bob).public_id}/edit")
    assert as_(bob).get(edit).status == 200
    with time_machine.travel(now() + dt.timedelta(minutes=31)):
        assert as_(bob).post(edit, body="Other words.").status == 403


def test_comments_are_slowed_down_except_for_the_staff(
    as_: As, bob: Person, mia: Person, bikes: PlaceFacts, settle: Callable[..., None]
) -> None:
    settle(slow_mode_seconds=60)
    comments = below(published(bikes, mia), "comments")
    assert as_(bob).post(comments, body="One.").status == 303
    slowed = as_(bob).post(comments, body="Two.")
    assert slowed.status == 429
    assert "Comments are slowed down here" in slowed.text("main")
    for _ in range(2):
        assert as_(mia).post(comments, body="As the staff.").status == 303
    with time_machine.travel(now() + dt.timedelta(seconds=61)):
        assert as_(bob).post(comments, body="Two.").status == 303


def test_answers_nest_as_deep_as_the_community_wants(bikes: PlaceFacts, bob: Person, settle: Callable[..., None]) -> None:
    settle(comment_max_depth=2)
    post = published(bikes, bob)
    last = None
    for _ in range(5):
        last = commented(post, bob, parent=last)
    assert last is not None and last.depth == 2
    assert last.reply_to_name == "Bob Tanaka"


@pytest.mark.parametrize("how", ["page", "service"])
def test_a_newcomers_limits_hold_however_they_write(how: str, as_: As, bob: Person, bikes: PlaceFacts) -> None:
    """There is one way to write for pages and programs: the service."""
    from community.core.errors import Invalid

    change_member(bob, trust_level="NEW")
    text = "https://a.example https://b.example https://c.example"
    if how == "page":
        assert compose(as_(bob), title="Links", content=text).status == 422
    else:
        with pytest.raises(Invalid, match="2 links at most"):
            published(bikes, bob, text=text)
