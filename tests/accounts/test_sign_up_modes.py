"""Who may sign up: everybody, the invited, nobody; and from which age."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from community.accounts.models import Profile
from community.accounts.queries import by_email
from community.core import settings
from community.core.clock import now
from community.extensions import db
from tests.accounts.conftest import ZOE, sign_up
from tests.cast import GUEST
from tests.visitor import Visitor


@pytest.mark.parametrize("mode", ["INVITE_ONLY", "CLOSED"])
def test_a_closed_site_says_so_and_takes_nobody(stranger: Visitor, db_session: object, mode: str) -> None:
    settings.put("registration", mode)
    page = stranger.get("/signup")
    assert page.text("h1") == "Sign-up is closed"
    assert not page.has("#signup-form")
    assert stranger.post("/signup", **ZOE).status == 403
    assert by_email(ZOE["email"]) is None


def test_the_invited_sign_up_and_their_invitation_is_kept(app: Flask, db_session: object) -> None:
    settings.put("registration", "INVITE_ONLY")
    invited = Visitor(app, GUEST)
    with invited.client.session_transaction() as session:
        session["invite"] = "a-code"
    assert "Your invitation is waiting" in invited.get("/signup").text(".auth__lead")
    assert sign_up(invited).location == "/signup/done"
    with invited.client.session_transaction() as session:
        assert session["invite"] == "a-code"


@pytest.mark.parametrize(("years", "status"), [(15, 422), (16, 303), (200, 422)])
def test_a_site_may_ask_for_an_age(stranger: Visitor, db_session: object, years: int, status: int) -> None:
    settings.put("minimum_age", 16)
    born = (now() - dt.timedelta(days=years * 365.25 + 2)).date()
    answer = sign_up(stranger, birthdate=born.isoformat())
    assert answer.status == status
    if status == 422:
        assert answer.has("#f-birthdate-error")
        assert by_email(ZOE["email"]) is None
    else:
        assert db.session.query(Profile).filter_by(user_id=by_email(ZOE["email"]).id).one().birthdate == born


def test_without_an_age_no_birthday_is_asked_for(stranger: Visitor, db_session: object) -> None:
    assert not stranger.get("/signup").has("[name=birthdate]")
