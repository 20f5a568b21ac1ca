"""The bar that counts what came in while somebody reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from community.core import topics
from community.extensions import db
from community.posts.models import Post
from tests.cast import Person, PlaceFacts
from tests.content import published
from tests.feeds.seeding import seed
from tests.visitor import Page, Visitor

pytestmark = pytest.mark.usefixtures("db_session")
As = Callable[[Person], Visitor]


def ask(visitor: Visitor, page: Page) -> Page:
    """What the bar of an open page fetches on a hint."""
    return visitor.htmx_get(str(page.one(".feed__region").attributes["hx-get"]))


@pytest.mark.parametrize(
    "place", ["/", "/c/bikes/", "/c/bikes/s/general/", "/c/bikes/?sort=top", "/c/bikes/?tag=locks"]
)
def test_posts_of_others_are_counted_from_what_the_page_shows(
    as_: As, bikes: PlaceFacts, general: PlaceFacts, bob: Person, cleo: Person, place: str
) -> None:
    published(bikes, bob, space=general)
    visitor = as_(cleo)
    page = visitor.get(place)
    assert not page.has(".feed__region .new-pill")
    assert not ask(visitor, page).has(".feed__region .new-pill")
    published(bikes, bob, space=general)
    one = ask(visitor, page)
    assert one.texts(".new-pill") == ["1 new post"]
    published(bikes, bob, space=general)
    assert ask(visitor, one).texts(".new-pill") == ["2 new posts"]
    again = visitor.get(str(one.one(".new-pill").attributes["href"]))
    assert len(again.select(".card-post")) == 3
    assert not ask(visitor, again).has(".feed__region .new-pill")


@pytest.mark.parametrize("place", ["/", "/c/bikes/", "/c/bikes/s/general/"])
def test_ones_own_posts_are_no_news(as_: As, bikes: PlaceFacts, general: PlaceFacts, cleo: Person, place: str) -> None:
    visitor = as_(cleo)
    page = visitor.get(place)
    published(bikes, cleo, space=general)
    assert not ask(visitor, page).has(".feed__region .new-pill")


def test_a_post_that_came_in_between_reading_and_asking_is_counted(
    as_: As, bikes: PlaceFacts, bob: Person, cleo: Person
) -> None:
    """Whatever the clock says between the two: the newest post shown is where counting begins."""
    post = published(bikes, bob)
    page = as_(cleo).get("/c/bikes/")
    later = published(bikes, bob)
    db.session.query(Post).filter_by(id=later.id).update(
        {"published_at": post.published_at + dt.timedelta(microseconds=1)}
    )
    assert ask(as_(cleo), page).texts(".new-pill") == ["1 new post"]


def test_more_than_ninety_nine_are_not_counted(as_: As, bikes: PlaceFacts, bob: Person, cleo: Person) -> None:
    seed(bikes, bob, 120)
    assert as_(cleo).htmx_get("/c/bikes/fresh?since=1").texts(".new-pill") == ["99 new posts"]


def test_a_guest_is_told_too_and_without_scripts_it_is_a_page(
    as_: As, bikes: PlaceFacts, bob: Person, guest: Person
) -> None:
    published(bikes, bob)
    assert as_(guest).htmx_get("/fresh?since=1").texts(".new-pill") == ["1 new post"]
    page = as_(guest).get("/c/bikes/fresh?since=1")
    assert page.text("h1") == "New posts"
    assert page.one("main .btn").attributes["href"] == "/c/bikes/"


@pytest.mark.parametrize("since", ["", "x", "-1", "²", "1.5", "9" * 18, "9" * 40])
def test_nonsense_is_not_found(as_: As, cleo: Person, since: str) -> None:
    assert as_(cleo).get(f"/c/bikes/fresh?since={since}").status == 404


def test_the_largest_moment_that_is_taken_is_no_error(as_: As, cleo: Person) -> None:
    assert not as_(cleo).htmx_get(f"/fresh?since={'9' * 17}").has(".feed__region .new-pill")


def test_pages_listen_to_every_place_whose_posts_they_show(
    as_: As, bob: Person, cleo: Person, bikes: PlaceFacts, workshop: PlaceFacts
) -> None:
    for path in ("/", "/c/bikes/"):
        assert set(_topics(as_(bob).get(path), bob)) == {
            f"user:{bob.public_id}", f"community:{bikes.public_id}", f"space:{workshop.public_id}"
        }  # fmt: skip
        assert set(_topics(as_(cleo).get(path), cleo)) == {f"user:{cleo.public_id}", f"community:{bikes.public_id}"}


def _topics(page: Page, person: Person) -> list[str]:
    address = str(page.one("#live").attributes["data-poll"])
    return topics.read(parse_qs(urlsplit(address).query)["t"][0], user_id=person.user_id)
