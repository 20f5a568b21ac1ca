"""Reading in the browser: feeds that go on, coming back, the look of every main page."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ARGUMENTS
from tests.browser.hand import Hand, base
from tests.browser.looks import flaws
from tests.browser.site import Site, Window, open_window
from tests.cast import Cast, Person, PlaceFacts

Windows = Callable[..., Window]
Hands = Callable[[Person], Hand]


@pytest.fixture(scope="module")
def cast(site: Site) -> Cast:
    """The tests here read, and write no posts."""
    return site.new_cast()


@pytest.fixture(scope="module")
def posts(site: Site, cookies: Flask, cast: Cast) -> list[str]:
    """Forty-five posts of bob's, oldest first, the last ones a question with answers and a long thread."""
    bob, cleo = (Hand(site, cookies, cast.people[name], cast.places["bikes"]) for name in ("bob", "cleo"))
    made = [bob.publish(f"Post number {number}") for number in range(43)]
    made.append(
        bob.publish(
            "A question", "# With a heading\n\n> quoted\n\n- one\n- two\n\n`code`", kind="QUESTION", tags="locks"
        )
    )
    made.append(bob.publish("A thread", "Some _text_.\n\n```python\nprint(1)\n```"))
    for page in made[-2:]:
        root = cleo.comment(page, "A **root**.")
        for _ in range(5):
            bob.comment(page, "A reply.", answering=root)
    cleo.post(f"{base(made[-1])}/react", target="post", emoji="like")
    return made


@pytest.fixture(scope="module")
def cached(site: Site, cookies: Flask, chromium: Browser) -> Iterator[Callable[[Person], Window]]:
    """Windows of a browser that keeps pages one may come back to, as people's browsers do."""
    opened: list[Window] = []
    browser = chromium.browser_type.launch(
        executable_path=shutil.which("chromium") or shutil.which("google-chrome"), args=ARGUMENTS,
        ignore_default_args=["--disable-back-forward-cache"])  # fmt: skip

    def open_one(person: Person) -> Window:
        opened.append(open_window(browser, site, cookies, person, viewport={"width": 1280, "height": 844}))
        return opened[-1]

    yield open_one
    browser.close()


def titles(page: Page) -> list[str]:
    return [text.strip() for text in page.locator(".card-post__title").all_inner_texts()]


def scroll_to_end(page: Page, count: int) -> None:
    """Scroll until so many cards are there."""
    cards = page.locator(".card-post")
    while cards.count() < count:
        before = cards.count()
        page.locator(".pager").scroll_into_view_if_needed()
        expect(cards).not_to_have_count(before)


def test_a_feed_goes_on_by_itself_and_shows_each_post_once(
    window: Windows, cleo: Person, bikes: PlaceFacts, posts: list[str]
) -> None:
    here = window(cleo)
    page = here.go(bikes.url)
    scroll_to_end(page, 45)
    expect(page.locator(".pager")).to_have_count(0)
    assert titles(page) == ["A thread", "A question", *(f"Post number {number}" for number in reversed(range(43)))]
    assert here.complaints == []


def test_a_post_that_moved_meanwhile_is_not_shown_twice(
    window: Windows, hand: Hands, cleo: Person, bikes: PlaceFacts, posts: list[str]
) -> None:
    page = window(cleo).go(bikes.url + "?sort=activity")
    first = titles(page)
    moved = first[5]
    hand(cleo).comment(str(page.locator(".card-post__title a").nth(25 - 20).get_attribute("href")), f"Moves {moved} up")
    scroll_to_end(page, 40)
    seen = titles(page)
    assert len(seen) == len(set(seen))


def test_back_from_a_post_is_back_where_one_was(
    cached: Callable[[Person], Window], cleo: Person, bikes: PlaceFacts, posts: list[str]
) -> None:
    page = cached(cleo).go(bikes.url)
    scroll_to_end(page, 40)
    card = page.locator(".card-post").nth(35)
    card.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    count = page.locator(".card-post").count()
    assert before > 1000
    card.locator(".card-post__title a").click()
    page.wait_for_url(re.compile(r"/p/\d+"))
    page.evaluate("history.back()")
    page.wait_for_url(re.compile(bikes.url + "$"), wait_until="commit")
    expect(page.locator(".card-post")).to_have_count(count)
    page.wait_for_function("before => Math.abs(scrollY - before) < 50", arg=before)
    expect(page.locator("#live-dot")).to_have_attribute("data-state", "live")


def test_without_a_cache_back_is_still_the_right_page(
    window: Windows, cleo: Person, bikes: PlaceFacts, posts: list[str]
) -> None:
    page = window(cleo).go(bikes.url)
    expect(page.locator("#live-dot")).to_have_attribute("data-state", "live")
    page.locator(".card-post__title a").nth(3).click()
    page.wait_for_url(re.compile(r"/p/\d+"))
    expect(page.locator("#live-dot")).to_have_attribute("data-state", "live")
    page.go_back()
    expect(page.locator(".card-post")).not_to_have_count(0)
    expect(page.locator("#live-dot")).to_have_attribute("data-state", "live")


def test_every_main_page_is_accessible_and_fits(
    window: Windows, cleo: Person, bob: Person, bikes: PlaceFacts, posts: list[str]
) -> None:
    here = window(cleo)
    thread, question = posts[-1], posts[-2]
    paths = ["/", bikes.url, f"{bikes.url}?tag=nothing", f"{bikes.url}s/workshop/", thread, question, posts[0],
             f"{base(thread)}/history", f"{base(thread)}/reactions", f"{bikes.url}new", f"{bikes.url}me/drafts",
             "/notifications", f"/u/{bob.username}"]  # fmt: skip
    assert here.flaws(paths) == {}
    assert here.complaints == []
    assert here.flaws([f"{bikes.url}p/404"]) == {}
    here.complaints.clear()  # of a page that is not there


def test_a_bell_with_something_in_it_is_accessible(
    window: Windows, hand: Hands, bob: Person, cleo: Person, posts: list[str]
) -> None:
    hand(cleo).comment(posts[3], "For the bell")
    here = window(bob)
    page = here.go("/notifications")
    expect(page.locator(".notice[data-unread]").first).to_be_visible(timeout=30_000)
    assert flaws(page) == []
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.locator(".notice[data-unread]")).to_have_count(0)
    expect(page.locator(".bell-count .count")).to_have_count(0)


def test_a_visitor_reads_everything_without_complaints(
    window: Windows, guest: Person, bob: Person, bikes: PlaceFacts, posts: list[str]
) -> None:
    here = window(guest)
    for path in ("/", bikes.url, posts[-1], posts[-2], f"/u/{bob.username}"):
        page = here.go(path)
        expect(page.locator("h1")).to_have_count(1)
        assert here.violations() == []
    assert here.complaints == []
