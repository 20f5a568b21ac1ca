"""Headers of every answer: what browsers may run, load, send and keep."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from community.app import create_app
from community.config import Config
from tests.cast import Person
from tests.databases import Database
from tests.laboratory import KINDS, Laboratory
from tests.visitor import HTMX, OWN_PAGE, Client, Visitor

POLICY = {
    "default-src": "'none'", "script-src": "'self' 'nonce-X'", "style-src": "'self' 'nonce-X'",
    "img-src": "'self' data: blob:", "media-src": "'self'", "font-src": "'self'", "manifest-src": "'self'",
    "worker-src": "'self'", "form-action": "'self'", "base-uri": "'none'", "object-src": "'none'",
    "frame-ancestors": "'none'", "frame-src": "https://www.youtube-nocookie.com",
}  # fmt: skip
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
NONCE = re.compile(r"'nonce-([A-Za-z0-9_-]{20,})'")


def policy_of(response: TestResponse) -> dict[str, str]:
    """The policy by directive, with X for the nonce."""
    policy = NONCE.sub("'nonce-X'", response.headers["Content-Security-Policy"])
    return dict(part.strip().partition(" ")[::2] for part in policy.split(";") if part.strip())


def assert_hardened(response: TestResponse) -> None:
    found = policy_of(response)
    connect = found.pop("connect-src").split()
    assert found == POLICY
    assert connect[0] == "'self'"
    assert set(connect[1:]) == {"ws://localhost", "ws://127.0.0.1"}
    assert {name: response.headers[name] for name in FIXED} == FIXED
    assert {"camera=()", "microphone=()", "geolocation=()"} <= set(response.headers["Permissions-Policy"].split(", "))
    assert "Server" not in response.headers
    assert response.headers["Cache-Control"] in ("private, no-cache", "no-store")


@pytest.mark.parametrize("path", ["/lab/page", "/lab/open", "/login", "/healthz", "/readyz", "/no/such/page"])
def test_every_answer_is_hardened(laboratory: Laboratory, path: str) -> None:
    assert_hardened(laboratory.client.get(path))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("asked_for", ["page", "fragment", "json"])
def test_errors_are_hardened_and_never_cached(laboratory: Laboratory, kind: str, asked_for: str) -> None:
    headers = {"page": {}, "fragment": HTMX, "json": {"Accept": "application/json"}}[asked_for]
    assert_hardened(laboratory.client.get(f"/lab/fail/{kind}", headers=headers))


def test_refusals_before_any_route_are_hardened(laboratory: Laboratory) -> None:
    assert_hardened(laboratory.client.get("/lab/page", headers={"Host": "evil.example"}))
    assert_hardened(laboratory.client.post("/lab/write", headers={"Sec-Fetch-Site": "cross-site"}))
    assert_hardened(laboratory.client.delete("/lab/page", headers=OWN_PAGE))


def test_the_nonce_is_new_for_every_answer_and_the_one_of_its_scripts(client: Client) -> None:
    nonces = []
    for _ in range(3):
        response = client.get("/login")
        assert response.status_code == 200
        (nonce,) = set(NONCE.findall(response.headers["Content-Security-Policy"]))
        assert set(re.findall(r'nonce="([^"]*)"', response.text)) == {nonce}
        nonces.append(nonce)
    assert len(set(nonces)) == 3


def test_a_page_may_not_be_kept_by_others(as_: Callable[[Person], Visitor], bob: Person, guest: Person) -> None:
    for person in (bob, guest):
        page = as_(person).get("/communities")
        assert page.headers["Cache-Control"] == "private, no-cache"
        assert {"HX-Request", "HX-Request-Type", "Cookie"} <= {name.strip() for name in page.headers["Vary"].split(",")}
        assert "ETag" not in page.headers


def test_settings_are_stored_nowhere(as_: Callable[[Person], Visitor], bob: Person) -> None:
    for path in ("/settings/profile", "/settings/appearance", "/settings/sessions"):
        assert as_(bob).get(path).headers["Cache-Control"] == "no-store"


@pytest.fixture
def make_site(configure: Callable[..., Config], peopled: Database, app: Flask) -> Callable[..., Client]:
    """A client of a site with another configuration; no request of it reaches the database."""

    def make_site(**changes: object) -> Client:
        site = create_app(configure(peopled, **changes))
        site.test_client_class = Client
        client = site.test_client()
        assert isinstance(client, Client)
        return client

    return make_site


def test_under_tls_browsers_are_told_to_stay_there(make_site: Callable[..., Client]) -> None:
    response = make_site(base_url="https://bikes.example").get("/healthz", base_url="https://bikes.example")
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert policy_of(response)["connect-src"] == "'self' wss://bikes.example"


def test_without_tls_they_are_not(client: Client) -> None:
    assert "Strict-Transport-Security" not in client.get("/healthz").headers


@pytest.mark.parametrize(
    ("base_url", "name", "is_secure"),
    [("https://bikes.example", "__Host-session", True), ("http://localhost", "session", False)],
)
def test_the_session_cookie_is_for_this_site_alone(
    make_site: Callable[..., Client], base_url: str, name: str, is_secure: bool
) -> None:
    config = make_site(base_url=base_url).application.config
    assert config["SESSION_COOKIE_NAME"] == name
    assert config["SESSION_COOKIE_SECURE"] is is_secure
    assert config["SESSION_COOKIE_HTTPONLY"] is True
    assert config["SESSION_COOKIE_SAMESITE"] == "Lax"
    assert config["SESSION_COOKIE_DOMAIN"] is None
    assert config["SESSION_COOKIE_PATH"] is None


def test_what_a_guest_looks_at_sets_no_cookie(as_: Callable[[Person], Visitor], guest: Person) -> None:
    for path in ("/communities", "/c/bikes/", "/login", "/signup"):
        assert "Set-Cookie" not in as_(guest).get(path).headers, path
