"""A password that is changed, and one that is forgotten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from flask import Flask

from community.accounts import services
from community.accounts.models import SecurityAlert, User
from community.core.clock import now
from community.extensions import db
from tests.accounts.conftest import is_logged_in
from tests.accounts.mailed import Mails, link_in, newest
from tests.accounts.test_logging_in import log_in
from tests.cast import GUEST, PASSWORD, Person
from tests.visitor import Visitor

Drain = Callable[[], object]
As = Callable[..., Visitor]
NEW = "a wholly other password"


def forgot(visitor: Visitor, address: str) -> str:
    return visitor.get("/password/reset").form("#reset-form").send(email=address).location


def test_a_forgotten_password_is_replaced(stranger: Visitor, bob: Person, as_: As, drain: Drain, mails: Mails) -> None:
    elsewhere = as_(bob)
    assert forgot(stranger, bob.email) == "/password/reset?sent=1"
    drain()
    page = stranger.get(link_in(newest(mails, bob.email)))
    assert page.form("#new-password-form").send(password=NEW).location == "/login?reset=1"
    assert not is_logged_in(elsewhere), "everybody is logged out"
    assert log_in(stranger, "bob").status == 422
    assert log_in(stranger, "bob", NEW).location == "/"
    drain()
    assert "Password changed" in [mail["Subject"] for mail in mails()]


def test_nothing_tells_whether_an_address_is_known(stranger: Visitor, bob: Person, drain: Drain, mails: Mails) -> None:
    answers = [stranger.post("/password/reset", email=address) for address in (bob.email, "nobody@example.org")]
    assert len({(answer.status, answer.location, answer.html) for answer in answers}) == 1
    drain()
    assert [mail["To"] for mail in mails()] == [bob.email]


@pytest.mark.parametrize("status", ["BANNED", "DELETED"])
def test_a_shut_account_gets_no_link(stranger: Visitor, bob: Person, drain: Drain, mails: Mails, status: str) -> None:
    db.session.query(User).filter_by(id=bob.user_id).update({"status": status})
    assert forgot(stranger, bob.email) == "/password/reset?sent=1"
    drain()
    assert mails() == []


def test_an_address_is_mailed_three_times_an_hour(stranger: Visitor, db_session: object) -> None:
    asked = [stranger.post("/password/reset", email=address).status for address in
             ["Bob@example.org", "bob@example.org", "nobody@example.org", "bob@example.org", "bob@example.org"]]
    assert asked == [303, 303, 303, 303, 429]


def test_a_reset_link_works_once_within_an_hour_and_only_the_newest(
    stranger: Visitor, bob: Person, drain: Drain, mails: Mails
) -> None:
    links = []
    for _ in range(2):
        forgot(stranger, bob.email)
        drain()
        links.append(link_in(newest(mails, bob.email)))
    assert stranger.get(links[0]).status == 410
    assert stranger.post(links[0], password=NEW).status == 410
    with time_machine.travel(now() + dt.timedelta(minutes=61)):
        late = stranger.post(links[1], password=NEW)
    assert late.status == 410
    assert late.one("main a.btn--primary").attributes["href"] == "/password/reset"
    assert stranger.post(links[1], password="short").status == 422, "a weak one does not use the link up"


def test_a_weak_password_keeps_the_link(stranger: Visitor, bob: Person, drain: Drain, mails: Mails) -> None:
    forgot(stranger, bob.email)
    drain()
    link = link_in(newest(mails, bob.email))
    weak = stranger.post(link, password="bob@example.org")
    assert weak.status == 422
    assert weak.text("#f-password-error span") == "Your password must not be your name or address."
    assert stranger.post(link, password=NEW).status == 303
    assert stranger.post(link, password=NEW).status == 410


def test_links_die_with_the_password_and_with_the_address(as_: As, bob: Person, db_session: object) -> None:
    user = db.session.get_one(User, bob.user_id)
    token = services.issue_token(user, "RESET_PASSWORD")
    as_(bob, confirmed=True).post("/settings/password", password=NEW)
    assert as_(bob).get(f"/password/reset/{token}").status == 410


def test_changing_the_password_logs_everybody_else_out_and_tells_the_owner(
    as_: As, bob: Person, app: Flask, db_session: object
) -> None:
    phone = Visitor(app, GUEST)
    log_in(phone, "bob")
    laptop = as_(bob, confirmed=True)
    assert laptop.get("/settings/password").form("#password-form").send(password=NEW).location == "/settings/security"
    assert is_logged_in(laptop)
    assert not is_logged_in(phone)
    kinds = {alert.type for alert in db.session.query(SecurityAlert).filter_by(user_id=bob.user_id)}
    assert "PASSWORD_CHANGED" in kinds


def test_the_host_of_a_request_is_in_no_mail(app: Flask, bob: Person, drain: Drain, mails: Mails) -> None:
    client = app.test_client()
    evil = client.post("/password/reset", data={"email": bob.email}, headers={"Host": "evil.example", "Sec-Fetch-Site": "same-origin"})
    assert evil.status_code == 400
    client.post("/password/reset", data={"email": bob.email},
                headers={"X-Forwarded-Host": "evil.example", "Sec-Fetch-Site": "same-origin"})
    drain()
    assert "evil.example" not in mails()[0].as_string()


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example/", "/\\evil.example", "/%2f/evil.example", "\t//evil"])
def test_a_log_in_leads_only_to_this_site(app: Flask, db_session: object, target: str) -> None:
    visitor = Visitor(app, GUEST)
    assert log_in(visitor, "bob", PASSWORD, next=target).location == "/"
