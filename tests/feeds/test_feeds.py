"""Feeds: what is in them, in which order, page by page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from community.communities import services as communities
from community.communities.models import Community
from community.communities.viewers import of_user
from community.core import cache
from community.core.clock import now
from community.core.viewer import for_community
from community.extensions import db
from community.posts.models import Post, PostRelation
from tests.cast import Person, PlaceFacts
from tests.content import change_member, commented, page_of, published, writer
from tests.feeds.seeding import MINUTE, seed
from tests.visitor import Page, Visitor

pytestmark = pytest.mark.usefixtures("db_session")
As = Callable[[Person], Visitor]

CARDS = ".card-post__title"


def titles(page: Page) -> list[str]:
    return page.texts(CARDS)


def walk(
    visitor: Visitor, path: str, *, between: Callable[[], object] = lambda: None, by_script: bool = False
) -> list[str]:
    """The titles of every page of a feed; something happens between two pages."""
    page, seen = visitor.get(path), []
    while True:
        seen += titles(page)
        if not page.has(".pager"):
            return seen
        between()
        if by_script:
            page = visitor.htmx_get(str(page.one(".pager").attributes["hx-get"]))
        else:
            page = visitor.get(str(page.one(".pager a").attributes["href"]))


@pytest.mark.parametrize("by_script", [False, True])
@pytest.mark.parametrize("sort", ["latest", "activity", "top"])
def test_two_hundred_posts_are_met_once_each_while_others_are_written(
    as_: As, bikes: PlaceFacts, bob: Person, cleo: Person, sort: str, by_script: bool
) -> None:
    originals = seed(bikes, bob, 200, more=lambda number: {"top_score": number % 9})

    def between() -> None:
        seed(
            bikes,
            cleo,
            3,
            more=lambda number: {"title": f"Later {number}", "published_at": now(), "top_score": number * 4},
        )

    seen = walk(as_(cleo), f"/c/bikes/?sort={sort}", between=between, by_script=by_script)
    met = [title for title in seen if title.startswith("Seed")]
    assert len(met) == 200
    assert sorted(met) == sorted(originals)
    assert len(seen) == len(set(seen)) or sort == "top"
    if sort != "top":
        assert met == originals[::-1]


def test_orders_are_those_of_their_names(as_: As, bikes: PlaceFacts, bob: Person, cleo: Person) -> None:
    old = published(bikes, bob, age=3 * MINUTE)
    middle = published(bikes, bob, age=2 * MINUTE)
    new = published(bikes, bob, age=MINUTE, kind="QUESTION")
    as_(cleo).htmx_post(f"/c/bikes/p/{middle.id}/react", emoji="like")
    commented(old, cleo)
    assert titles(as_(cleo).get("/c/bikes/")) == [new.title, middle.title, old.title]
    assert titles(as_(cleo).get("/c/bikes/?sort=activity")) == [old.title, new.title, middle.title]
    assert titles(as_(cleo).get("/c/bikes/?sort=top")) == [middle.title, new.title, old.title]
    assert titles(as_(cleo).get("/c/bikes/?sort=unanswered")) == [new.title]
    for sort, label in (
        ("", "Latest"),
        ("activity", "Active"),
        ("top", "Top"),
        ("unanswered", "Unanswered"),
        ("x", "Latest"),
    ):
        assert as_(cleo).get(f"/c/bikes/?sort={sort}").text(".tabs [aria-current=page]") == label


def test_votes_of_an_import_count_for_the_top_and_a_period_limits_it(as_: As, bikes: PlaceFacts, bob: Person) -> None:
    day = dt.timedelta(days=1)
    seed(
        bikes,
        bob,
        4,
        more=lambda number: {"top_score": number, "imported_score": number, "published_at": now() - 9 * number * day},
    )
    assert titles(as_(bob).get("/c/bikes/?sort=top")) == ["Seed 3", "Seed 2", "Seed 1", "Seed 0"]
    assert titles(as_(bob).get("/c/bikes/?sort=top&period=month")) == ["Seed 3", "Seed 2", "Seed 1", "Seed 0"]
    assert titles(as_(bob).get("/c/bikes/?sort=top&period=week")) == ["Seed 0"]
    assert as_(bob).get("/c/bikes/?sort=top").texts(".score") == ["+3 imported", "+2 imported", "+1 imported"]


def test_filters_narrow_and_say_how_to_be_rid_of_them(
    as_: As, bikes: PlaceFacts, general: PlaceFacts, ada: Person
) -> None:
    for number in range(25):
        published(
            bikes,
            ada,
            title=f"Tagged {number}",
            kind="QUESTION" if number % 5 else "BLOG",
            tags=("Locks",),
            space=general,
        )
    published(bikes, ada, title="Untagged", space=general)
    assert set(walk(as_(ada), "/c/bikes/?tag=locks")) == {f"Tagged {number}" for number in range(25)}
    assert set(walk(as_(ada), "/c/bikes/?kind=blog&tag=locks")) == {f"Tagged {number}" for number in range(0, 25, 5)}
    for place in ("/c/bikes/", general.url):
        page = as_(ada).get(f"{place}?tag=locks")
        assert page.one(".filter a").attributes["href"] == place
        nothing = as_(ada).get(f"{place}?tag=unheard-of")
        assert nothing.text(".empty h2") == "No posts match"
        assert nothing.one(".empty a").attributes["href"] == place
    assert titles(as_(ada).get("/c/bikes/?kind=nonsense"))[0] == "Untagged"


def test_a_cursor_is_good_for_its_own_list_only(as_: As, bikes: PlaceFacts, bob: Person) -> None:
    seed(bikes, bob, 25)
    address = str(as_(bob).get("/c/bikes/").one(".pager a").attributes["href"])
    assert as_(bob).get(address).status == 200
    for other in (address.replace("?", "?sort=top&"), address.replace("?", "?kind=BLOG&"), address + "x", address[:-1],
                  "/c/bikes/?cursor=nonsense"):  # fmt: skip
        refused = as_(bob).get(other)
        assert (refused.status, refused.text("h1")) == (400, "Start again")


@pytest.mark.parametrize("state", [
    {"status": "DRAFT"}, {"status": "ARCHIVED"}, {"status": "FLAGGED"}, {"status": "REMOVED"}, {"status": "SCHEDULED"},
    {"moderation_status": "SHADOW_BANNED"}, {"moderation_status": "REJECTED"}, {"deleted_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)},
])  # fmt: skip
def test_what_is_not_published_is_in_no_feed(
    as_: As, bikes: PlaceFacts, ada: Person, guest: Person, state: dict
) -> None:
    seed(bikes, ada, 1)
    places = ("/", "/c/bikes/", "/c/bikes/?sort=activity", "/c/bikes/?sort=top", "/u/ada")
    for place in places:
        assert titles(as_(guest).get(place)) == ["Seed 0"]
    db.session.query(Post).update(state)
    for person in (ada, guest):
        for place in places:
            assert titles(as_(person).get(place)) == []
        assert not as_(person).htmx_get("/c/bikes/fresh?since=1").has(".feed__region .new-pill")


def test_home_holds_the_posts_of_ones_communities_alone(
    as_: As, bikes: PlaceFacts, bob: Person, cleo: Person, eve: Person, guest: Person
) -> None:
    secret, open_one = _found("Secret", eve, visibility="PRIVATE"), _found("Open", eve)
    communities.join(by=for_community(of_user(cleo.user_id), secret.id))
    seed(bikes, bob, 30)
    for place, title in ((secret, "In secret"), (open_one, "In the open")):
        seed(place, _in(place, eve), 1, more=lambda number, title=title: {"title": title})
    ours = [f"Seed {number}" for number in range(30)]
    assert sorted(walk(as_(cleo), "/")) == sorted([*ours, "In secret"])
    assert sorted(walk(as_(bob), "/?sort=activity")) == sorted(ours)
    assert sorted(walk(as_(eve), "/?sort=top")) == ["In secret", "In the open"]
    assert sorted(walk(as_(guest), "/")) == sorted([*ours, "In the open"])
    assert as_(cleo).get("/").texts(".card-post .byline__meta a:last-child").count("Secret") == 1


@pytest.mark.parametrize("standing", ["ARCHIVED", "BANNED", "PENDING"])
def test_home_forgets_a_community_one_is_no_member_of_any_more(
    as_: As, bikes: PlaceFacts, bob: Person, cleo: Person, standing: str
) -> None:
    published(bikes, bob, title="Of bikes")
    assert titles(as_(cleo).get("/")) == ["Of bikes"]
    change_member(cleo, status=standing)
    page = as_(cleo).get("/")
    assert titles(page) == []
    assert page.text(".empty h2") == "You are in no community yet"
    assert titles(as_(cleo).get("/c/bikes/")) == ["Of bikes"]


def test_a_closed_space_says_what_it_is_and_shows_nothing(
    as_: As, bikes: PlaceFacts, bob: Person, cleo: Person, workshop: PlaceFacts
) -> None:
    published(bikes, bob, space=workshop, title="Of the crew")
    page = as_(cleo).get(workshop.url)
    assert page.status == 200
    assert not page.has(".card-post, .feed__region")
    assert "This space is closed" in page.text(".callout")
    assert titles(as_(bob).get(workshop.url)) == ["Of the crew"]


def test_a_person_shows_what_the_viewer_reads_of_them(
    as_: As, bikes: PlaceFacts, workshop: PlaceFacts, bob: Person, cleo: Person
) -> None:
    seed(bikes, bob, 22)
    published(bikes, bob, space=workshop, title="Of the crew")
    assert sorted(walk(as_(cleo), "/u/bob")) == sorted(f"Seed {number}" for number in range(22))
    assert "Of the crew" in walk(as_(bob), "/u/bob")
    assert as_(cleo).get("/u/nobody-at-all").status == 404


def test_a_new_name_is_on_the_cards_at_once(
    as_: As, bikes: PlaceFacts, bob: Person, guest: Person, drain: Callable
) -> None:
    published(bikes, bob)
    assert as_(guest).get("/c/bikes/").text(".card-post .byline__name") == bob.name
    as_(bob).get("/settings/profile").form("#profile-form").send(display_name="Robert Tanaka")
    drain()
    assert as_(guest).get("/c/bikes/").text(".card-post .byline__name") == "Robert Tanaka"


@pytest.mark.parametrize("change", ["edit", "comment", "react"])
def test_a_card_shows_what_changed(
    as_: As, bikes: PlaceFacts, bob: Person, cleo: Person, guest: Person, change: str
) -> None:
    post = published(bikes, bob)
    places = ("/", "/c/bikes/", "/u/bob")
    before = [as_(guest).get(place).one(".card-post").html for place in places]
    if change == "edit":
        as_(bob).get(f"/c/bikes/p/{post.id}/edit").form("#compose").send(title="Changed", content="Changed too.")
    elif change == "comment":
        commented(post, cleo)
    else:
        as_(cleo).htmx_post(f"/c/bikes/p/{post.id}/react", emoji="fire")
    for place, old in zip(places, before, strict=True):
        assert as_(guest).get(place).one(".card-post").html != old


def test_somebody_who_is_not_here_has_no_feed(as_: As, bikes: PlaceFacts, eve: Person, guest: Person) -> None:
    db.session.get_one(Community, bikes.id).visibility = "PRIVATE"
    db.session.commit()
    cache.raise_generation("c:bikes")
    for person in (eve, guest):
        assert as_(person).get("/c/bikes/").location == "/c/bikes/about"
        assert as_(person).htmx_get("/c/bikes/fresh?since=1").status == 404


def test_the_page_of_a_post_says_which_others_it_is_about(
    as_: As, bikes: PlaceFacts, workshop: PlaceFacts, bob: Person, cleo: Person
) -> None:
    post, open_one, secret = published(bikes, bob), published(bikes, bob), published(bikes, bob, space=workshop)
    for other in (open_one, secret):
        db.session.add(PostRelation(community_id=bikes.id, post_id=post.id, related_post_id=other.id))
    assert as_(cleo).get(page_of(post)).texts(".rail .links a") == [open_one.title]
    assert set(as_(bob).get(page_of(post)).texts(".rail .links a")) == {open_one.title, secret.title}


def _found(name: str, founder: Person, *, visibility: str = "PUBLIC") -> PlaceFacts:
    made = communities.create_community(
        by=of_user(founder.user_id), name=name, slug=name.lower(), visibility=visibility
    )
    db.session.commit()
    return PlaceFacts(made.id, str(made.public_id), made.slug, f"/c/{made.slug}/")


def _in(place: PlaceFacts, person: Person) -> Person:
    member = writer(person, place.id).member
    assert member is not None
    return replace(person, member_id=member.id)


@pytest.mark.parametrize(("path", "status"), [
    ("/?tag=%00", 400), ("/c/bikes/?tag=%00", 400), ("/c/bikes/?kind=%00&sort=%00", 400), ("/u/%00", 404), ("/c/%00/", 404),
    ("/c/bikes/s/%00/", 404), ("/c/bikes/p/1%00", 404), ("/c/bikes/?tag=%ED%A0%80", 200), ("/c/bikes/?tag=" + "a" * 3000, 200),
])  # fmt: skip
def test_addresses_with_nonsense_in_them_are_no_error_of_ours(as_: As, bob: Person, path: str, status: int) -> None:
    assert as_(bob).get(path).status == status
