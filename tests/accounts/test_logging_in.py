"""Logging in and out, and the brake on guessing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from flask import Flask

from community.accounts.models import LoginAttempt, Session, User
from community.core import crypto
from community.extensions import db
from tests.accounts.conftest import is_logged_in
from tests.cast import GUEST, PASSWORD, Person
from tests.visitor import Page, Visitor


def log_in(visitor: Visitor, identifier: str, password: str = PASSWORD, **more: str) -> Page:
    return visitor.post("/login", identifier=identifier, password=password, **more)


@pytest.mark.parametrize("identifier", ["bob", "BOB", "bob@example.org", "Bob@Example.ORG"])
def test_one_logs_in_by_name_or_address(identifier: str, stranger: Visitor, db_session: object) -> None:
    assert log_in(stranger, identifier).location == "/"
    assert is_logged_in(stranger)


def test_one_comes_back_to_the_page_that_asked(stranger: Visitor, db_session: object) -> None:
    asked = stranger.get("/settings/sessions")
    assert asked.location == "/login?next=/settings/sessions"
    form = asked.follow().form("#login-form")
    assert form.send(identifier="bob", password=PASSWORD).location == "/settings/sessions"


@pytest.mark.parametrize(
    ("identifier", "password"), [("bob", "wrong"), ("nobody", PASSWORD), ("nobody@example.org", PASSWORD)]
)
def test_every_failure_looks_the_same_and_keeps_the_name(
    identifier: str, password: str, stranger: Visitor, db_session: object
) -> None:
    answer = log_in(stranger, identifier, password)
    assert answer.status == 422
    assert answer.text(".form-error").startswith("Wrong credentials.")
    assert answer.one("#f-identifier").attributes["value"] == identifier
    assert not is_logged_in(stranger)


@pytest.mark.parametrize("state", ["wrong", "unknown", "without a password", "locked"])
def test_every_failure_costs_one_hash(
    state: str, stranger: Visitor, bob: Person, db_session: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    if state == "without a password":
        db.session.query(User).filter_by(id=bob.user_id).update({"password_hash": None})
    for _ in range(5 if state == "locked" else 1):  # the first failure of a process makes the hash for those who are not here
        log_in(stranger, "nobody" if state == "unknown" else "bob", "wrong")
    compared: list[str] = []

    class Counting:
        def verify(self, hashed: str, password: str) -> bool:
            compared.append(hashed)
            return hasher.verify(hashed, password)

        def __getattr__(self, name: str) -> object:
            return getattr(hasher, name)

    hasher = crypto.hasher
    monkeypatch.setattr(crypto, "hasher", Counting())
    answer = log_in(stranger, "nobody" if state == "unknown" else "bob", PASSWORD if state == "locked" else "wrong")
    assert answer.status == 422
    assert len(compared) == 1
    assert compared[0].startswith("$argon2id$")


def test_an_empty_form_is_not_a_wrong_password(stranger: Visitor, db_session: object) -> None:
    answer = log_in(stranger, "", "")
    assert answer.status == 422
    assert not answer.has(".form-error")
    assert answer.texts(".field__error") == ["Please fill this in."] * 2


def test_five_failures_lock_the_account_for_a_quarter_of_an_hour(
    stranger: Visitor, app: Flask, db_session: object
) -> None:
    for _ in range(5):
        assert log_in(stranger, "bob", "wrong").status == 422
    locked = log_in(stranger, "bob@example.org")
    assert locked.status == 422, "the right password, by another name, does not help"
    assert locked.text(".form-error").startswith("Wrong credentials.")
    assert log_in(Visitor(app, GUEST), "cleo").status == 303, "others are not locked"
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=16)):
        assert log_in(stranger, "bob").status == 303


def test_every_attempt_is_noted(stranger: Visitor, bob: Person, db_session: object) -> None:
    for password in ["wrong"] * 5 + [PASSWORD]:
        log_in(stranger, "bob", password)
    log_in(stranger, "nobody", "wrong")
    noted = db.session.query(LoginAttempt).order_by(LoginAttempt.id).all()
    assert [(row.user_id, row.reason) for row in noted] == (
        [(bob.user_id, "BAD_PASSWORD")] * 5 + [(bob.user_id, "LOCKED"), (None, "UNKNOWN_USER")]
    )


def test_four_failures_do_not_lock(stranger: Visitor, db_session: object) -> None:
    for _ in range(4):
        log_in(stranger, "bob", "wrong")
    assert log_in(stranger, "bob").status == 303


def test_the_twenty_first_try_of_one_place_is_too_fast(stranger: Visitor, db_session: object) -> None:
    answers = [log_in(stranger, f"nobody{n}", "wrong") for n in range(21)]
    assert [answer.status for answer in answers] == [422] * 20 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0


@pytest.mark.parametrize("status", ["BANNED", "DELETED"])
def test_a_shut_account_does_not_get_in(status: str, stranger: Visitor, bob: Person, db_session: object) -> None:
    db.session.query(User).filter_by(id=bob.user_id).update({"status": status})
    assert log_in(stranger, "bob").text(".form-error").startswith("Wrong credentials.")


def test_nobody_logs_in_without_a_password(stranger: Visitor, bob: Person, db_session: object) -> None:
    db.session.query(User).filter_by(id=bob.user_id).update({"password_hash": None})
    assert log_in(stranger, "bob", "").status == 422
    assert log_in(stranger, "bob", "x").status == 422


@pytest.mark.parametrize(
    ("remember", "life"), [({"remember": "on"}, dt.timedelta(days=30)), ({}, dt.timedelta(hours=12))]
)
def test_a_session_lives_as_long_as_was_asked(
    remember: dict[str, str], life: dt.timedelta, stranger: Visitor, bob: Person, db_session: object
) -> None:
    log_in(stranger, "bob", **remember)
    made = db.session.query(Session).filter_by(user_id=bob.user_id).order_by(Session.id.desc()).first()
    assert made.expires_at - made.created_at == life
    assert is_logged_in(stranger)
    with time_machine.travel(made.expires_at + dt.timedelta(seconds=1)):
        assert not is_logged_in(stranger)


def test_a_session_is_new_at_every_log_in(app: Flask, db_session: object) -> None:
    visitor = Visitor(app, GUEST)
    cookies = set()
    for _ in range(2):
        log_in(visitor, "bob")
        cookies.add(visitor.client.get_cookie(app.config["SESSION_COOKIE_NAME"]).value)
        visitor.post("/logout")
    assert len(cookies) == 2


def test_logging_out_ends_the_session_for_good(as_: Callable[[Person], Visitor], bob: Person, app: Flask) -> None:
    name = app.config["SESSION_COOKIE_NAME"]
    visitor = as_(bob)
    stolen = visitor.client.get_cookie(name).value
    answer = visitor.post("/logout")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert not is_logged_in(visitor)
    visitor.client.set_cookie(name, stolen)
    assert not is_logged_in(visitor), "the cookie is worth nothing any more"


def test_logging_in_is_refused_from_another_site(stranger: Visitor, db_session: object) -> None:
    form = {"identifier": "bob", "password": PASSWORD}
    assert stranger.client.post("/login", data=form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert log_in(stranger, "bob").status == 303


def test_whoever_is_logged_in_is_sent_on(as_: Callable[[Person], Visitor], bob: Person) -> None:
    assert as_(bob).get("/login?next=/communities").location == "/communities"
    assert as_(bob).get("/login?next=//evil.example").location == "/"
