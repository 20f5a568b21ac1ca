"""What a first visit to the feed costs."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Request

from tests.browser.site import Window
from tests.cast import Person

KB = 1024
REQUESTS = 10
TOTAL = 120 * KB
SCRIPTS = 45 * KB
OWN_SCRIPTS = 8 * KB


def test_the_first_load_of_a_feed_is_light(window: Callable[..., Window], bob: Person) -> None:
    here = window(bob)
    loaded: list[Request] = []

    def note(request: Request) -> None:
        loaded.append(request)

    here.page.route_web_socket("**/ws?*", lambda _: None)  # a fresh log would make the page fetch its regions anew
    here.page.on("requestfinished", note)
    here.go("/c/bikes/")
    size = {request.url: request.sizes()["responseBodySize"] for request in loaded}
    scripts = {url: weight for url, weight in size.items() if url.endswith(".js")}
    assert len(size) <= REQUESTS, "\n".join(f"{weight:7} {url}" for url, weight in size.items())
    assert sum(size.values()) <= TOTAL
    assert 0 < sum(scripts.values()) <= SCRIPTS
    assert 0 < sum(weight for url, weight in scripts.items() if "/js/" in url) <= OWN_SCRIPTS
