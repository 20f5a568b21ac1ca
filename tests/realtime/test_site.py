"""The whole site: what one person does over HTTP arrives on the pages of the others."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis as redis_py
import requests
import websocket
from flask import Flask

from tests.cast import Person, PlaceFacts
from tests.databases import REDIS_DATABASES, Database, Templates
from tests.realtime.servers import Page, Web, age_log, eventually
from tests.visitor import cookie_of

CONNECT = re.compile(r'hx-ws:connect="([^"]+)"')


class Site(Web):
    """The site in processes of its own."""

    def __init__(self, app: Flask, settings: dict[str, str], folder: Path) -> None:
        super().__init__(settings, folder)
        self.tests_app = app
        self.pages: list[Page] = []

    def session(self, person: Person) -> requests.Session:
        """A browser in which somebody is logged in."""
        browser = requests.Session()
        browser.headers["Sec-Fetch-Site"] = "same-origin"
        browser.cookies.set(self.tests_app.config["SESSION_COOKIE_NAME"], cookie_of(self.tests_app, person))
        return browser

    def post(self, person: Person, path: str, **form: str) -> int:
        """Send a plain form; the answer's status."""
        with self.session(person) as browser:
            return browser.post(self.origin + path, data=form, timeout=30, allow_redirects=False).status_code

    def confirm(self, person: Person) -> None:
        """Let somebody have proved a moment ago who they are."""
        self.run("UPDATE sessions SET reauthenticated_at = now() WHERE user_id = %s", person.user_id)
        self.forget()

    def forget(self) -> None:
        """Leave nothing in the cache; the log of what was pushed is old at once, so that no page has to start anew."""
        from_cache = redis_py.Redis.from_url(self.settings["redis_url"])
        from_cache.flushdb()
        from_cache.close()
        age_log(self.settings["redis_url"])

    def publish(self, by: Person, *, space: PlaceFacts | None = None) -> str:
        """Where the new post is read."""
        form = {"title": f"Ride {uuid.uuid4()}", "content": f"Who comes along? {uuid.uuid4()}"}
        if space is not None:
            form["space"] = str(space.id)
        with self.session(by) as browser:
            answer = browser.post(self.origin + "/c/bikes/new", data=form, timeout=30, allow_redirects=False)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["Location"])

    def log_in(self, person: Person) -> requests.Session:
        """Another browser, in which somebody logs in now."""
        browser = requests.Session()
        browser.headers["Sec-Fetch-Site"] = "same-origin"
        form = {"identifier": person.username, "password": person.password}
        answer = browser.post(self.origin + "/login", data=form, timeout=30, allow_redirects=False)
        assert answer.headers["Location"] == "/"
        return browser

    def run(self, statement: str, *values: object) -> list[Any]:
        """Something only the database can tell or bring about."""
        with psycopg.connect(self.settings["database_url"].replace("+psycopg", ""), autocommit=True) as database:
            done = database.execute(statement, values)
            return done.fetchall() if done.description else []

    def open(self, person: Person, path: str, browser: requests.Session | None = None) -> Page:
        """Load a page and open its socket, as its script does."""
        browser = browser or self.session(person)
        found = browser.get(self.origin + path, timeout=20)
        address = CONNECT.search(found.text)
        assert found.status_code == 200 and address is not None
        browser.close()
        cookie = "; ".join(f"{one.name}={one.value}" for one in browser.cookies)
        page = Page(self.origin.replace("http", "ws") + unescape(address[1]), cookie=cookie, origin=self.origin)
        self.pages.append(page)
        return page


@pytest.fixture(scope="module")
def site(app: Flask, templates: Templates, peopled: Database, worker_number: int,
         tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    database = templates.copy(peopled)
    redis_url = templates.servers.redis_url(REDIS_DATABASES - 1 - worker_number)
    settings = {"database_url": database.url, "redis_url": redis_url, "rate_limit_factor": "1000",
                "secret_key": app.extensions["config"].signing_secret}
    site = Site(app, settings, tmp_path_factory.mktemp("site"))
    try:
        site.start()
        age_log(redis_url)
        yield site
    finally:
        site.stop()
        templates.servers.drop(database)


@pytest.fixture(autouse=True)
def closed_pages(site: Site) -> Iterator[None]:
    yield
    for page in site.pages:
        page.close()
    site.pages.clear()


def test_a_comment_appears_on_the_pages_of_those_who_read_the_post(site: Site, ada: Person, bob: Person):
    path = site.publish(ada)
    pages = [site.open(ada, path) for _ in range(4)]
    assert site.post(bob, f"{path}/comments", body="I do!") == 303
    for page in pages:
        frame = _hear(page, "I do!")
        assert frame["topic"].startswith("post:")
        assert "<hx-partial" in frame["content"]


def test_sockets_hold_no_connection_to_the_database(site: Site, ada: Person, bob: Person, mia: Person):
    path = site.publish(ada)
    for person in (ada, bob, mia):
        for _ in range(10):
            site.open(person, path)
    with psycopg.connect(site.settings["database_url"].replace("+psycopg", ""), autocommit=True) as observer:
        in_use = ("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' "
                  "AND pid <> pg_backend_pid()")
        eventually(lambda: observer.execute(in_use).fetchone() == (0,), seconds=20)
    with site.session(ada) as browser:
        assert [browser.get(site.origin + path, timeout=20).status_code for _ in range(40)] == [200] * 40


def test_leaving_a_private_space_ends_hearing_it(site: Site, ada: Person, bob: Person, workshop: PlaceFacts):
    path = site.publish(ada, space=workshop)
    page, other = site.open(bob, path), site.open(ada, path)
    assert site.post(ada, f"{path}/comments", body="Still here?") == 303
    for one in (page, other):
        _hear(one, "Still here?")
    assert site.post(bob, "/c/bikes/s/workshop/leave") == 303
    assert site.post(ada, f"{path}/comments", body="Gone?") == 303
    _hear(other, "Gone?")
    frames = _until_quiet(page)
    assert not any("Gone?" in frame.get("content", "") for frame in frames)


def test_logging_out_closes_the_sockets_of_that_browser(site: Site, ada: Person, cleo: Person):
    path = site.publish(ada)
    browser = site.log_in(cleo)
    mine, other = site.open(cleo, path, browser), site.open(ada, path)
    assert browser.post(site.origin + "/logout", timeout=30, allow_redirects=False).status_code == 303
    assert mine.close_code() == 4401
    assert other.hears_nothing()


def test_a_browser_that_is_logged_out_from_another_one_is_out_at_its_next_click_and_hears_nothing(site: Site, ada: Person, bob: Person):
    path = site.publish(ada)
    phone, laptop = site.log_in(bob), site.log_in(bob)
    page, kept = site.open(bob, path, phone), site.open(bob, path, laptop)
    number = site.run("SELECT max(id) - 1 FROM sessions WHERE user_id = %s", bob.user_id)[0][0]
    began = time.monotonic()
    assert laptop.post(f"{site.origin}/settings/sessions/{number}/delete", timeout=30, allow_redirects=False).status_code == 303
    assert page.close_code() == 4401
    assert time.monotonic() - began < 5
    answers = [one.get(site.origin + "/settings/profile", timeout=30, allow_redirects=False).status_code for one in (phone, laptop)]
    assert answers == [303, 200]
    assert kept.hears_nothing()


@pytest.fixture
def administrator(site: Site, mia: Person) -> Iterator[Person]:
    """Mia runs the site, and proved a moment ago who she is."""
    site.run("UPDATE users SET site_role = 'SITE_ADMIN' WHERE id = %s", mia.user_id)
    site.confirm(mia)
    yield mia
    site.run("UPDATE users SET site_role = 'USER', status = 'ACTIVE', status_expires_at = NULL WHERE status <> 'DELETED'"
             " AND site_role <> 'SYSTEM'")
    site.forget()


def test_a_suspended_account_hears_nothing_from_then_on(site: Site, ada: Person, bob: Person, administrator: Person):
    path = site.publish(ada)
    page, other = site.open(bob, path), site.open(ada, path)
    form = {"reason": "Three spam posts.", "until": "2999-01-01"}
    assert site.post(administrator, f"/admin/people/{bob.username}/suspend", **form) == 303
    assert page.close_code() == 4403
    assert other.hears_nothing()


def test_a_dismissed_administrator_hears_no_closed_space(
    site: Site, ada: Person, eve: Person, workshop: PlaceFacts, administrator: Person
):
    path = site.publish(ada, space=workshop)
    site.run("UPDATE users SET site_role = 'SITE_ADMIN' WHERE id = %s", eve.user_id)
    page, other = site.open(eve, path, site.log_in(eve)), site.open(ada, path)
    site.post(ada, f"{path}/comments", body="Still here?")
    _hear(page, "Still here?")
    assert site.post(administrator, f"/admin/people/{eve.username}/admin/delete") == 303
    site.post(ada, f"{path}/comments", body="Gone?")
    _hear(other, "Gone?")
    assert not any("Gone?" in frame.get("content", "") for frame in _until_quiet(page))


def _hear(page: Page, text: str) -> dict[str, Any]:
    """The next frame with this text; others are passed over."""
    while text not in (frame := page.next()).get("content", ""):
        pass
    return frame


def _until_quiet(page: Page) -> list[dict[str, Any]]:
    frames = []
    try:
        while True:
            frames.append(page.next(timeout=0.5))
    except websocket.WebSocketTimeoutException:
        return frames


def test_a_space_that_closes_is_gone_from_open_pages_within_seconds(
    site: Site, ada: Person, eve: Person, general: PlaceFacts
):
    """The page of who lost a right is told to read itself once more, and finds nothing any more."""
    path = site.publish(ada, space=general)
    feed, post = site.open(eve, "/c/bikes/"), site.open(eve, path)
    site.confirm(ada)
    closing = {"name": "General", "slug": "general", "visibility": "PRIVATE", "posting_policy": "MEMBERS", "version": "1"}
    assert site.post(ada, f"{general.url}settings", **closing) == 303
    for page in (feed, post):
        frame = page.next(timeout=5.0)
        while frame.get("event") != "page:stale":
            frame = page.next(timeout=5.0)
    with site.session(eve) as browser:
        assert path not in browser.get(f"{site.origin}/c/bikes/", timeout=20).text
        assert browser.get(site.origin + path, timeout=20).status_code == 404
    assert site.post(ada, f"{path}/comments", body="Among ourselves") == 303
    assert not any("Among ourselves" in frame.get("content", "") for frame in _until_quiet(post))


def test_a_block_silences_open_pages_within_five_seconds(site: Site, ada: Person, bob: Person, cleo: Person):
    path = site.publish(ada)
    pages = {person.username: site.open(person, path) for person in (ada, bob, cleo)}
    assert site.post(cleo, f"{path}/comments", body="Before the block.") == 303
    for page in pages.values():
        while "Before the block." not in page.next().get("content", ""):
            pass
    assert site.post(bob, "/u/cleo/block") == 303
    time.sleep(0.5)
    assert site.post(cleo, f"{path}/comments", body="After the block.") == 303
    assert site.post(ada, f"{path}/comments", body="To everybody.") == 303
    heard = []
    while "To everybody." not in (frame := pages["bob"].next()).get("content", ""):
        heard.append(frame.get("content", ""))
    assert not [text for text in heard if "After the block." in text]
    while "After the block." not in pages["ada"].next().get("content", ""):
        pass
    assert site.post(bob, "/settings/blocks/cleo/delete") == 303
