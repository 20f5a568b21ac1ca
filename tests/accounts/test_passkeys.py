"""Passkeys: made, named, used for both steps, removed; and what is not believed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

import pytest
import time_machine
from flask import Flask

from community.accounts.models import Passkey, PasskeyChallenge, Session, User
from community.core.clock import now
from community.extensions import db
from tests.accounts.authenticator import Authenticator
from tests.accounts.conftest import is_logged_in
from tests.cast import GUEST, Person
from tests.visitor import Page, Visitor

As = Callable[..., Visitor]


def add(visitor: Visitor, device: Authenticator, name: str = "Phone") -> Page:
    options = visitor.post("/settings/security/passkeys/options").json
    return visitor.post("/settings/security/passkeys", credential=device.create(options), name=name)


def use(visitor: Visitor, device: Authenticator, **more: str) -> Page:
    options = visitor.post("/login/passkey/options").json
    return visitor.post("/login/passkey", credential=device.get(options), **more)


@pytest.fixture
def phone(as_: As, bob: Person, db_session: object) -> Authenticator:
    """Bob's phone, which holds a passkey of his."""
    device = Authenticator()
    assert add(as_(bob, confirmed=True), device).location == "/settings/security/passkeys"
    return device


def test_a_passkey_logs_in(stranger: Visitor, bob: Person, phone: Authenticator) -> None:
    assert use(stranger, phone, next="/communities").location == "/communities"
    assert is_logged_in(stranger)
    key = db.session.query(Passkey).one()
    assert (key.name, key.sign_count, key.transports) == ("Phone", 1, ["internal"])
    assert key.last_used_at is not None


def test_a_passkey_stands_for_both_steps(stranger: Visitor, bob: Person, phone: Authenticator) -> None:
    db.session.query(User).filter_by(id=bob.user_id).update({"two_factor_secret": "JBSWY3DPEHPK3PXP"})
    db.session.query(User).filter_by(id=bob.user_id).update({"two_factor_enabled": True})
    assert use(stranger, phone).location == "/"
    latest = db.session.query(Session).filter_by(user_id=bob.user_id).order_by(Session.id.desc()).first()
    assert latest.second_factor_at is not None


def test_an_answer_works_once(stranger: Visitor, app: Flask, phone: Authenticator) -> None:
    options = stranger.post("/login/passkey/options").json
    answer = phone.get(options)
    assert stranger.post("/login/passkey", credential=answer).location == "/"
    again = Visitor(app, GUEST).post("/login/passkey", credential=answer)
    assert again.status == 422
    assert again.text(".form-error").startswith("That passkey did not work here.")


def test_an_answer_has_five_minutes(stranger: Visitor, phone: Authenticator) -> None:
    options = stranger.post("/login/passkey/options").json
    with time_machine.travel(now() + dt.timedelta(minutes=6)):
        assert stranger.post("/login/passkey", credential=phone.get(options)).status == 422


def test_a_challenge_is_good_for_one_purpose_and_person(
    as_: As, stranger: Visitor, bob: Person, cleo: Person, phone: Authenticator
) -> None:
    to_confirm = as_(bob).post("/login/passkey/options").json
    assert stranger.post("/login/passkey", credential=phone.get(to_confirm)).status == 422
    to_log_in = stranger.post("/login/passkey/options").json
    db.session.query(Session).update({"reauthenticated_at": None})
    assert as_(bob).post("/confirm", confirm_passkey=phone.get(to_log_in)).status == 403
    of_cleo = as_(cleo).post("/login/passkey/options").json
    assert as_(cleo).post("/confirm", confirm_passkey=phone.get(of_cleo)).status == 403
    assert as_(bob).post("/confirm", confirm_passkey=phone.get(as_(bob).post("/login/passkey/options").json)).status == 303


@pytest.mark.parametrize(
    "change", [{"origin": "https://evil.example"}, {"verifies": False}, {"id": b"another one here"}, {"key": "new"}]
)
def test_what_does_not_fit_is_refused(stranger: Visitor, phone: Authenticator, change: dict[str, object]) -> None:
    for name, value in change.items():
        setattr(phone, name, Authenticator().key if value == "new" else value)
    assert use(stranger, phone).status == 422


def test_a_copied_authenticator_is_noticed(stranger: Visitor, app: Flask, phone: Authenticator) -> None:
    phone.count = 9
    assert use(stranger, phone).location == "/"
    phone.count = 4
    assert use(Visitor(app, GUEST), phone).status == 422


@pytest.mark.parametrize("sent", ["{}", "nonsense", "[]", '{"id": 1, "response": 2}', json.dumps({"response": {"clientDataJSON": "e30"}})])
def test_nonsense_is_refused_politely(stranger: Visitor, phone: Authenticator, sent: str) -> None:
    assert stranger.post("/login/passkey", credential=sent).status == 422


def test_a_registration_without_user_verification_is_refused(as_: As, bob: Person, db_session: object) -> None:
    page = add(as_(bob, confirmed=True), Authenticator(verifies=False))
    assert page.status == 422
    assert page.has(".form-error")
    assert db.session.query(Passkey).count() == 0


def test_the_options_ask_for_what_is_needed(as_: As, bob: Person, phone: Authenticator) -> None:
    options = as_(bob, confirmed=True).post("/settings/security/passkeys/options").json
    assert options["rp"]["id"] == "localhost"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert len(options["excludeCredentials"]) == 1, "the same device is not asked twice"
    assert db.session.query(PasskeyChallenge).filter_by(purpose="REGISTER", user_id=bob.user_id).count() == 1


def test_passkeys_are_named_and_removed_by_their_owner_alone(as_: As, bob: Person, cleo: Person, phone: Authenticator) -> None:
    path = f"/settings/security/passkeys/{db.session.query(Passkey).one().id}"
    for request in (as_(cleo, confirmed=True).post(path + "/name", name="Mine"), as_(cleo, confirmed=True).delete(path)):
        assert request.status == 404
    owner = as_(bob, confirmed=True)
    owner.post(path + "/name", name="Old phone")
    assert owner.get("/settings/security/passkeys").texts(".row strong") == ["Old phone"]
    assert owner.delete(path).status == 303
    assert owner.get("/settings/security/passkeys").select(".row") == []


def test_the_last_way_to_log_in_stays(as_: As, bob: Person, phone: Authenticator) -> None:
    db.session.query(User).filter_by(id=bob.user_id).update({"password_hash": None})
    path = f"/settings/security/passkeys/{db.session.query(Passkey).one().id}/delete"
    refused = as_(bob, confirmed=True).post(path)
    assert refused.status == 422
    assert refused.text(".auth__lead") == "This is your only way to log in. Set a password first."


@pytest.mark.parametrize("status", ["BANNED", "DELETED"])
def test_a_shut_account_does_not_get_in_with_a_passkey(stranger: Visitor, bob: Person, phone: Authenticator, status: str) -> None:
    db.session.query(User).filter_by(id=bob.user_id).update({"status": status})
    assert use(stranger, phone).status == 422
