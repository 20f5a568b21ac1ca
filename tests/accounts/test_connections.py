"""Linking and unlinking the accounts elsewhere one logs in by."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from community.accounts.models import OAuthAccount, SecurityAlert, User
from community.extensions import db
from tests.accounts.providers import OpenId, come_back, linked
from tests.cast import PASSWORD, Person
from tests.visitor import Visitor

As = Callable[..., Visitor]
pytestmark = pytest.mark.usefixtures("provider")


def test_an_account_is_linked_by_who_is_logged_in_and_alerts(as_: As, provider: OpenId, bob: Person) -> None:
    visitor = as_(bob, confirmed=True)
    assert visitor.get("/settings/connections").texts("#connection-oidc small") == ["not linked"]
    provider.knows("b1", email="bob@work.example", email_verified=True)
    page = come_back(visitor, provider, "b1", query="?link=1")
    assert page.text("h1") == "Link your Example ID account?"
    assert "bob@work.example" in page.text(".provider-line")
    assert db.session.query(OAuthAccount).count() == 0, "coming back changes nothing"
    after = page.form().send().follow()
    assert after.text("[role=status].note") == "Example ID is linked. You can log in with it now."
    assert "bob@work.example" in after.text("#connection-oidc small")
    assert db.session.query(SecurityAlert).filter_by(user_id=bob.user_id).one().type == "OAUTH_LINKED"
    assert page.visitor.post("/oauth/oidc/finish").status == 400, "asked once"


def test_the_answer_to_a_link_is_bound_to_who_asked(as_: As, provider: OpenId, bob: Person, cleo: Person, app: Flask) -> None:
    provider.knows("b2", email="b2@work.example", email_verified=True)
    visitor = as_(bob)
    path = provider.agree(visitor.get("/oauth/oidc/start?link=1").location, "b2")
    visitor.post("/logout")
    assert visitor.get(path).text("h1") == "Please start again"
    assert db.session.query(OAuthAccount).count() == 0


def test_another_way_in_needs_a_fresh_proof(as_: As, provider: OpenId, bob: Person) -> None:
    provider.knows("b4", email="b4@work.example", email_verified=True)
    question = come_back(as_(bob), provider, "b4", query="?link=1").form().send()
    assert (question.status, question.text("h1")) == (403, "Confirm that it is you")
    assert db.session.query(OAuthAccount).count() == 0
    done = question.form("#confirm-form").send(confirm_password=PASSWORD)
    assert done.location == "/settings/connections?linked=oidc"
    assert db.session.query(OAuthAccount).count() == 1


def test_linking_needs_an_account(as_: As, guest: Person) -> None:
    assert as_(guest).get("/oauth/oidc/start?link=1").location.startswith("/login?next=")
    assert as_(guest).get("/settings/connections").location == "/login?next=/settings/connections"


def test_an_account_is_linked_to_one_person_only(as_: As, provider: OpenId, bob: Person, cleo: Person) -> None:
    linked(bob, "shared", provider, as_)
    page = come_back(as_(cleo, confirmed=True), provider, "shared", query="?link=1").form().send()
    assert page.status == 409
    assert "linked to another account" in page.text("[role=alert]")
    linked(cleo, "own", provider, as_)
    provider.knows("second", email="second@work.example", email_verified=True)
    assert come_back(as_(cleo, confirmed=True), provider, "second", query="?link=1").form().send().status == 409


def test_an_unproven_address_there_is_not_linked(as_: As, provider: OpenId, bob: Person) -> None:
    provider.knows("b3", email="b3@work.example", email_verified=False)
    page = come_back(as_(bob, confirmed=True), provider, "b3", query="?link=1").form().send()
    assert page.status == 409
    assert "has not confirmed your address" in page.text("[role=alert]")


def test_an_account_is_unlinked_and_alerts(as_: As, provider: OpenId, bob: Person) -> None:
    linked(bob, "bob-there", provider, as_)
    after = as_(bob).get("/settings/connections").form("#connection-oidc form").send().follow()
    assert after.text("[role=status].note") == "Unlinked."
    assert db.session.query(OAuthAccount).count() == 0
    assert {alert.type for alert in db.session.query(SecurityAlert)} == {"OAUTH_LINKED", "OAUTH_UNLINKED"}


def test_the_last_way_to_log_in_is_not_unlinked(stranger: Visitor, provider: OpenId) -> None:
    provider.knows("1015", email="only@example.org", email_verified=True, name="Only")
    come_back(stranger, provider, "1015").form().send()
    refused = stranger.get("/settings/connections").form("#connection-oidc form").send()
    assert refused.status == 422
    assert refused.text(".form-error") == "This is your only way to log in. Set a password or add a passkey first."
    db.session.query(User).filter_by(email="only@example.org").one().password_hash = "x"
    assert stranger.get("/settings/connections").form("#connection-oidc form").send().status == 303


def test_a_link_of_somebody_else_does_not_exist(as_: As, provider: OpenId, bob: Person, cleo: Person) -> None:
    linked(bob, "bob-there", provider, as_)
    number = db.session.query(OAuthAccount).one().id
    assert as_(cleo).post(f"/settings/connections/{number}/delete").status == 404
    assert as_(cleo).delete(f"/settings/connections/{number}").status == 404
    assert as_(bob).post("/settings/connections/nonsense/delete").status == 404
    assert as_(bob).delete(f"/settings/connections/{number}").status == 303


def test_without_providers_the_page_says_so(as_: As, bob: Person, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.extensions["config"], "oidc_client_id", None)
    assert as_(bob).get("/settings/connections").text(".empty h3") == "Nothing to connect to"
