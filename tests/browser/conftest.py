"""A running site, a cast for each test, and Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright
from redis import Redis

from community.core.assets import is_vendored
from tests.browser.hand import Hand
from tests.browser.site import SECRET, Site, Window, open_window
from tests.cast import GUEST, Cast, Person, PlaceFacts
from tests.databases import Database, Servers, Templates
from tests.realtime.servers import age_log

FIRST_REDIS = 8  # the numbers before are those of the sites inside the test processes
HERE = Path(__file__).parent
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]

NO_CHROMIUM = "there is no Chromium"
SECONDS = 300  # a test may take; browsers are slow on a busy machine
expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.timeout(SECONDS))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser `CHROMIUM` names, or whichever is on the path."""
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    path = next(filter(None, map(shutil.which, filter(None, names))), None)
    if path is None:
        pytest.skip(NO_CHROMIUM)
    if not is_vendored():
        pytest.fail("run `npm ci --omit=dev` and `python -m community.core.assets vendor` first")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(servers: Servers, templates: Templates, peopled: Database, worker_number: int,
         tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site with a cast in it, for all tests of this worker: what one leaves, the next one finds."""
    database, redis_url = templates.copy(peopled), servers.redis_url(FIRST_REDIS + worker_number)
    Redis.from_url(redis_url).flushdb()
    site = Site(database, redis_url, tmp_path_factory.mktemp("site"))
    site.start()
    age_log(redis_url)
    yield site
    site.stop()
    servers.drop(database)


@pytest.fixture
def cast(site: Site) -> Cast:
    """A cast of the test's own: `bob`, `bikes` and all the others are new to it, and nothing has happened to them.

    Tests that only look may share one: a module then has a `cast` of its own with the scope `module`.
    """
    return site.new_cast()


@pytest.fixture(scope="session")
def cookies() -> Flask:
    """An application that signs cookies as the running site does."""
    app = Flask("cookies")
    app.config["SESSION_COOKIE_NAME"] = "session"
    app.secret_key = SECRET
    return app


@pytest.fixture
def window(chromium: Browser, site: Site, cookies: Flask) -> Iterator[Callable[..., Window]]:
    """`window(bob, width=390)`: a window of this person; all are closed after the test."""
    opened: list[Window] = []

    def open_one(person: Person, *, width: int = 1280, scheme: str = "light", **options: Any) -> Window:
        view = {"width": width, "height": 844}
        opened.append(open_window(chromium, site, cookies, person, viewport=view, color_scheme=scheme, **options))
        return opened[-1]

    yield open_one
    for one in opened:
        one.page.context.close()
    assert [complaint for one in opened for complaint in one.complaints] == []


@pytest.fixture
def page_of(window: Callable[..., Window], cast: Cast) -> Callable[..., Page]:
    """`page_of("bob")`: a page of this person, "guest" included, still empty."""
    return lambda name, **options: window(cast.people.get(name, GUEST), **options).page


@pytest.fixture
def hand(site: Site, cookies: Flask, bikes: PlaceFacts) -> Callable[[Person], Hand]:
    """`hand(bob).publish(…)`: writing without a browser."""
    return lambda person: Hand(site, cookies, person, bikes)
