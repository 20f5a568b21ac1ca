"""Numbers people see never move by what they may not read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from community.comments import services as comments
from community.communities import services
from community.communities.models import Community, MemberCount, Space, SpaceMember
from community.extensions import db
from community.posts import services as posts
from community.reactions import services as reactions
from tests.cast import Cast, Person, PlaceFacts
from tests.communities.conftest import Found
from tests.content import commented, published, writer
from tests.visitor import Visitor

As = Callable[..., Visitor]


def posts_of(visitor: Visitor, name: str) -> str:
    """What the list of members says of somebody's posts."""
    for card in visitor.get("/c/bikes/members").select(".member-card"):
        if card.css_first(".member-card__name a").text(strip=True) == name:
            return str(card.css_first(".num").text()) if card.css_first(".num") else "none"
    raise AssertionError(name)


def posts_on_about(visitor: Visitor, place: str = "bikes") -> str:
    facts = visitor.get(f"/c/{place}/about").select(".facts > div")
    return next((str(one.css_first("dd").text()) for one in facts if one.css_first("dt").text() == "Posts"), "not said")


def posts_in_directory(visitor: Visitor) -> str:
    return " ".join(visitor.get("/communities").texts('.place-card:has(a[href="/c/bikes/"]) footer .num:nth-of-type(2)'))


@pytest.fixture
def closed(workshop: PlaceFacts, redis) -> PlaceFacts:
    """The workshop, of which only those in it know."""
    db.session.get(Space, workshop.id).visibility = "HIDDEN"
    db.session.commit()
    redis.flushdb()
    return workshop


@pytest.mark.parametrize(("name", "reads"), [("guest", 1), ("eve", 1), ("cleo", 1), ("bob", 2), ("ada", 2)])
def test_the_posts_of_a_community_are_those_one_reads(
    name: str, reads: int, as_: As, cast: Cast, guest: Person, bob: Person, bikes: PlaceFacts, general: PlaceFacts,
    closed: PlaceFacts,
) -> None:  # fmt: skip
    visitor = as_({**cast.people, "guest": guest}[name])
    published(bikes, bob, space=general)
    published(bikes, bob, space=closed)
    assert posts_on_about(visitor) == str(reads)
    assert posts_in_directory(visitor) == f"{reads} post{'s' if reads > 1 else ''}"


def test_a_private_community_does_not_say_how_much_is_written_in_it(as_: As, ada: Person, eve: Person, found: Found) -> None:
    place = found("quiet", visibility="PRIVATE")
    published(PlaceFacts(place.id, "", "quiet", "/c/quiet/"), ada)
    assert posts_on_about(as_(ada), "quiet") == "1"
    assert posts_on_about(as_(eve), "quiet") == "not said"
    assert len(as_(eve).get("/communities").texts('.place-card:has(a[href="/c/quiet/"]) footer .num')) == 1


def test_a_member_is_said_to_have_the_posts_everybody_reads(
    as_: As, bob: Person, ada: Person, guest: Person, bikes: PlaceFacts, general: PlaceFacts, closed: PlaceFacts
) -> None:
    open_one, secret = published(bikes, bob, space=general), published(bikes, bob, space=closed)
    assert {posts_of(as_(one), "Bob Tanaka") for one in (guest, ada)} == {"1 post"}
    assert posts_of(as_(bob), "Bob Tanaka") == "2 posts", "to oneself all of them"
    posts.delete_post(secret, by=writer(bob, bikes.id))
    posts.delete_post(open_one, by=writer(bob, bikes.id))
    db.session.commit()
    assert posts_of(as_(bob), "Bob Tanaka") == posts_of(as_(guest), "Bob Tanaka") == "none"


def test_the_most_posts_are_the_most_everybody_reads(
    as_: As, bob: Person, cleo: Person, guest: Person, bikes: PlaceFacts, general: PlaceFacts, closed: PlaceFacts
) -> None:
    for _ in range(3):
        published(bikes, bob, space=closed)
    published(bikes, cleo, space=general)
    assert as_(guest).get("/c/bikes/members?sort=posts").texts(".member-card__name a")[0] == "Cleo Marsh"


def test_what_happens_in_a_closed_space_moves_no_community_up(
    as_: As, ada: Person, bob: Person, guest: Person, bikes: PlaceFacts, general: PlaceFacts, closed: PlaceFacts, found: Found
) -> None:
    quiet = found("quiet")
    published(PlaceFacts(quiet.id, "", "quiet", "/c/quiet/"), ada)

    def first() -> str:
        return as_(guest).get("/communities?sort=activity").texts(".place-card h2")[0]

    assert first() == "Quiet"
    commented(published(bikes, bob, space=closed), bob)
    assert first() == "Quiet"
    published(bikes, bob, space=general)
    assert first() == "Bikes"


def test_numbers_follow_when_a_space_is_deleted(
    as_: As, bob: Person, ada: Person, guest: Person, bikes: PlaceFacts, general: PlaceFacts, workshop: PlaceFacts, redis
) -> None:
    published(bikes, bob, space=workshop)
    assert posts_of(as_(guest), "Bob Tanaka") == "none"
    redis.flushdb()
    as_(ada, confirmed=True).post(f"{workshop.url}delete", target=str(_strict_space(bikes)))
    rows = db.session.query(MemberCount).filter_by(member_id=bob.member_id)
    assert [row.post_count for row in rows if row.space_id == workshop.id] == []
    assert sum(row.post_count for row in rows) == 1
    assert posts_of(as_(guest), "Bob Tanaka") == "none"


def test_what_a_member_gave_to_a_space_is_five_a_post_two_a_comment_one_a_like(
    as_: As, bob: Person, cleo: Person, ada: Person, bikes: PlaceFacts, general: PlaceFacts, workshop: PlaceFacts
) -> None:
    post = published(bikes, bob, space=general)
    note = commented(post, bob)
    commented(post, ada)
    for subject, kind in ((post, "post"), (note, "comment")):
        reactions.toggle_reaction(kind, subject, "like", by=writer(cleo, bikes.id))
    reactions.toggle_reaction("post", post, "fire", by=writer(cleo, bikes.id))
    db.session.commit()
    assert services.recompute_contributions() == 2
    assert services.recompute_contributions() == 0
    page = as_(cleo).get(f"{general.url}members")
    assert sorted(page.texts(".member-card__meta .num")) == ["2 points", "9 points"]
    comments.delete_comment(note, post, by=writer(bob, bikes.id))
    assert services.recompute_contributions() == 1
    row = db.session.query(SpaceMember).filter_by(space_id=general.id, member_id=bob.member_id).one()
    db.session.refresh(row)
    assert row.contribution == 7, "a comment that is gone counts no more; the like it had stays"


def _strict_space(place: PlaceFacts) -> int:
    made = Space(community_id=place.id, name="Store", slug="store", visibility="PRIVATE")
    db.session.add(made)
    db.session.commit()
    return made.id


def test_the_whole_number_stays_for_the_owners_of_the_place(bob: Person, bikes: PlaceFacts, closed: PlaceFacts) -> None:
    before = db.session.get(Community, bikes.id).post_count
    published(bikes, bob, space=closed)
    db.session.expire_all()
    assert db.session.get(Community, bikes.id).post_count == before + 1
