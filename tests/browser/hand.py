"""Somebody who writes without a browser: what a test needs on the running site before it begins to look."""

from __future__ import annotations

import re
import uuid

import requests
from flask import Flask

from tests.browser.site import Site
from tests.cast import Person, PlaceFacts
from tests.visitor import cookie_of

OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


class Hand:
    """Sends plain forms to the site as one person; `home` is the community they are in."""

    def __init__(self, site: Site, app: Flask, person: Person, home: PlaceFacts) -> None:
        self.site, self.home = site, home
        self.session = requests.Session()
        self.session.cookies.set(app.config["SESSION_COOKIE_NAME"], cookie_of(app, person))
        self.session.headers.update(OWN_PAGE)

    def post(self, path: str, **form: object) -> str:
        """Send a form; answers the path it leads to."""
        answer = self.session.post(self.site.url + path, data=form, allow_redirects=False, timeout=60)
        assert answer.status_code == 303, f"{answer.status_code} {path}: {answer.text[:500]}"
        return str(answer.headers["Location"])

    def publish(self, title: str, text: str = "", **fields: object) -> str:
        """Publish a post; answers its page."""
        return self.post(f"{self.home.url}new", title=title, content=text or f"Text {uuid.uuid4()}", **fields)

    def comment(self, page: str, text: str, *, answering: str = "") -> str:
        """Comment on a post, or answer a comment; answers the UUID of the new comment."""
        place = self.post(f"{base(page)}/comments", body=text, parent=answering)
        return re.findall(r"#c-([0-9a-f-]{36})$", place)[0]


def base(page: str) -> str:
    """The address of a post without its slug."""
    return re.findall(r"^/c/[^/]+/p/\d+", page)[0]
