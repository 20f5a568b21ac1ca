"""Proving an address: the link, another link, another address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from email.message import EmailMessage

import time_machine
from flask import Flask

from community.accounts.queries import by_email
from tests.accounts.conftest import ZOE, is_logged_in, sign_up
from tests.cast import GUEST, Person
from tests.visitor import Visitor

LinkFor = Callable[[str], str]
Mails = Callable[[], list[EmailMessage]]


def test_a_link_works_once(stranger: Visitor, link_for: LinkFor) -> None:
    sign_up(stranger)
    link = link_for(ZOE["email"])
    assert stranger.post(link).status == 303
    assert stranger.get(link).status == 410
    assert stranger.post(link).status == 410


def test_a_link_lives_a_day(stranger: Visitor, link_for: LinkFor) -> None:
    sign_up(stranger)
    link = link_for(ZOE["email"])
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(hours=23, minutes=59), tick=False):
        assert stranger.get(link).status == 200
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(hours=24, minutes=1), tick=False):
        late = stranger.get(link)
    assert late.status == 410
    assert late.form().action == "/signup/resend"


def test_a_link_that_never_was_is_gone_and_leads_to_the_log_in(stranger: Visitor, db_session: object) -> None:
    page = stranger.get("/verify-email/nonsense")
    assert page.status == 410
    assert page.one("main a.btn").attributes["href"] == "/login?next=/signup/done"


def test_a_link_opened_on_another_device_asks_to_log_in(app: Flask, stranger: Visitor, link_for: LinkFor) -> None:
    sign_up(stranger)
    phone = Visitor(app, GUEST)
    answer = phone.post(link_for(ZOE["email"]))
    assert answer.location == "/login?confirmed=1&next=%2Fcommunities"
    login = answer.follow()
    assert login.text("[role=status].note") == "Your address is confirmed. Log in to go on."
    assert login.form("#login-form").send(identifier="zoe", password=ZOE["password"]).location == "/communities"


def test_whoever_clicked_join_comes_back_to_it(stranger: Visitor, link_for: LinkFor) -> None:
    sign_up(stranger, next_="/c/bikes/join")
    assert stranger.post(link_for(ZOE["email"])).location == "/c/bikes/join"


def test_another_link_replaces_the_first(stranger: Visitor, link_for: LinkFor) -> None:
    done = sign_up(stranger).follow()
    assert done.has("#resend button[disabled]"), "a link was sent a moment ago"
    first = link_for(ZOE["email"])
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=2)):
        again = stranger.get("/signup/done").form("#resend").send()
        assert again.follow().text("[role=status].note").startswith("A new link is on its way.")
        second = link_for(ZOE["email"])
        assert second != first
        assert stranger.get(first).status == 410
        assert stranger.get(second).status == 200


def test_a_link_is_sent_three_times_an_hour(stranger: Visitor, db_session: object) -> None:
    sign_up(stranger)
    assert [stranger.post("/signup/resend").status for _ in range(4)] == [303, 303, 303, 429]


def test_a_mistyped_address_is_corrected(stranger: Visitor, link_for: LinkFor, mails: Mails) -> None:
    sign_up(stranger, email="zoe@exmaple.org")
    wrong = link_for("zoe@exmaple.org")
    done = stranger.get("/signup/done").form("details form").send(email=ZOE["email"]).follow()
    assert done.text("strong.address") == ZOE["email"]
    assert stranger.get(wrong).status == 410, "the older link proves nothing about the new address"
    assert stranger.post(link_for(ZOE["email"])).status == 303
    assert by_email(ZOE["email"]).username == "zoe"
    assert is_logged_in(stranger)


def test_correcting_to_a_known_address_looks_the_same_and_changes_nothing(
    stranger: Visitor, bob: Person, drain: Callable[[], object], mails: Mails
) -> None:
    sign_up(stranger)
    answer = stranger.post("/signup/address", email=bob.email)
    assert answer.location == "/signup/done?sent=1"
    assert answer.follow().text("strong.address") == bob.email
    assert by_email(ZOE["email"]).username == "zoe"
    drain()
    assert mails()[0]["Subject"] == "You already have an account"


def test_nobody_changes_the_address_of_somebody_elses_account(
    stranger: Visitor, app: Flask, drain: Callable[[], object]
) -> None:
    sign_up(stranger)
    thief = Visitor(app, GUEST)
    sign_up(thief, username="thief")
    answer = thief.post("/signup/address", email="thief@example.org")
    assert answer.location == "/signup/done?sent=1", "it looks as if it had worked"
    assert by_email(ZOE["email"]).username == "zoe"
    assert by_email("thief@example.org") is None


def test_a_confirmed_address_is_not_corrected(stranger: Visitor, link_for: LinkFor) -> None:
    sign_up(stranger)
    stranger.post(link_for(ZOE["email"]))
    assert stranger.post("/signup/address", email="zoe@other.example").location == "/signup"
    assert by_email("zoe@other.example") is None


def test_a_bad_address_is_said_at_its_field(stranger: Visitor, db_session: object) -> None:
    sign_up(stranger)
    answer = stranger.post("/signup/address", email="zoe@")
    assert answer.status == 422
    assert answer.has("details[open] #f-email-error")


def test_whoever_has_not_confirmed_may_log_in_and_is_reminded(
    stranger: Visitor, app: Flask, db_session: object
) -> None:
    sign_up(stranger)
    phone = Visitor(app, GUEST)
    phone.post("/login", identifier="zoe", password=ZOE["password"])
    home = phone.get("/communities")
    assert home.has(".notice-bar form[action='/signup/resend']")
    assert phone.get("/signup/done").text("strong.address") == ZOE["email"]
    assert phone.post("/c/bikes/join").status == 403
    assert phone.post("/communities/new", name="Mine").status == 403
    assert phone.get("/communities/new").text(".callout span").startswith("Confirm your e-mail address first.")


def test_whoever_has_confirmed_is_not_reminded(as_: Callable[[Person], Visitor], bob: Person) -> None:
    assert not as_(bob).get("/communities").has(".notice-bar")
