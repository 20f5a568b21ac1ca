"""What a first visit to the feed costs."""

from __future__ import annotations

import gzip
from collections.abc import Callable

from playwright.sync_api import Request, expect

from tests.browser.hand import Hand
from tests.browser.site import Window
from tests.cast import Person, PlaceFacts

KB = 1024
REQUESTS = 10
TOTAL = 120 * KB
PAGE = 64 * KB  # as the site sends it
SCRIPTS = 45 * KB
OWN_SCRIPTS = 8 * KB


def test_the_first_load_of_a_full_feed_is_light(
    window: Callable[..., Window], hand: Callable[[Person], Hand], bob: Person, bikes: PlaceFacts
) -> None:
    for number in range(21):
        hand(bob).publish(f"Post {number}", f"Words {number}. " * 20)
    here = window(bob)
    loaded: list[Request] = []

    def note(request: Request) -> None:
        loaded.append(request)

    here.page.route_web_socket("**/ws?*", lambda _: None)  # a fresh log would make the page fetch its regions anew
    here.page.on("requestfinished", note)
    here.go(bikes.url)
    expect(here.page.locator(".card-post")).to_have_count(20)
    size = {request.url: request.sizes()["responseBodySize"] for request in loaded}
    document = here.site.url + bikes.url
    assert size[document] <= PAGE
    size[document] = len(gzip.compress(here.page.content().encode(), 6))  # as whoever stands in front sends it
    scripts = {url: weight for url, weight in size.items() if url.endswith(".js")}
    assert len(size) <= REQUESTS, "\n".join(f"{weight:7} {url}" for url, weight in size.items())
    assert sum(size.values()) <= TOTAL
    assert 0 < sum(scripts.values()) <= SCRIPTS
    assert 0 < sum(weight for url, weight in scripts.items() if "/js/" in url) <= OWN_SCRIPTS
