"""Confirming that it is you, in the middle of what you were doing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from email.message import EmailMessage

import pytest
import time_machine
from flask import Flask

from community.accounts.models import LoginAttempt, Session, User
from community.extensions import db
from tests.cast import PASSWORD, Person
from tests.visitor import HTMX, OWN_PAGE, Page, Visitor

As = Callable[..., Visitor]
NEW = "a wholly other password"


def asked(page: Page) -> bool:
    return page.status == 403 and page.text("h1") == "Confirm that it is you"


def test_a_form_is_kept_while_one_confirms_and_then_does_what_it_was_sent_for(as_: As, bob: Person) -> None:
    visitor = as_(bob)
    question = visitor.post("/settings/password", password=NEW)
    assert asked(question)
    form = question.form("#confirm-form")
    assert form.fields["password"] == NEW
    done = form.send(confirm_password=PASSWORD)
    assert done.location == "/settings/security"
    assert visitor.post("/logout").status == 303
    assert visitor.post("/login", identifier="bob", password=NEW).location == "/"


def test_a_wrong_password_keeps_everything_too(as_: As, bob: Person) -> None:
    question = as_(bob).post("/settings/password", password=NEW).form("#confirm-form").send(confirm_password="wrong")
    assert asked(question)
    assert question.text(".form-error") == "That is not your password."
    assert question.form("#confirm-form").send(confirm_password=PASSWORD).status == 303


def test_a_page_that_asks_is_come_back_to(as_: As, bob: Person) -> None:
    visitor = as_(bob)
    back = visitor.get("/settings/password").form("#confirm-form").send(confirm_password=PASSWORD)
    assert back.location == "/settings/password"
    assert back.follow().status == 200
    assert visitor.get("/settings/email").status == 200, "for ten minutes nothing asks again"


def test_confirming_lasts_ten_minutes(as_: As, bob: Person) -> None:
    visitor = as_(bob, confirmed=True)
    assert visitor.get("/settings/password").status == 200
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=11)):
        assert asked(visitor.get("/settings/password"))


def test_confirming_gives_the_session_a_new_token(as_: As, bob: Person, app: Flask) -> None:
    name = app.config["SESSION_COOKIE_NAME"]
    visitor = as_(bob)
    older = visitor.client.get_cookie(name).value
    visitor.get("/settings/password").form("#confirm-form").send(confirm_password=PASSWORD)
    assert visitor.get("/settings/profile").status == 200
    visitor.client.set_cookie(name, older)
    assert visitor.get("/settings/profile").location.startswith("/login")


def test_five_wrong_proofs_are_the_last_that_are_looked_at(as_: As, bob: Person) -> None:
    visitor = as_(bob)
    for _ in range(5):
        assert asked(visitor.post("/confirm", next="/settings/password", confirm_password="wrong"))
    refused = visitor.post("/confirm", next="/settings/password", confirm_password=PASSWORD)
    assert asked(refused)
    assert refused.text(".form-error").startswith("Too many wrong tries.")
    assert db.session.query(LoginAttempt).filter_by(user_id=bob.user_id, reason="BAD_PASSWORD").count() == 5
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=16)):
        assert visitor.post("/confirm", next="/settings/password", confirm_password=PASSWORD).status == 303


def test_a_proof_is_hidden_from_the_view_and_may_come_with_any_form(as_: As, bob: Person) -> None:
    sent = as_(bob).post("/settings/appearance", theme="DARK", confirm_password=PASSWORD)
    assert sent.location == "/settings/appearance?saved=1", "the form refuses fields it does not know"


def test_somebody_without_a_password_gets_a_code_by_mail(
    as_: As, bob: Person, drain: Callable[[], object], mails: Callable[[], list[EmailMessage]]
) -> None:
    db.session.query(User).filter_by(id=bob.user_id).update({"password_hash": None})
    visitor = as_(bob)
    question = visitor.post("/settings/password", password=NEW)
    assert not question.has("[name=confirm_password]")
    sent = question.form("#confirm-form").send(confirm_send="1")
    assert sent.text("[role=status].note").startswith("We sent a code")
    drain()
    code = next(line for line in mails()[0].get_body(("plain",)).get_content().splitlines() if line.strip().isdigit())
    wrong = sent.form("#confirm-form").send(confirm_mailed="000000" if code != "000000" else "111111", confirm_send=None)
    assert wrong.text(".form-error").startswith("That is not the code we sent")
    assert wrong.form("#confirm-form").send(confirm_mailed=code, confirm_send=None).location == "/settings/security"
    assert visitor.post("/confirm", confirm_mailed=code).status == 403, "a code works once"


def test_a_code_of_somebody_else_proves_nothing(
    as_: As, bob: Person, cleo: Person, drain: Callable[[], object], mails: Callable[[], list[EmailMessage]]
) -> None:
    for person in (bob, cleo):
        as_(person).post("/confirm", confirm_send="1")
        drain()
    to_cleo = next(mail for mail in mails() if mail["To"] == cleo.email)
    code = next(line for line in to_cleo.get_body(("plain",)).get_content().splitlines() if line.strip().isdigit())
    assert asked(as_(bob).post("/confirm", confirm_mailed=code))
    assert as_(cleo).post("/confirm", confirm_mailed=code).status == 303


def test_htmx_gets_the_whole_page_in_place_of_the_body(as_: As, bob: Person) -> None:
    answer = as_(bob).htmx_post("/settings/password", password=NEW)
    assert answer.status == 403
    assert (answer.headers["HX-Retarget"], answer.headers["HX-Push-Url"]) == ("body", "false")
    assert answer.form("#confirm-form").action == "/settings/password"


def test_a_delete_goes_on_as_the_post_that_means_the_same(as_: As, bob: Person) -> None:
    question = as_(bob).htmx_delete("/settings/security/passkeys/7")
    assert asked(question)
    assert question.form("#confirm-form").action == "/settings/security/passkeys/7/delete"


def test_programs_get_a_code(as_: As, bob: Person) -> None:
    answer = as_(bob).client.post("/settings/password", data={"password": NEW},
                                  headers=OWN_PAGE | {"Accept": "application/json"})
    assert (answer.status_code, answer.json["code"]) == (403, "confirmation_needed")


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_one_is_never_led_to_another_site(as_: As, bob: Person, target: str) -> None:
    answer = as_(bob).post("/confirm", next=target, confirm_password=PASSWORD)
    assert answer.location == "/settings/security"


def test_a_guest_logs_in_first(as_: As, guest: Person) -> None:
    for headers in ({}, HTMX):
        answer = as_(guest)._ask("POST", "/confirm", form={"confirm_password": PASSWORD}, headers=headers)
        assert answer.location.startswith("/login")


def test_what_was_proved_is_written_down_even_if_the_form_was_wrong(as_: As, bob: Person) -> None:
    visitor = as_(bob)
    again = visitor.post("/settings/password", password="short", confirm_password=PASSWORD)
    assert again.status == 422
    assert again.has("#f-password-error")
    assert visitor.post("/settings/password", password=NEW).status == 303
    assert db.session.query(Session).filter_by(user_id=bob.user_id).one().reauthenticated_at is not None
