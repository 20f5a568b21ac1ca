"""Signing up, as a person at a browser does it."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

import pytest
from flask import Flask

from community.accounts import names
from community.accounts.models import User
from community.accounts.queries import by_email, by_identifier
from community.core import settings
from community.extensions import db
from tests.accounts.conftest import ZOE, is_logged_in, sign_up
from tests.cast import GUEST, Person
from tests.visitor import Visitor

LinkFor = Callable[[str], str]
Mails = Callable[[], list[EmailMessage]]


def test_a_new_person_signs_up_confirms_and_is_in(stranger: Visitor, link_for: LinkFor) -> None:
    done = sign_up(stranger).follow()
    assert done.text("h1") == "Check your inbox"
    assert done.text("strong.address") == ZOE["email"]
    confirm = stranger.get(link_for(ZOE["email"]))
    assert confirm.status == 200
    assert by_email(ZOE["email"]).status == "PENDING_VERIFICATION", "opening the link proves nothing"
    landed = confirm.form().send()
    assert landed.location == "/communities"
    assert is_logged_in(stranger)
    assert by_email(ZOE["email"]).status == "ACTIVE"


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(target: str, stranger: Visitor, link_for: LinkFor) -> None:
    stranger.post("/signup", **ZOE, next=target)
    assert stranger.post(link_for(ZOE["email"])).location == "/communities"
    stranger.post("/logout")
    answer = stranger.post("/login", identifier="zoe", password=ZOE["password"], next=target)
    assert (answer.status, answer.location) == (303, "/")


def test_a_known_address_gets_the_same_answer_and_its_owner_a_mail(
    stranger: Visitor, app: Flask, bob: Person, drain: Callable[[], object], mails: Mails
) -> None:
    other = Visitor(app, GUEST)
    fresh, known = sign_up(stranger), sign_up(other, email=bob.email, username="zoe2")
    assert (known.status, known.location) == (fresh.status, fresh.location)
    assert "Set-Cookie" in known.headers
    ours, theirs = fresh.follow(), known.follow()
    assert theirs.texts("body *") == [text.replace(ZOE["email"], bob.email) for text in ours.texts("body *")]
    assert not is_logged_in(stranger)
    assert not is_logged_in(other)
    assert by_identifier("zoe2") is None
    drain()
    assert [mail["Subject"] for mail in mails() if mail["To"] == bob.email] == ["You already have an account"]


def test_a_known_address_is_known_in_any_case(stranger: Visitor, bob: Person, db_session: object) -> None:
    assert sign_up(stranger, email="BOB@Example.org").location == "/signup/done"
    assert by_identifier("zoe") is None


@pytest.mark.parametrize(
    ("username", "message"),
    [
        ("bob", "This username is taken."),
        ("BOB", "This username is taken."),
        ("admin", "This name is reserved."),
        ("adm1n", "This name looks too much like a reserved one."),
        ("zo", "Use 3 to 30 characters."),
        ("zоe", "This name mixes letters that look alike. Use letters a to z."),
        ("zoe lind", "Use letters a to z, digits, _ and, inside, . and -."),
        (".zoe", "Use letters a to z, digits, _ and, inside, . and -."),
        ("deleted_user_7", "This name is reserved."),
    ],
)
def test_a_username_that_cannot_be_had_is_said_at_its_field(
    username: str, message: str, stranger: Visitor, db_session: object
) -> None:
    answer = sign_up(stranger, username=username)
    assert answer.status == 422
    assert answer.text("#f-username-error") == message
    assert answer.one("#f-username").attributes["aria-invalid"] == "true"
    assert answer.has("#f-username[autofocus]")
    kept = answer.form("#signup-form").fields
    assert (kept["display_name"], kept["email"], kept["username"]) == (ZOE["display_name"], ZOE["email"], username)
    assert not answer.one("#f-password").attributes.get("value")
    assert sign_up(stranger).location == "/signup/done", "everything else was fine"


def test_no_address_of_the_site_is_anybody_s_name(app: Flask) -> None:
    first = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()}
    words = {word for word in first if word and not word.startswith("<")}
    assert {"login", "settings", "api"} <= words
    assert sorted(word for word in words if names.problem_with(word) is None) == []


@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("nine char", "Please use at least 10 characters."),
        ("password123", "This password is on every list of common passwords. Choose another one."),
        ("zoe@example.org", "Your password must not be your name or address."),
        ("x" * 201, "Please use at most 200 characters."),
    ],
)
def test_a_weak_password_is_said_at_its_field(
    password: str, message: str, stranger: Visitor, db_session: object
) -> None:
    answer = sign_up(stranger, password=password)
    assert answer.status == 422
    assert answer.text("#f-password-error") == message


def test_all_that_is_wrong_is_said_at_once_and_the_first_field_takes_the_focus(
    stranger: Visitor, db_session: object
) -> None:
    answer = sign_up(stranger, display_name="", email="zoe@", username="a", password="short")
    assert [node.attributes["id"] for node in answer.select(".field__error")] == [
        "f-display_name-error",
        "f-email-error",
        "f-username-error",
        "f-password-error",
    ]
    assert [node.attributes["id"] for node in answer.select("[autofocus]")] == ["f-display_name"]


def test_htmx_gets_the_form_alone(stranger: Visitor, db_session: object) -> None:
    answer = stranger.htmx_post("/signup", **(ZOE | {"username": "bob"}))
    assert answer.status == 422
    assert answer.has("form#signup-form")
    assert not answer.has("h1")
    assert stranger.htmx_post("/signup", **ZOE).headers["HX-Redirect"] == "/signup/done"


def test_a_username_is_made_of_the_name_when_none_is_given(stranger: Visitor, db_session: object) -> None:
    sign_up(stranger, display_name="Bob", username="")
    made = by_email(ZOE["email"]).username
    assert made.startswith("bob"), made
    assert made != "bob"


def test_a_username_is_checked_while_it_is_typed(stranger: Visitor, db_session: object) -> None:
    taken = stranger.htmx_get("/signup/username?username=Bob")
    assert taken.text("#f-username-error") == "This username is taken."
    assert taken.has("#f-username[aria-invalid]")
    assert stranger.htmx_get("/signup/username?username=zoe").text("#f-username-help") == "@zoe is free."
    assert not stranger.htmx_get("/signup/username?username=").has(".field__error")
    assert stranger.get("/signup/username?value=bob").text("#f-username-error") == "This username is taken."


def test_a_username_is_suggested_until_another_one_is_typed(stranger: Visitor, db_session: object) -> None:
    first = stranger.htmx_get("/signup/username?display_name=Zoe+Lind&username=&suggested=")
    assert first.one("#f-username").attributes["value"] == "zoe_lind"
    renamed = stranger.htmx_get("/signup/username?display_name=Zoe+Berg&username=zoe_lind&suggested=zoe_lind")
    assert renamed.one("#f-username").attributes["value"] == "zoe_berg"
    chosen = stranger.htmx_get("/signup/username?display_name=Zoe+Berg&username=zo.b&suggested=zoe_lind")
    assert chosen.one("#f-username").attributes["value"] == "zo.b"


def test_a_closed_site_takes_nobody(stranger: Visitor, db_session: object) -> None:
    settings.put("registration", "CLOSED")
    page = stranger.get("/signup")
    assert page.text("h1") == "Sign-up is closed"
    assert not page.has("main form")
    assert stranger.post("/signup", **ZOE).status == 403
    assert by_email(ZOE["email"]) is None


def test_five_accounts_an_hour_come_from_one_place(stranger: Visitor, app: Flask, db_session: object) -> None:
    answers = [
        Visitor(app, GUEST).post("/signup", **(ZOE | {"email": f"z{n}@example.org", "username": f"zoe{n}"})).status
        for n in range(6)
    ]
    assert answers == [303] * 5 + [429]


def test_no_token_or_password_is_kept_as_it_was(stranger: Visitor, link_for: LinkFor) -> None:
    sign_up(stranger)
    token = link_for(ZOE["email"]).rpartition("/")[2]
    rows = [
        str(row)
        for table in ("users", "profiles", "account_tokens", "sessions", "outbox_events")
        for row in db.session.execute(db.text(f"SELECT * FROM {table}"))
    ]
    assert any(ZOE["email"] in row for row in rows)
    assert not [row for row in rows if token in row or ZOE["password"] in row]


def test_the_terms_are_linked_beside_the_button(stranger: Visitor, db_session: object) -> None:
    link = stranger.get("/signup").one("#signup-form a")
    assert stranger.get(str(link.attributes["href"])).text("h1") == "Terms of use"


def test_somebody_logged_in_does_not_sign_up(as_: Callable[[Person], Visitor], bob: Person) -> None:
    visitor = as_(bob)
    assert visitor.get("/signup").location == "/"
    assert visitor.post("/signup", **ZOE).location == "/"
    assert is_logged_in(visitor)
    assert db.session.query(User).filter_by(username="zoe").count() == 0
