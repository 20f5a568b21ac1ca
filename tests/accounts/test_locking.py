"""The brake on guessing, the way out for the owner, and what they see of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from flask import Flask
from redis.exceptions import ConnectionError as RedisDown

from community.accounts.models import LoginAttempt, SecurityAlert
from community.core.clock import now
from community.core.limits import limiter
from community.extensions import db
from tests.accounts.conftest import is_logged_in
from tests.accounts.mailed import Mails, link_in, newest
from tests.accounts.test_logging_in import log_in
from tests.cast import GUEST, Person
from tests.visitor import Visitor

Drain = Callable[[], object]
As = Callable[..., Visitor]


def fail(visitor: Visitor, times: int) -> None:
    for _ in range(times):
        assert log_in(visitor, "bob", "wrong").status == 422


def test_six_wrong_passwords_lock_and_the_link_of_the_mail_unlocks(
    stranger: Visitor, bob: Person, drain: Drain, mails: Mails, as_: As
) -> None:
    fail(stranger, 6)
    assert log_in(stranger, "bob").status == 422, "the right one is refused, too"
    drain()
    link = link_in(newest(mails, bob.email, "Too many failed log-ins"))
    page = stranger.get(link)
    assert page.text("h1") == "Unlock your account"
    assert log_in(stranger, "bob").status == 422, "opening the link changes nothing"
    assert page.form().send().location == "/login?unlocked=1"
    assert log_in(stranger, "bob").location == "/"
    rows = stranger.get("/settings/login-history").texts(".row strong")
    assert rows == ["Logged in", *["Refused: account locked"] * 3, *["Wrong password"] * 5]


def test_an_unlock_link_works_once_and_for_a_day(stranger: Visitor, bob: Person, drain: Drain, mails: Mails) -> None:
    fail(stranger, 5)
    drain()
    link = link_in(newest(mails, bob.email))
    with time_machine.travel(now() + dt.timedelta(hours=25)):
        late = stranger.post(link)
    assert late.status == 410
    assert late.one("main a.btn--primary").attributes["href"] == "/password/reset"
    assert stranger.post(link).status == 303
    assert stranger.post(link).status == 410
    assert stranger.get(link).status == 410


def test_a_link_serves_one_purpose(stranger: Visitor, bob: Person, drain: Drain, mails: Mails) -> None:
    fail(stranger, 5)
    drain()
    token = link_in(newest(mails, bob.email)).rpartition("/")[2]
    for path in ("/account/not-me/", "/account/change/", "/account/undo/", "/password/reset/", "/verify-email/"):
        assert stranger.get(path + token).status == 410
        assert stranger.post(path + token, **({"password": "a wholly other password"} if "reset" in path else {})).status == 410


def test_one_mail_is_sent_for_one_lockout(stranger: Visitor, bob: Person, db_session: object) -> None:
    fail(stranger, 9)
    assert db.session.query(SecurityAlert).filter_by(user_id=bob.user_id, type="LOCKOUT").count() == 1


def test_the_twenty_first_failure_of_a_place_is_refused_though_valkey_is_down(
    stranger: Visitor, app: Flask, monkeypatch: pytest.MonkeyPatch, db_session: object
) -> None:
    def down(*_: object, **__: object) -> None:
        raise RedisDown("gone")

    at = now()
    db.session.add_all([LoginAttempt(identifier_hash=bytes([n]) * 32, ip="127.0.0.1", success=False,
                                     reason="UNKNOWN_USER", created_at=at) for n in range(20)])
    monkeypatch.setattr(type(limiter.storage), "incr", down, raising=False)
    monkeypatch.setattr(limiter, "enabled", False)
    assert log_in(stranger, "bob").status == 429
    elsewhere = stranger.client.post("/login", data={"identifier": "bob", "password": "wrong"},
                                     headers={"Sec-Fetch-Site": "same-origin"}, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.status_code == 422


def test_a_log_in_with_a_new_browser_is_told_and_disowned(
    app: Flask, bob: Person, as_: As, drain: Drain, mails: Mails
) -> None:
    thief = Visitor(app, GUEST)
    log_in(thief, "bob")
    drain()
    text = newest(mails, bob.email, "New device")
    assert "127.0.0.1" in text
    owner = as_(bob)
    assert "New device" in owner.get("/notifications").text("main")
    assert "New device" in owner.get("/settings/security").texts("#alerts strong")
    owner_of_mail = Visitor(app, GUEST)
    reset = owner_of_mail.get(link_in(text)).form().send()
    assert reset.location.startswith("/password/reset/")
    assert not is_logged_in(thief)
    done = reset.follow().form("#new-password-form").send(password="a wholly other password")
    assert done.location == "/login?reset=1"
    assert log_in(owner_of_mail, "bob", "a wholly other password").location == "/"


def test_the_same_browser_is_not_news(app: Flask, bob: Person, db_session: object) -> None:
    for _ in range(3):
        log_in(Visitor(app, GUEST), "bob")
    assert db.session.query(SecurityAlert).filter_by(user_id=bob.user_id, type="NEW_DEVICE").count() == 1
    with time_machine.travel(now() + dt.timedelta(days=91)):
        log_in(Visitor(app, GUEST), "bob")
        assert db.session.query(SecurityAlert).filter_by(user_id=bob.user_id, type="NEW_DEVICE").count() == 2


def test_alerts_are_put_aside_by_their_owner(app: Flask, bob: Person, as_: As, db_session: object) -> None:
    log_in(Visitor(app, GUEST), "bob")
    page = as_(bob).get("/settings/security")
    assert page.has("#alerts .badge")
    page.form("#alerts form").send()
    assert not as_(bob).get("/settings/security").has("#alerts .badge")


def test_the_history_is_one_s_own_and_comes_in_pages(as_: As, bob: Person, cleo: Person, db_session: object) -> None:
    db.session.add_all([
        LoginAttempt(user_id=bob.user_id, identifier_hash=b"x" * 32, ip="192.0.2.1", success=False, reason="BAD_PASSWORD",
                     created_at=now() - dt.timedelta(hours=n)) for n in range(1, 61)])
    first = as_(bob).get("/settings/login-history")
    assert len(first.select(".row")) == 50
    more = str(first.one(".pager a").attributes["href"])
    assert len(as_(bob).get(more).select(".row")) == 10
    assert as_(cleo).get("/settings/login-history").select(".row") == []
    with time_machine.travel(now() + dt.timedelta(days=91)):
        assert as_(bob).get("/settings/login-history").select(".row") == []
