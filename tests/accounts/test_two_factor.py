"""Two-step log-in: setting it up, using it, losing the phone, turning it off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pyotp
import pytest
import time_machine
from flask import Flask

from community.accounts.models import LoginAttempt, RecoveryCode, SecurityAlert, Session, User
from community.core.clock import now
from community.extensions import db
from tests.accounts.conftest import is_logged_in
from tests.accounts.test_logging_in import log_in
from tests.cast import GUEST, PASSWORD, Person
from tests.visitor import Page, Visitor

As = Callable[..., Visitor]
STEP = dt.timedelta(seconds=30)


def code_of(person: Person, at: dt.datetime | None = None) -> str:
    secret = db.session.query(User).filter_by(id=person.user_id).one().two_factor_secret
    return pyotp.TOTP(secret).at(at or now())


def enrol(visitor: Visitor) -> list[str]:
    """Turn it on as a person does; returns the recovery codes."""
    page = visitor.get("/settings/security/two-factor").form("main form[action$='/start']").send().follow()
    assert page.has("svg.qr path")
    secret = page.text("code.secret").replace(" ", "")
    done = page.form("#enrol-form").send(code=pyotp.TOTP(secret).at(now()))
    assert done.status == 200
    return done.texts(".codes code")


@pytest.fixture
def codes(as_: As, bob: Person, db_session: object) -> list[str]:
    """Bob logs in with two steps; his recovery codes. It was set up a minute ago, so the code of now is fresh."""
    with time_machine.travel(now() - dt.timedelta(minutes=2), tick=False):
        return enrol(as_(bob, confirmed=True))


def second_step(visitor: Visitor) -> Page:
    answer = log_in(visitor, "bob")
    assert answer.location == "/login/2fa"
    assert not is_logged_in(visitor)
    return answer.follow()


def test_a_code_is_asked_for_after_the_password(stranger: Visitor, bob: Person, codes: list[str]) -> None:
    page = second_step(stranger)
    wrong = page.form("#second-factor-form").send(code="000000")
    assert wrong.status == 422
    assert wrong.has("#f-code-error")
    assert page.form("#second-factor-form").send(code=code_of(bob)).location == "/"
    assert is_logged_in(stranger)
    latest = db.session.query(Session).filter_by(user_id=bob.user_id).order_by(Session.id.desc()).first()
    assert latest.second_factor_at is not None


def test_a_code_is_refused_when_it_is_used_again(app: Flask, bob: Person, codes: list[str]) -> None:
    with time_machine.travel(now(), tick=False):
        code = code_of(bob)
        first, second = Visitor(app, GUEST), Visitor(app, GUEST)
        second_step(first).form("#second-factor-form").send(code=code)
        assert is_logged_in(first)
        assert second_step(second).form("#second-factor-form").send(code=code).status == 422
        earlier = code_of(bob, now() - STEP)
        assert log_in(second, "bob").follow().form("#second-factor-form").send(code=earlier).status == 422


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (-1, 303), (1, 303), (2, 422)])
def test_clocks_may_differ_by_a_step(stranger: Visitor, bob: Person, codes: list[str], steps: int, status: int) -> None:
    with time_machine.travel(now(), tick=False):
        sent = second_step(stranger).form("#second-factor-form").send(code=code_of(bob, now() + steps * STEP))
        assert sent.status == status


def test_a_recovery_code_works_once_and_is_told(app: Flask, bob: Person, codes: list[str]) -> None:
    assert len(set(codes)) == 10
    for status in (303, 422):
        visitor = Visitor(app, GUEST)
        second_step(visitor)
        page = visitor.get("/login/2fa?recovery=1")
        assert page.form("#second-factor-form").send(code=codes[0].upper()).status == status
    kinds = [alert.type for alert in db.session.query(SecurityAlert).filter_by(user_id=bob.user_id)]
    assert kinds.count("RECOVERY_CODE_USED") == 1
    assert db.session.query(RecoveryCode).filter_by(user_id=bob.user_id, used_at=None).count() == 9


def test_five_wrong_codes_end_the_log_in(stranger: Visitor, bob: Person, codes: list[str]) -> None:
    page = second_step(stranger)
    for _ in range(5):
        assert page.form("#second-factor-form").send(code="000000").status == 422
    over = page.form("#second-factor-form").send(code=code_of(bob))
    assert over.status == 410
    assert over.one("main a.btn--primary").attributes["href"] == "/login"
    reasons = [row.reason for row in db.session.query(LoginAttempt).filter_by(user_id=bob.user_id)]
    assert reasons == ["BAD_2FA"] * 5
    assert log_in(stranger, "bob").status == 422, "who knows the password does not go on guessing codes"


def test_ten_minutes_are_enough(stranger: Visitor, bob: Person, codes: list[str]) -> None:
    page = second_step(stranger)
    with time_machine.travel(now() + dt.timedelta(minutes=11)):
        assert page.form("#second-factor-form").send(code=code_of(bob)).status == 410


def test_without_a_password_there_is_no_second_step(stranger: Visitor, db_session: object) -> None:
    assert stranger.get("/login/2fa").location == "/login"
    assert stranger.post("/login/2fa", code="123456").location == "/login"


def test_the_pending_log_in_keeps_where_one_wanted_to_go(stranger: Visitor, bob: Person, codes: list[str]) -> None:
    log_in(stranger, "bob", next="/communities")
    assert stranger.post("/login/2fa", code=code_of(bob)).location == "/communities"


def test_a_reset_does_not_go_around_the_second_step(stranger: Visitor, bob: Person, codes: list[str]) -> None:
    from community.accounts import services

    token = services.issue_token(db.session.get_one(User, bob.user_id), "RESET_PASSWORD")
    stranger.post(f"/password/reset/{token}", password="a wholly other password")
    assert not is_logged_in(stranger)
    assert log_in(stranger, "bob", "a wholly other password").location == "/login/2fa"


def test_turning_it_off_needs_password_and_code(as_: As, bob: Person, codes: list[str], app: Flask) -> None:
    visitor = Visitor(app, GUEST)
    second_step(visitor).form("#second-factor-form").send(code=codes[1])
    page = visitor.get("/settings/security/two-factor")
    wrong = page.form("#disable-form").send(password="wrong", code=codes[2])
    assert (wrong.status, wrong.has("#f-password-error")) == (422, True)
    wrong = page.form("#disable-form").send(password=PASSWORD, code="000000")
    assert (wrong.status, wrong.has("#f-code-error")) == (422, True)
    assert page.form("#disable-form").send(password=PASSWORD, code=codes[2]).location == "/settings/security"
    assert log_in(Visitor(app, GUEST), "bob").location == "/"
    assert db.session.query(RecoveryCode).filter_by(user_id=bob.user_id).count() == 0


def test_new_recovery_codes_replace_the_older_ones(as_: As, app: Flask, bob: Person, codes: list[str]) -> None:
    visitor = Visitor(app, GUEST)
    second_step(visitor).form("#second-factor-form").send(code=codes[0])
    fresh = visitor.post("/settings/security/recovery-codes").texts(".codes code")
    assert not set(fresh) & set(codes)
    other = Visitor(app, GUEST)
    assert second_step(other).form("#second-factor-form").send(code=codes[1]).status == 422
    assert second_step(other).form("#second-factor-form").send(code=fresh[1]).status == 303


def test_the_set_up_needs_a_right_code_and_a_fresh_proof(as_: As, bob: Person, cleo: Person, db_session: object) -> None:
    assert as_(cleo).post("/settings/security/two-factor/start").status == 403
    visitor = as_(bob, confirmed=True)
    page = visitor.post("/settings/security/two-factor/start").follow()
    wrong = page.form("#enrol-form").send(code="000000")
    assert wrong.status == 422
    assert wrong.text("code.secret") == page.text("code.secret"), "the same QR code is still there"
    assert not db.session.get_one(User, bob.user_id).two_factor_enabled


def test_a_code_of_the_app_confirms_who_one_is(app: Flask, as_: As, bob: Person, codes: list[str]) -> None:
    visitor = Visitor(app, GUEST)
    second_step(visitor).form("#second-factor-form").send(code=codes[0])
    with time_machine.travel(now() + dt.timedelta(minutes=11), tick=False):
        question = visitor.get("/settings/password")
        assert question.status == 403
        done = question.form("#confirm-form").send(confirm_password=None, confirm_code=code_of(bob))
        assert done.location == "/settings/password"
        again = visitor.post("/confirm", confirm_code=code_of(bob))
        assert again.status == 403, "each code counts once"


def test_secrets_and_codes_are_not_readable_in_the_database(bob: Person, codes: list[str]) -> None:
    from sqlalchemy import text

    secret = db.session.get_one(User, bob.user_id).two_factor_secret
    rows = "".join(str(row) for table in ("users", "recovery_codes", "sessions", "account_tokens", "outbox_events", "audit_logs")
                   for row in db.session.execute(text(f"SELECT to_jsonb(t)::text FROM {table} t")))
    plain = [secret, bob.token, *codes, *(code.replace("-", "") for code in codes)]
    assert bob.email in rows
    for value in plain:
        assert value not in rows
        assert value.encode().hex() not in rows
