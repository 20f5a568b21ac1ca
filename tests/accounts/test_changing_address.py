"""Another e-mail address: proven first, undone by the owner of the older one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import time_machine
from flask import Flask

from community.accounts import services
from community.accounts.models import User
from community.core.clock import now
from community.extensions import db
from tests.accounts.conftest import is_logged_in
from tests.accounts.mailed import Mails, link_in, newest
from tests.accounts.test_logging_in import log_in
from tests.cast import GUEST, Person
from tests.visitor import Visitor

Drain = Callable[[], object]
As = Callable[..., Visitor]
NEW = "robert@example.org"


def change(visitor: Visitor, address: str = NEW) -> None:
    form = visitor.get("/settings/email").form("#email-form")
    assert form.send(email=address).location == "/settings/email?sent=1"


def address_of(person: Person) -> str:
    return db.session.get_one(User, person.user_id).email


def test_a_new_address_takes_effect_once_it_is_proven(as_: As, bob: Person, app: Flask, drain: Drain, mails: Mails) -> None:
    phone = Visitor(app, GUEST)
    log_in(phone, "bob")
    laptop = as_(bob, confirmed=True)
    change(laptop)
    assert address_of(bob) == bob.email
    drain()
    link = link_in(newest(mails, NEW))
    assert laptop.get(link).status == 200
    assert address_of(bob) == bob.email, "opening the link changes nothing"
    assert laptop.post(link).location == "/settings/email?changed=1"
    assert address_of(bob) == NEW
    assert is_logged_in(laptop)
    assert not is_logged_in(phone)
    assert laptop.post(link).status == 410


def test_the_owner_of_the_older_address_undoes_it_for_72_hours(
    as_: As, bob: Person, app: Flask, drain: Drain, mails: Mails
) -> None:
    thief = as_(bob, confirmed=True)
    change(thief)
    drain()
    thief.post(link_in(newest(mails, NEW)))
    drain()
    link = link_in(newest(mails, bob.email, "Your address was changed"))
    owner = Visitor(app, GUEST)
    with time_machine.travel(now() + dt.timedelta(hours=73)):
        assert owner.post(link).status == 410
    with time_machine.travel(now() + dt.timedelta(hours=71)):
        assert owner.post(link).location == "/login?undone=1"
        assert address_of(bob) == bob.email
        assert not is_logged_in(thief)
        assert owner.post(link).status == 410
        drain()
        assert link_in(newest(mails, bob.email, "Choose a new password")).startswith("/password/reset/")


def test_changing_the_address_twice_does_not_shut_the_first_owner_out(
    as_: As, bob: Person, app: Flask, drain: Drain, mails: Mails
) -> None:
    thief = as_(bob, confirmed=True)
    for address in (NEW, "third@example.org"):
        change(thief, address)
        drain()
        thief.post(link_in(newest(mails, address, "Confirm your new address")))
        drain()
    first, second = (link_in(newest(mails, address, "Your address was changed")) for address in (bob.email, NEW))
    owner = Visitor(app, GUEST)
    assert owner.get(second).status == 200
    assert owner.post(first).location == "/login?undone=1"
    assert address_of(bob) == bob.email
    assert owner.post(second).status == 410, "the address in between is the thief's"
    assert address_of(bob) == bob.email


def test_an_address_somebody_has_looks_the_same_and_changes_nothing(
    as_: As, bob: Person, cleo: Person, drain: Drain, mails: Mails
) -> None:
    change(as_(bob, confirmed=True), cleo.email)
    drain()
    assert [mail["Subject"] for mail in mails()] == ["You already have an account"]
    assert address_of(bob) == bob.email


def test_an_address_taken_meanwhile_is_not_taken_twice(as_: As, bob: Person, cleo: Person, drain: Drain, mails: Mails) -> None:
    visitor = as_(bob, confirmed=True)
    change(visitor)
    drain()
    db.session.query(User).filter_by(id=cleo.user_id).update({"email": NEW})
    assert visitor.post(link_in(newest(mails, NEW))).status == 410
    assert address_of(bob) == bob.email


def test_links_of_the_older_address_die(as_: As, bob: Person, drain: Drain, mails: Mails) -> None:
    reset = services.issue_token(db.session.get_one(User, bob.user_id), "RESET_PASSWORD")
    visitor = as_(bob, confirmed=True)
    change(visitor)
    drain()
    visitor.post(link_in(newest(mails, NEW)))
    assert visitor.get(f"/password/reset/{reset}").status == 410


def test_a_change_asked_for_from_an_address_that_is_gone_is_over(as_: As, bob: Person, drain: Drain, mails: Mails) -> None:
    visitor = as_(bob, confirmed=True)
    change(visitor)
    drain()
    db.session.query(User).filter_by(id=bob.user_id).update({"email": "third@example.org"})
    assert visitor.post(link_in(newest(mails, NEW))).status == 410


def test_one_s_own_address_and_nonsense_are_said_at_the_field(as_: As, bob: Person) -> None:
    visitor = as_(bob, confirmed=True)
    assert visitor.post("/settings/email", email=bob.email.upper()).text("#f-email-error span") == "This is your address already."
    assert visitor.post("/settings/email", email="bob@").status == 422
    evil = visitor.post("/settings/email", email="bob@example.org\r\nBcc: all@example.org")
    assert evil.status == 422
