"""One code, one token, one answer, used by two at the same moment: one of them wins."""

from __future__ import annotations

from collections.abc import Callable

import pyotp
import pytest
from flask import Flask

from community.accounts import services
from community.accounts.devices import Device
from community.accounts.models import LoginAttempt, RecoveryCode, User
from community.accounts.services import two_factor
from community.admin import services as admin
from community.core.clock import now
from community.core.errors import AppError, Conflict
from community.core.transactions import unit_of_work
from community.extensions import db
from tests.cast import BROWSER, PASSWORD, Person
from tests.together import together

pytestmark = pytest.mark.usefixtures("committed_db")
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def with_two_steps(bob: Person) -> list[str]:
    """Bob logs in with two steps; his recovery codes."""
    with unit_of_work():
        user = db.session.get_one(User, bob.user_id)
        user.two_factor_secret, user.two_factor_enabled = SECRET, True
        return two_factor._new_codes(user)


def pending() -> str:
    with unit_of_work():
        admission = services.log_in("bob", PASSWORD, remember=True, device=BROWSER)
    assert admission.second_factor is not None
    return admission.second_factor


def passes(token: str, code: str) -> Callable[[], str]:
    return lambda: services.pass_second_factor(token, code, device=BROWSER)


def winners(found: list[object]) -> int:
    assert all(isinstance(one, (str, AppError, User)) for one in found), found
    return sum(not isinstance(one, AppError) for one in found)


def test_one_code_of_the_app(app: Flask, with_two_steps: list[str]) -> None:
    first, second = _two_pendings(app)
    code = pyotp.TOTP(SECRET).at(now())
    assert winners(together(app, [passes(first, code), passes(second, code)])) == 1


def _two_pendings(app: Flask) -> tuple[str, str]:
    """Two log-ins that wait: the older one is kept alive, as if it had begun at the same moment."""
    with unit_of_work():
        user = db.session.query(User).filter_by(username="bob").one()
        payload: dict[str, object] = {"remember": True, "reason": "OK"}
        return (services.issue_token(user, "SECOND_FACTOR", payload),
                services.issue_token(user, "SECOND_FACTOR", payload, keep_older=True))


def test_one_recovery_code(app: Flask, with_two_steps: list[str]) -> None:
    first, second = _two_pendings(app)
    assert winners(together(app, [passes(first, with_two_steps[0]), passes(second, with_two_steps[0])])) == 1
    assert db.session.query(RecoveryCode).filter(RecoveryCode.used_at.isnot(None)).count() == 1


def test_one_pending_log_in(app: Flask, with_two_steps: list[str]) -> None:
    token = pending()
    assert winners(together(app, [passes(token, code) for code in with_two_steps[:4]])) == 1


def test_tries_are_counted_one_by_one(app: Flask, with_two_steps: list[str]) -> None:
    token = pending()

    def attempt() -> str:
        try:
            return services.pass_second_factor(token, "000000", device=BROWSER)
        except AppError as error:
            return type(error).__name__  # committed all the same, as the view does

    found = together(app, [attempt] * 8)
    assert sorted(found) == ["Gone"] * 3 + ["Invalid"] * 5
    assert db.session.query(LoginAttempt).filter_by(reason="BAD_2FA").count() == 5


@pytest.mark.parametrize("purpose", ["RESET_PASSWORD", "UNLOCK", "NOT_ME", "VERIFY_EMAIL"])
def test_one_token(app: Flask, bob: Person, purpose: str) -> None:
    with unit_of_work():
        user = db.session.get_one(User, bob.user_id)
        token = services.issue_token(user, purpose, {"email": user.email})
    use: dict[str, Callable[[], object]] = {
        "RESET_PASSWORD": lambda: services.reset_password(token, "a wholly other password"),
        "UNLOCK": lambda: services.unlock(token), "NOT_ME": lambda: services.disown(token),
        "VERIFY_EMAIL": lambda: services.verify_email(token)}
    assert winners(together(app, [use[purpose]] * 2)) == 1


def test_guesses_at_once_do_not_get_around_the_lock(app: Flask, bob: Person) -> None:
    def guess(number: int) -> Callable[[], bool]:
        device = Device(ip=f"192.0.2.{number}", user_agent="Tests", type="OTHER", label="Firefox on Linux")
        password = PASSWORD if number >= 9 else "wrong"
        return lambda: bool(services.log_in("bob", password, remember=True, device=device))

    together(app, [guess(number) for number in range(9)])
    reasons = [row.reason for row in db.session.query(LoginAttempt)]
    assert sorted(reasons) == ["BAD_PASSWORD"] * 5 + ["LOCKED"] * 4
    assert together(app, [guess(9)]) == [False]


def test_two_administrators_who_dismiss_each_other(app: Flask, ada: Person, bob: Person) -> None:
    with unit_of_work():
        for person in (ada, bob):
            admin.grant_admin(person.username)
    found = together(app, [lambda: admin.revoke_admin("ada"), lambda: admin.revoke_admin("bob")])
    assert sum(isinstance(one, Conflict) for one in found) == 1
    assert db.session.query(User).filter_by(site_role="SITE_ADMIN").count() == 1
