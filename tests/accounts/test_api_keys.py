"""Keys for programs: made, shown once, revoked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from community.accounts.models import ApiKey, SecurityAlert
from community.core.clock import now
from community.core.crypto import digest
from community.extensions import db
from tests.cast import Person, PlaceFacts
from tests.visitor import Page, Visitor

As = Callable[..., Visitor]
FORM = {"name": "Newsletter", "permissions": ["read"], "community": "", "days": "90"}


def make(visitor: Visitor, **changes: object) -> Page:
    return visitor.post("/settings/api-keys", **(FORM | changes))


def test_a_key_is_shown_once_and_only_its_hash_is_kept(as_: As, bob: Person) -> None:
    visitor = as_(bob, confirmed=True)
    assert visitor.get("/settings/api-keys").text(".empty h3") == "No keys yet"
    made = make(visitor)
    assert made.status == 200
    assert made.headers["Cache-Control"] == "no-store"
    key = made.one("#new-key input").attributes["value"]
    assert key is not None and key.startswith("ck_")
    row = db.session.query(ApiKey).one()
    assert row.key_hash == digest(key)
    assert row.prefix == key[:11]
    assert abs(row.expires_at - now() - dt.timedelta(days=90)) < dt.timedelta(minutes=1)
    again = visitor.get("/settings/api-keys")
    assert key not in again.html
    assert again.text("#keys li strong") == "Newsletter"
    assert "never used" in again.text("#keys li small:last-of-type")
    alert = db.session.query(SecurityAlert).filter_by(user_id=bob.user_id).one()
    assert alert.type == "API_KEY_CREATED"
    assert key not in alert.description


def test_a_key_is_made_by_who_just_proved_who_they_are(as_: As, bob: Person) -> None:
    refused = make(as_(bob))
    assert refused.status == 403
    assert refused.text("h1") == "Confirm that it is you"
    assert db.session.query(ApiKey).count() == 0
    made = refused.form("#confirm-form").send(confirm_password=bob.password)
    assert made.has("#new-key"), "what was typed is not lost"


def test_a_key_may_be_bound_to_a_community_of_ones_own(as_: As, bob: Person, bikes: PlaceFacts) -> None:
    visitor = as_(bob, confirmed=True)
    assert make(visitor, community=bikes.public_id, permissions=["dashboard", "read"], days="0").status == 200
    row = db.session.query(ApiKey).one()
    assert (row.community_id, row.permissions, row.expires_at) == (bikes.id, ["read", "dashboard"], None)
    assert "Bikes" in visitor.get("/settings/api-keys").text("#keys li small:first-of-type")


def test_a_community_of_others_is_refused(as_: As, eve: Person, bikes: PlaceFacts) -> None:
    refused = make(as_(eve, confirmed=True), community=bikes.public_id)
    assert refused.status == 422
    assert refused.text("#f-community-error") == "You are not a member of this community."


@pytest.mark.parametrize(("field", "value", "message"), [
    ("name", "", "Please fill this in."),
    ("name", "x" * 61, "Please use at most 60 characters."),
    ("permissions", [], "Please fill this in."),
    ("permissions", ["everything"], "Please choose one of the values offered."),
    ("days", "1000", "Please choose one of the values offered."),
])
def test_a_bad_value_is_said_at_its_field_and_the_rest_is_kept(
    field: str, value: object, message: str, as_: As, bob: Person
) -> None:
    refused = make(as_(bob, confirmed=True), **{field: value})
    assert refused.status == 422
    assert refused.text(f"#f-{field}-error") == message
    assert db.session.query(ApiKey).count() == 0


def test_ten_keys_are_the_most(as_: As, bob: Person) -> None:
    visitor = as_(bob, confirmed=True)
    for _ in range(10):
        assert make(visitor).status == 200
    assert not visitor.get("/settings/api-keys").has("#key-form")
    refused = make(visitor)
    assert refused.status == 422
    assert "You have 10 keys" in refused.text(".form-error")
    db.session.query(ApiKey).first().expires_at = now()
    assert make(visitor).status == 200, "expired ones do not count"
    assert len(visitor.get("/settings/api-keys").select("#keys li")) == 11, "but are shown"
    assert visitor.get("/settings/api-keys").texts("#keys .badge") == ["Expired"]


def test_a_key_is_revoked_by_its_owner_alone(as_: As, bob: Person, cleo: Person) -> None:
    make(as_(bob, confirmed=True))
    number = db.session.query(ApiKey).one().id
    assert as_(cleo).post(f"/settings/api-keys/{number}/delete").status == 404
    assert as_(cleo).delete(f"/settings/api-keys/{number}").status == 404
    gone = as_(bob).get("/settings/api-keys").form(f"#key-{number} form").send().follow()
    assert gone.text("[role=status].note") == "Revoked. It stopped working at once."
    assert db.session.query(ApiKey).one().revoked_at is not None
    assert as_(bob).post(f"/settings/api-keys/{number}/delete").status == 404


def test_keys_need_an_account(as_: As, guest: Person) -> None:
    assert as_(guest).get("/settings/api-keys").location == "/login?next=/settings/api-keys"
    assert as_(guest).post("/settings/api-keys").location.startswith("/login")
