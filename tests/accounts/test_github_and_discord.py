"""Logging in by GitHub and Discord, which speak no OpenID Connect: what they document, spoken by a server on this machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from pydantic import SecretStr

from community.accounts.models import OAuthAccount, User
from community.adapters import http
from community.extensions import db
from tests.accounts.conftest import is_logged_in
from tests.accounts.providers import Api, api, query_of
from tests.visitor import Page, Visitor

TOKEN = {"access_token": "gho_16C7e42F292c6912E7710c838347Ae178B4a", "scope": "read:user,user:email", "token_type": "bearer"}
GITHUB_PERSON = {"login": "octo", "id": 583231, "name": "Octavia Cat", "email": None, "type": "User"}
GITHUB_ADDRESSES = [
    {"email": "old@example.org", "primary": False, "verified": True, "visibility": None},
    {"email": "octavia@example.org", "primary": True, "verified": True, "visibility": "private"},
]
DISCORD_PERSON = {"id": "80351110224678912", "username": "nelly", "global_name": "Nelly", "verified": True,
                  "email": "nelly@example.org", "mfa_enabled": False}


@pytest.fixture(scope="module")
def server() -> Iterator[Api]:
    with api() as running:
        yield running


@pytest.fixture(autouse=True)
def elsewhere(server: Api, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Api:
    """Both providers, configured, with somebody in them."""
    config = app.extensions["config"]
    for name, value in {"github_client_id": "gh", "github_url": server.url, "github_api_url": f"{server.url}/v3",
                        "discord_client_id": "dc", "discord_url": server.url}.items():
        monkeypatch.setattr(config, name, value)
    monkeypatch.setattr(config, "github_client_secret", SecretStr("gh secret"))
    monkeypatch.setattr(config, "discord_client_secret", SecretStr("dc secret"))
    server.asked.clear()
    server.answers.clear()
    server.answers |= {
        "/login/oauth/access_token": TOKEN, "/v3/user": GITHUB_PERSON, "/v3/user/emails": GITHUB_ADDRESSES,
        "/api/oauth2/token": TOKEN | {"expires_in": 604800}, "/api/users/@me": DISCORD_PERSON,
    }
    return server


def come_back(visitor: Visitor, provider: str) -> Page:
    started = visitor.get(f"/oauth/{provider}/start")
    state = query_of(started.location)["state"]
    page = visitor.get(f"/oauth/{provider}/callback?code=abc&state={state}")
    return page.follow() if page.location else page


def test_github_tells_the_person_and_the_primary_address(stranger: Visitor, elsewhere: Api) -> None:
    page = come_back(stranger, "github")
    assert "octavia@example.org" in page.text(".provider-line")
    assert page.form().fields == {"display_name": "Octavia Cat", "username": "octo"}
    assert page.form().send().status == 303
    assert is_logged_in(stranger)
    assert db.session.query(User).filter_by(username="octo").one().status == "ACTIVE"
    assert db.session.query(OAuthAccount).one().provider_account_id == "583231"
    (_, form, _), *others = elsewhere.asked
    assert form["code"] == "abc"
    assert len(form["code_verifier"]) >= 43
    assert form["redirect_uri"] == "http://localhost/oauth/github/callback"
    assert [(path, headers["Authorization"]) for path, _, headers in others] == [
        ("/v3/user", f"Bearer {TOKEN['access_token']}"), ("/v3/user/emails", f"Bearer {TOKEN['access_token']}")]


def test_an_address_github_has_not_confirmed_is_proven_by_our_link(stranger: Visitor, elsewhere: Api) -> None:
    elsewhere.answers["/v3/user/emails"] = [{"email": "octavia@example.org", "primary": True, "verified": False}]
    page = come_back(stranger, "github")
    assert page.form().fields["email"] == "octavia@example.org"
    assert page.form().send().location == "/signup/done"
    assert not is_logged_in(stranger)


def test_discord_tells_the_person_and_the_address(stranger: Visitor, elsewhere: Api) -> None:
    page = come_back(stranger, "discord")
    assert page.form().fields == {"display_name": "Nelly", "username": "nelly"}
    assert page.form().send().status == 303
    assert is_logged_in(stranger)
    kept = db.session.query(OAuthAccount).one()
    assert (kept.provider, kept.provider_account_id, kept.email) == ("discord", "80351110224678912", "nelly@example.org")


@pytest.mark.parametrize("changes", [{"verified": False}, {"verified": None}, {"email": None}])
def test_discord_without_a_proven_address_asks_for_proof(changes: dict[str, object], stranger: Visitor, elsewhere: Api) -> None:
    elsewhere.answers["/api/users/@me"] = DISCORD_PERSON | changes
    assert come_back(stranger, "discord").has("#f-email")


def test_an_old_code_is_refused(stranger: Visitor, elsewhere: Api) -> None:
    elsewhere.answers["/login/oauth/access_token"] = {
        "error": "bad_verification_code", "error_description": "The code passed is incorrect or expired."}
    page = come_back(stranger, "github")
    assert page.status == 400
    assert page.text("h1") == "That did not work"


@pytest.mark.parametrize("answer", [b"<html>", None, [], b'{"id": null, "login": "octo"}', b'{"login": "octo"}'])
def test_an_answer_that_makes_no_sense_is_told(answer: object, stranger: Visitor, elsewhere: Api) -> None:
    elsewhere.answers["/v3/user"] = answer
    assert come_back(stranger, "github").status in (400, 503)
    assert stranger.get("/oauth/github/finish").status == 400


def test_more_than_we_read_counts_as_no_answer(stranger: Visitor, elsewhere: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MAX_BYTES", 1000)
    elsewhere.answers["/v3/user"] = GITHUB_PERSON | {"bio": "x" * 2000}
    page = come_back(stranger, "github")
    assert page.status == 503
    assert page.text("h1") == "GitHub does not answer"


def test_both_have_their_button(stranger: Visitor) -> None:
    assert stranger.get("/login").texts(".providers a") == ["GContinue with GitHub", "DContinue with Discord"]
