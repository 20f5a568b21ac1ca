"""Logging in by a provider of OpenID Connect, a real one on this machine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from email.message import EmailMessage

import pytest
import time_machine
from flask import Flask

from community.accounts.models import LoginAttempt, OAuthAccount, User
from community.core.clock import now
from community.extensions import db
from tests.accounts.conftest import is_logged_in
from tests.accounts.providers import OpenId, come_back, linked, query_of
from tests.cast import Person
from tests.visitor import Visitor

As = Callable[..., Visitor]
BACK = "/oauth/oidc/callback"
pytestmark = pytest.mark.usefixtures("provider")


def user_named(username: str) -> User | None:
    return db.session.query(User).filter_by(username=username).first()


def test_the_buttons_are_those_of_the_configured_providers(stranger: Visitor, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    for page in ("/login", "/signup"):
        assert stranger.get(f"{page}?next=/bookmarks").one(".providers a").attributes["href"] == (
            "/oauth/oidc/start?next=/bookmarks")
    monkeypatch.setattr(app.extensions["config"], "oidc_client_id", None)
    assert not stranger.get("/login").has(".providers")
    assert stranger.get("/oauth/oidc/start").status == 404
    assert stranger.get("/oauth/github/start").status == 404


def test_the_question_is_protected_by_state_nonce_and_pkce(stranger: Visitor, provider: OpenId) -> None:
    first, second = (query_of(stranger.get("/oauth/oidc/start").location) for _ in range(2))
    assert first["redirect_uri"] == "http://localhost/oauth/oidc/callback"
    assert first["code_challenge_method"] == "S256"
    assert first["scope"] == "openid email profile"
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) >= 20
        assert first[name] != second[name]


def test_a_newcomer_with_a_proven_address_chooses_a_name_and_is_in(
    stranger: Visitor, provider: OpenId, drain: Callable[[], object], mails: Callable[[], list[EmailMessage]]
) -> None:
    provider.knows("1001", email="nia@example.org", email_verified=True, name="Nia Bell", preferred_username="nia")
    page = come_back(stranger, provider, "1001", query="?next=/communities")
    assert page.text("h1") == "Almost there"
    assert page.form().fields == {"display_name": "Nia Bell", "username": "nia"}
    assert user_named("nia") is None, "coming back changes nothing"
    assert page.form().send(username="nia_bell").location == "/communities"
    assert is_logged_in(stranger)
    user = user_named("nia_bell")
    assert user is not None
    assert (user.status, user.email, user.password_hash) == ("ACTIVE", "nia@example.org", None)
    drain()
    assert [mail["Subject"] for mail in mails()] == ["Welcome"]


def test_what_the_provider_hands_out_is_not_kept(stranger: Visitor, provider: OpenId) -> None:
    provider.knows("1002", email="ole@example.org", email_verified=True, name="Ole")
    come_back(stranger, provider, "1002").form().send()
    kept = db.session.query(OAuthAccount).one()
    assert (kept.access_token, kept.refresh_token, kept.id_token) == (None, None, None)
    assert (kept.provider, kept.email, kept.email_verified) == ("oidc", "ole@example.org", True)


def test_a_linked_account_logs_in_with_one_button(as_: As, stranger: Visitor, provider: OpenId, bob: Person) -> None:
    linked(bob, "bob-there", provider, as_)
    page = come_back(stranger, provider, "bob-there", query="?next=/settings/sessions")
    assert page.text("h1") == "Welcome back"
    assert not is_logged_in(stranger)
    assert page.one("main form").attributes["hx-trigger"] == "load"
    assert page.form().send().location == "/settings/sessions"
    assert is_logged_in(stranger)
    attempt = db.session.query(LoginAttempt).filter_by(user_id=bob.user_id).one()
    assert (attempt.success, attempt.reason) == (True, "OAUTH")


@pytest.mark.parametrize("claim", [{}, {"email_verified": False}, {"email_verified": "false"}])
def test_an_unproven_address_is_proven_by_our_own_link(
    claim: dict[str, object], stranger: Visitor, provider: OpenId, link_for: Callable[[str], str]
) -> None:
    provider.knows("1003", email="pia@example.org", name="Pia Holm", **claim)
    page = come_back(stranger, provider, "1003")
    assert page.form().fields["email"] == "pia@example.org"
    assert page.form().send(username="pia").location == "/signup/done"
    user = user_named("pia")
    assert user is not None and user.status == "PENDING_VERIFICATION"
    stranger.get(link_for("pia@example.org")).form().send()
    db.session.expire_all()
    assert user.status == "ACTIVE"
    assert is_logged_in(stranger)


def test_without_any_address_one_is_asked_for(stranger: Visitor, provider: OpenId) -> None:
    provider.knows("1004", name="Quin")
    page = come_back(stranger, provider, "1004")
    assert page.form().fields["email"] == ""
    again = page.form().send()
    assert again.status == 422
    assert again.text("#f-email-error") == "Please fill this in."
    assert again.form().fields["display_name"] == "Quin"
    assert again.form().send(email="quin@example.org").location == "/signup/done"


def test_a_known_address_is_never_linked_silently(stranger: Visitor, provider: OpenId, bob: Person) -> None:
    provider.knows("not-bob", email="Bob@Example.org", email_verified=True, name="Bob")
    page = come_back(stranger, provider, "not-bob")
    assert page.status == 409
    assert page.text("h1") == "You have an account already"
    assert "Bob@example.org" in page.text("[role=alert]")
    assert page.one("main a.btn--primary").attributes["href"] == "/login?next=/settings/connections"
    assert stranger.post("/oauth/oidc/finish", display_name="Bob", username="bobby").status == 409
    assert db.session.query(OAuthAccount).count() == 0
    assert not is_logged_in(stranger)


def test_an_unproven_known_address_is_not_told_and_its_owner_is_warned(
    stranger: Visitor, provider: OpenId, bob: Person, drain: Callable[[], object], mails: Callable[[], list[EmailMessage]]
) -> None:
    provider.knows("1005", email="bob@example.org", email_verified=False, name="Rob")
    page = come_back(stranger, provider, "1005")
    assert page.text("h1") == "Almost there"
    assert page.form().send().location == "/signup/done"
    assert db.session.query(OAuthAccount).count() == 0
    drain()
    assert [(mail["To"], mail["Subject"]) for mail in mails()] == [("bob@example.org", "You already have an account")]


def test_a_taken_or_bad_username_is_said_at_its_field(stranger: Visitor, provider: OpenId, bob: Person) -> None:
    provider.knows("1007", email="sam@example.org", email_verified=True, name="Sam")
    form = come_back(stranger, provider, "1007").form()
    assert form.send(username="bob").text("#f-username-error") == "This username is taken."
    assert form.send(username="admin").text("#f-username-error") == "This name is reserved."
    assert form.send(username="sam").status == 303


def test_a_refusal_at_the_provider_is_told(stranger: Visitor, provider: OpenId) -> None:
    started = stranger.get("/oauth/oidc/start")
    state = query_of(started.location)["state"]
    page = stranger.get(f"{BACK}?error=access_denied&state={state}")
    assert page.text("h1") == "You said no"
    assert page.one("main a.btn--primary").attributes["href"] == "/oauth/oidc/start"


def test_an_error_of_the_provider_is_told(stranger: Visitor) -> None:
    state = query_of(stranger.get("/oauth/oidc/start").location)["state"]
    assert stranger.get(f"{BACK}?error=server_error&state={state}").text("h1") == "That did not work"


def test_an_answer_with_another_state_counts_for_nothing(stranger: Visitor, provider: OpenId) -> None:
    provider.knows("1008", email="tea@example.org", email_verified=True)
    path = provider.agree(stranger.get("/oauth/oidc/start").location, "1008")
    state = query_of(path)["state"]
    page = stranger.get(path.replace(state, "x" * len(state)))
    assert page.status == 400
    assert page.text("h1") == "Please start again"
    assert stranger.get(path).status == 400, "one question, one answer"


def test_an_answer_brought_by_somebody_else_counts_for_nothing(as_: As, stranger: Visitor, provider: OpenId, guest: Person) -> None:
    provider.knows("1009", email="una@example.org", email_verified=True)
    path = provider.agree(stranger.get("/oauth/oidc/start").location, "1009")
    assert as_(guest).get(path).text("h1") == "Please start again"


def test_an_answer_counts_once(stranger: Visitor, provider: OpenId) -> None:
    provider.knows("1010", email="vic@example.org", email_verified=True)
    path = provider.agree(stranger.get("/oauth/oidc/start").location, "1010")
    assert stranger.get(path).status == 303
    assert stranger.get(path).status == 400


def test_a_code_used_elsewhere_is_refused(as_: As, stranger: Visitor, provider: OpenId, guest: Person) -> None:
    provider.knows("1011", email="wim@example.org", email_verified=True)
    code = query_of(provider.agree(stranger.get("/oauth/oidc/start").location, "1011"))["code"]
    stranger.get(f"{BACK}?code={code}&state=wrong")
    other = as_(guest)
    state = query_of(other.get("/oauth/oidc/start").location)["state"]
    page = other.get(f"{BACK}?code={code}&state={state}")
    assert page.status == 400
    assert page.text("h1") == "That did not work"


def test_a_token_for_another_question_is_refused(as_: As, stranger: Visitor, provider: OpenId, guest: Person) -> None:
    """A code of somebody else's question carries their nonce."""
    provider.knows("1012", email="xia@example.org", email_verified=True)
    mine, other = stranger, as_(guest)
    code = query_of(provider.agree(other.get("/oauth/oidc/start").location, "1012"))["code"]
    state = query_of(mine.get("/oauth/oidc/start").location)["state"]
    page = mine.get(f"{BACK}?code={code}&state={state}")
    assert page.text("h1") == "That did not work"
    assert mine.get("/oauth/oidc/finish").text("h1") == "Please start again"


def test_an_unknown_code_is_refused(stranger: Visitor) -> None:
    state = query_of(stranger.get("/oauth/oidc/start").location)["state"]
    assert stranger.get(f"{BACK}?code=made-up&state={state}").text("h1") == "That did not work"


def test_a_foreign_issuer_in_the_answer_is_refused(stranger: Visitor, provider: OpenId) -> None:
    provider.knows("1013", email="yan@example.org", email_verified=True)
    path = provider.agree(stranger.get("/oauth/oidc/start").location, "1013")
    assert stranger.get(f"{path}&iss=https://evil.example").text("h1") == "Please start again"


def test_a_log_in_that_takes_too_long_starts_again(stranger: Visitor, provider: OpenId) -> None:
    provider.knows("1014", email="zoe2@example.org", email_verified=True)
    path = provider.agree(stranger.get("/oauth/oidc/start").location, "1014")
    with time_machine.travel(now() + dt.timedelta(minutes=11)):
        assert stranger.get(path).text("h1") == "Please start again"
    page = come_back(stranger, provider, "1014")
    with time_machine.travel(now() + dt.timedelta(minutes=11)):
        assert page.form().send(username="zoe2").status == 400
    assert user_named("zoe2") is None


def test_a_provider_that_is_down_is_told_and_other_ways_are_offered(
    stranger: Visitor, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.extensions["config"], "oidc_issuer", "http://localhost:9")
    page = stranger.get("/oauth/oidc/start")
    assert page.status == 503
    assert page.text("h1") == "Example ID does not answer"
    assert page.has('footer a[href="/login"]')


def test_a_provider_that_calls_itself_by_another_name_is_refused(
    stranger: Visitor, provider: OpenId, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.extensions["config"], "oidc_issuer", provider.issuer + "/")
    assert stranger.get("/oauth/oidc/start").status == 502


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_one_is_never_led_away_from_the_site(target: str, as_: As, stranger: Visitor, provider: OpenId, bob: Person) -> None:
    linked(bob, "bob-there", provider, as_)
    assert come_back(stranger, provider, "bob-there", query=f"?next={target}").form().send().location == "/"


@pytest.mark.parametrize("status", ["BANNED", "DELETED"])
def test_a_shut_account_does_not_log_in(status: str, as_: As, stranger: Visitor, provider: OpenId, bob: Person) -> None:
    linked(bob, "bob-there", provider, as_)
    db.session.get_one(User, bob.user_id).status = status
    page = come_back(stranger, provider, "bob-there").form().send()
    assert page.status == 403
    assert not is_logged_in(stranger)
    assert db.session.query(LoginAttempt).filter_by(user_id=bob.user_id, reason="BANNED", success=False).count() == 1


def test_who_is_logged_in_goes_on_at_once(as_: As, bob: Person) -> None:
    assert as_(bob).get("/oauth/oidc/start?next=/communities").location == "/communities"


def test_answers_are_kept_out_of_caches_and_fragments_do_not_follow(stranger: Visitor) -> None:
    assert stranger.get("/oauth/oidc/start").headers["Cache-Control"] == "no-store"
    assert stranger.get("/oauth/oidc/finish").headers["Cache-Control"] == "no-store"


def test_the_finish_is_no_way_around_the_provider(as_: As, stranger: Visitor, bob: Person) -> None:
    for visitor in (stranger, as_(bob)):
        assert visitor.post("/oauth/oidc/finish", display_name="X", username="xavier").status == 400
    assert stranger.post("/oauth/oidc/finish", display_name="X").text("h1") == "Please start again"
