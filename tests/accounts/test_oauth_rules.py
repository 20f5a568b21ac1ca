"""The rules of the site hold for who comes from a provider, too."""

from __future__ import annotations

from collections.abc import Callable

import pyotp
import pytest

from community.accounts.models import LoginAttempt, User
from community.core import settings
from community.core.clock import now
from community.extensions import db
from tests.accounts.conftest import is_logged_in
from tests.accounts.providers import OpenId, come_back, linked
from tests.cast import Person
from tests.visitor import Visitor

As = Callable[..., Visitor]
pytestmark = pytest.mark.usefixtures("provider")


@pytest.mark.parametrize("mode", ["CLOSED", "INVITE_ONLY"])
def test_no_account_is_made_while_sign_up_is_not_open(mode: str, stranger: Visitor, provider: OpenId, db_session: object) -> None:
    settings.put("registration", mode)
    provider.knows("1006", email="rea@example.org", email_verified=True, name="Rea")
    page = come_back(stranger, provider, "1006")
    assert page.status == 403
    assert page.text("h1") == "Sign-up is closed"
    assert stranger.post("/oauth/oidc/finish", display_name="Rea", username="rea").status == 403
    assert db.session.query(User).filter_by(username="rea").first() is None


def test_two_step_log_in_asks_for_the_second_step_also_here(as_: As, stranger: Visitor, provider: OpenId, bob: Person) -> None:
    linked(bob, "bob-there", provider, as_)
    secret, user = pyotp.random_base32(), db.session.get_one(User, bob.user_id)
    user.two_factor_secret, user.two_factor_enabled = secret, True
    page = come_back(stranger, provider, "bob-there", query="?next=/settings/sessions").form().send()
    assert page.location == "/login/2fa"
    assert not is_logged_in(stranger)
    code = pyotp.TOTP(secret).now()
    assert page.follow().form("main form").send(code=code).location == "/settings/sessions"
    assert is_logged_in(stranger)
    assert db.session.query(LoginAttempt).filter_by(user_id=bob.user_id).one().reason == "OAUTH"


def test_a_minimum_age_holds_here_too(stranger: Visitor, provider: OpenId, db_session: object) -> None:
    settings.put("minimum_age", 16)
    provider.knows("1016", email="kid@example.org", email_verified=True, name="Kid")
    form = come_back(stranger, provider, "1016").form()
    assert form.send().has("#f-birthdate-error")
    assert form.send(birthdate=f"{now().year - 10}-01-01").has("#f-birthdate-error")
    assert form.send(birthdate="1990-01-01").status == 303
