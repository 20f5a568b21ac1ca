"""Looking through the eyes of a role: nothing more than one's own rights, nothing to change, one click to leave."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from community.communities.models import Member
from community.extensions import db
from community.posts.models import Post
from tests.cast import Person, PlaceFacts
from tests.content import below, page_of, published
from tests.visitor import Visitor

As = Callable[..., Visitor]


@pytest.fixture(autouse=True)
def _clean_site(redis, db_session) -> None:  # type: ignore[no-untyped-def]
    """These tests have the usual cast, in a site that is clean."""
    redis.flushdb()


def look(visitor: Visitor, role: str) -> Visitor:
    assert visitor.post("/c/bikes/dashboard/view-as", role=role).location == "/c/bikes/"
    return visitor


def test_a_visitor_s_eyes_see_what_a_visitor_sees(as_: As, ada: Person, bikes: PlaceFacts, workshop: PlaceFacts) -> None:
    secret = published(bikes, ada, space=workshop)
    visitor = as_(ada)
    assert visitor.get(page_of(secret)).status == 200
    look(visitor, "visitor")
    assert visitor.get(page_of(secret)).status == 404
    home = visitor.get("/c/bikes/")
    assert home.has(".seen-as")
    assert not home.has('a[href="/c/bikes/s/workshop/"]')
    assert not home.has('a[href="/c/bikes/new"]')
    assert not home.has("#live")


def test_a_member_s_eyes_do_not_see_a_closed_space_the_owner_is_in(as_: As, ada: Person, bikes: PlaceFacts,
                                                                   workshop: PlaceFacts) -> None:
    secret = published(bikes, ada, space=workshop)
    for role in ("new_member", "member"):
        visitor = look(as_(ada), role)
        assert visitor.get(page_of(secret)).status == 404
        assert visitor.get("/c/bikes/new").status == 200


def test_a_moderator_s_eyes_read_closed_spaces_but_not_the_settings(as_: As, ada: Person, bikes: PlaceFacts,
                                                                    workshop: PlaceFacts) -> None:
    secret = published(bikes, ada, space=workshop)
    visitor = look(as_(ada), "moderator")
    assert visitor.get(page_of(secret)).status == 200
    assert visitor.get("/c/bikes/dashboard/permissions").status == 200
    assert visitor.get("/c/bikes/spaces/new").has("h1")
    assert not visitor.get("/c/bikes/dashboard/permissions").has('button[value="moderator"]')


@pytest.mark.parametrize("role", ["visitor", "new_member", "member", "moderator"])
def test_nothing_is_changed_through_other_eyes(as_: As, ada: Person, bikes: PlaceFacts, role: str) -> None:
    post = published(bikes, ada)
    visitor = look(as_(ada), role)
    refused = visitor.post(below(post, "delete"))
    assert refused.status == 403
    assert visitor.post("/c/bikes/leave").status == 403
    assert db.session.scalar(select(Post.deleted_at).where(Post.id == post.id)) is None
    assert db.session.scalar(select(Member.status).where(Member.id == ada.member_id)) == "ACTIVE"
    if role == "moderator":
        assert "Go back to your own view" in refused.text("main")


def test_one_click_leads_back(as_: As, ada: Person, bikes: PlaceFacts, workshop: PlaceFacts) -> None:
    secret = published(bikes, ada, space=workshop)
    visitor = look(as_(ada), "visitor")
    back = visitor.get("/c/bikes/").form(".seen-as form").send()
    assert back.location == "/c/bikes/dashboard/permissions"
    assert visitor.get(page_of(secret)).status == 200
    assert not visitor.get("/c/bikes/").has(".seen-as")


def test_a_page_that_needs_a_person_says_so_instead_of_running_in_a_ring(as_: As, ada: Person) -> None:
    page = look(as_(ada), "visitor").get("/c/bikes/new")
    assert page.status == 403
    assert "Visitors are asked to log in here." in page.text("main")
    assert page.has(".seen-as button")


def test_only_the_staff_looks_through_other_eyes(as_: As, bob: Person, eve: Person, mia: Person) -> None:
    for person in (bob, eve):
        assert as_(person).post("/c/bikes/dashboard/view-as", role="visitor").status == 403
    assert as_(mia).post("/c/bikes/dashboard/view-as", role="moderator").status == 403
    look(as_(mia), "member")


def test_who_is_no_longer_staff_sees_with_the_own_eyes_again(as_: As, mia: Person) -> None:
    from tests.content import change_member

    visitor = look(as_(mia), "visitor")
    change_member(mia, role="MEMBER")
    assert not visitor.get("/c/bikes/").has(".seen-as")


def test_what_a_moderator_may_not_read_stays_closed_to_every_eye(as_: As, ada: Person, mia: Person, bikes: PlaceFacts) -> None:
    visitor = as_(ada)
    visitor.get("/c/bikes/spaces/new").form("#space-form").send(name="Cellar", visibility="HIDDEN")
    assert visitor.get("/c/bikes/s/cellar/").status == 200
    for role in ("visitor", "new_member", "member"):
        assert look(as_(mia), role).get("/c/bikes/s/cellar/").status == 404


def test_other_communities_are_seen_with_the_own_eyes(as_: As, ada: Person) -> None:
    visitor = as_(ada)
    visitor.get("/communities/new").form("main form").send(name="Trains")
    look(visitor, "visitor")
    assert not visitor.get("/c/trains/").has(".seen-as")
    assert visitor.get("/c/trains/new").status == 200
    assert visitor.get("/settings/profile").status == 200
