"""Whoever may not do what a page is for reads why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from community.communities.models import Community, Space
from community.core.clock import now
from community.extensions import db
from tests.cast import Person, PlaceFacts
from tests.content import change_member
from tests.visitor import Visitor

As = Callable[..., Visitor]
MUTED = {"muted_until": now() + dt.timedelta(days=1)}


@pytest.mark.parametrize(
    ("values", "reason"), [(MUTED, "You are muted for now."), ({"status": "SUSPENDED"}, "Your membership is suspended.")]
)
def test_who_cannot_post_reads_why_in_the_feed(
    values: dict[str, object], reason: str, as_: As, bob: Person, bikes: PlaceFacts, general: PlaceFacts
) -> None:
    for path in ("/c/bikes/", general.url):
        assert as_(bob).get(path).texts(".page-head__actions a.btn--primary") == ["New post"]
    change_member(bob, **values)
    for path in ("/c/bikes/", general.url):
        page = as_(bob).get(path)
        assert reason in page.texts(".why-not")
        assert not page.has("a.prompt")


def test_a_member_reads_why_the_announcements_are_not_theirs_to_write(as_: As, bob: Person, bikes: PlaceFacts) -> None:
    page = as_(bob).get("/c/bikes/s/announcements/")
    if page.status == 404:
        db.session.add(Space(community_id=bikes.id, name="News", slug="announcements", posting_policy="STAFF"))
        db.session.commit()
        page = as_(bob).get("/c/bikes/s/announcements/")
    assert page.texts(".why-not") == ["Only the staff posts in this space."]


def test_who_is_not_invited_reads_so_in_the_feed_and_a_guest_is_offered_an_account(
    as_: As, eve: Person, guest: Person, bikes: PlaceFacts, redis
) -> None:
    db.session.get(Community, bikes.id).join_policy = "INVITE_ONLY"
    db.session.commit()
    redis.flushdb()
    assert as_(eve).get("/c/bikes/").texts(".why-not") == ["This community is joined by invitation only."]
    assert not as_(guest).get("/c/bikes/").has(".why-not")


def test_a_space_says_why_it_cannot_be_joined(as_: As, cleo: Person, workshop: PlaceFacts, redis) -> None:
    db.session.get(Space, workshop.id).visibility = "INVITE_ONLY"
    db.session.commit()
    redis.flushdb()
    card = next(one for one in as_(cleo).get("/c/bikes/spaces").select(".place-card")
                if one.css_first("a").attributes["href"] == workshop.url)  # fmt: skip
    assert card.css_first(".why-not").text(strip=True) == "This space is joined by invitation only."


def test_who_may_not_open_a_space_or_found_a_community_reads_why(as_: As, bob: Person, ada: Person) -> None:
    from community.core import settings

    assert "Only admins open spaces in this community." in as_(bob).get("/c/bikes/spaces").texts(".why-not")
    assert not as_(ada).get("/c/bikes/spaces").has(".why-not")
    settings.put("community_creation", "ADMINS")
    assert as_(bob).get("/communities").texts(".why-not") == ["Only site administrators create communities here."]


def test_an_admin_reads_why_the_owner_is_not_theirs_to_change(as_: As, cleo: Person, ada: Person, bikes: PlaceFacts) -> None:
    change_member(cleo, role="ADMIN")
    rows = as_(cleo).get("/c/bikes/dashboard/roles").select(".staff-row")
    owner = next(row for row in rows if "Ada Okafor" in row.text())
    assert "Only people below your own role can be changed." in owner.text()
