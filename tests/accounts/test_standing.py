"""Accounts that are suspended, banned, or need a second factor; and those who decide that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from flask import Flask
from sqlalchemy import text

from community.accounts.models import Passkey, Session, User
from community.communities.models import Community
from community.core import settings
from community.core.audit import AuditLog
from community.core.clock import now
from community.core.jobs import run_job
from community.extensions import db
from tests.accounts.conftest import is_logged_in
from tests.accounts.mailed import Mails, newest
from tests.accounts.test_logging_in import log_in
from tests.cast import Cast, Person, PlaceFacts
from tests.visitor import HTMX, Visitor

Drain = Callable[[], object]
As = Callable[..., Visitor]


@pytest.fixture
def admin(eve: Person, db_session: object) -> Person:
    """Eve runs the site."""
    db.session.query(User).filter_by(id=eve.user_id).update({"site_role": "SITE_ADMIN"})
    return eve


def suspend(visitor: Visitor, days: int = 3, reason: str = "Three spam posts.") -> None:
    until = (now() + dt.timedelta(days=days)).date().isoformat()
    page = visitor.get("/admin/people/bob")
    assert page.form("#judge form").send(reason=reason, until=until).location == "/admin/people/bob?done=1"


def test_a_suspended_person_sees_why_and_until_when_and_nothing_else(as_: As, admin: Person, bob: Person, bikes: PlaceFacts) -> None:
    visitor = as_(bob)
    assert visitor.get(bikes.url).status == 200
    suspend(as_(admin))
    for path in ("/", bikes.url, "/settings/profile", "/c/no-such-place/", "/notifications"):
        page = visitor.get(path)
        assert (page.status, page.text("h1")) == (403, "Your account is suspended")
        assert "Three spam posts." in page.text("main")
        assert page.has("main a[href^='mailto:']")
    assert visitor.post("/settings/profile", display_name="Robert").status == 403
    assert visitor._ask("POST", "/settings/profile", form={}, headers=HTMX).status == 403
    assert visitor.post("/logout").status == 303
    assert log_in(visitor, "bob").location == "/", "one can log in, to see the page"


def test_a_suspension_ends_with_the_next_request_or_the_job(as_: As, admin: Person, bob: Person, app: Flask) -> None:
    suspend(as_(admin), days=1)
    visitor = as_(bob)
    assert visitor.get("/").status == 403
    with time_machine.travel(now() + dt.timedelta(days=1, minutes=1)):
        assert visitor.get("/").status == 200
        assert db.session.get_one(User, bob.user_id).status == "SUSPENDED"
        run_job("suspensions_end")
        db.session.expire_all()
        user = db.session.get_one(User, bob.user_id)
        assert (user.status, user.status_reason, user.status_expires_at) == ("ACTIVE", None, None)


def test_a_banned_person_is_logged_out_and_told_whom_to_write_to(as_: As, admin: Person, bob: Person) -> None:
    settings.put("contact_email", "help@example.org")
    visitor = as_(bob)
    as_(admin).post("/admin/people/bob/ban", reason="Threats")
    assert not is_logged_in(visitor)
    right = log_in(visitor, "bob")
    assert right.text(".form-error").startswith("Wrong credentials.")
    assert right.has("a[href='mailto:help@example.org']")
    assert not log_in(visitor, "bob", "wrong").has("a[href^='mailto:']"), "only who knows the password is told"
    as_(admin).post("/admin/people/bob/reinstate", reason="A mistake")
    assert log_in(visitor, "bob").location == "/"


def test_what_administrators_do_is_written_down_with_the_reason(as_: As, admin: Person, bob: Person) -> None:
    visitor = as_(admin)
    suspend(visitor)
    visitor.post("/admin/people/bob/reinstate", reason="He said sorry")
    visitor.post("/admin/people/bob/verify")
    visitor.post("/admin/people/bob/creator-level", level="CREATOR")
    visitor.post("/admin/people/bob/sessions/delete")
    rows = db.session.query(AuditLog).filter_by(entity_type="user", entity_id=bob.user_id).order_by(AuditLog.id).all()
    assert [(row.action, row.reason) for row in rows] == [
        ("user.suspended", "Three spam posts."), ("user.active", "He said sorry"), ("user.identity_verified", ""),
        ("user.creator_level_changed", ""), ("user.sessions_ended", "")]
    assert {row.actor_user_id for row in rows} == {admin.user_id}
    assert not is_logged_in(as_(bob))
    assert "He said sorry" in visitor.get("/admin/people/bob").text("main")


def test_an_administrator_starts_a_reset_and_never_sees_it(
    as_: As, admin: Person, bob: Person, drain: Drain, mails: Mails
) -> None:
    answer = as_(admin).post("/admin/people/bob/reset").follow()
    assert "/password/reset/" not in answer.html
    drain()
    assert "/password/reset/" in newest(mails, bob.email)


@pytest.mark.parametrize("path", ["suspend", "ban"])
def test_nobody_judges_themselves_or_another_administrator(as_: As, admin: Person, ada: Person, path: str) -> None:
    db.session.query(User).filter_by(id=ada.user_id).update({"site_role": "SITE_ADMIN"})
    for username in ("eve", "ada"):
        answer = as_(admin).post(f"/admin/people/{username}/{path}", reason="Because",
                                 **({"until": "2099-01-01"} if path == "suspend" else {}))
        assert answer.status == 403
    assert db.session.get_one(User, ada.user_id).status == "ACTIVE"


def test_reasons_are_needed_and_kept_when_the_day_is_wrong(as_: As, admin: Person, bob: Person) -> None:
    visitor = as_(admin)
    assert visitor.post("/admin/people/bob/ban", reason="").has("#f-reason-error")
    past = visitor.post("/admin/people/bob/suspend", reason="Three spam posts.", until="2001-01-01")
    assert (past.status, past.text("#f-reason")) == (422, "Three spam posts.")
    assert past.has("#f-until-error")


def test_people_are_found_by_name_username_and_address(as_: As, admin: Person, bob: Person) -> None:
    visitor = as_(admin)
    for typed in ("tanaka", "BOB", "bob@example"):
        assert visitor.get(f"/admin/people?q={typed}").texts(".row strong a") == ["Bob Tanaka"]
    assert visitor.get("/admin/people?q=%25").has(".empty")
    assert len(visitor.get("/admin/people").select(".row")) == 5
    assert as_(bob).get("/admin/people").status == 403


def test_the_role_of_administrator_is_given_by_a_fresh_proof_and_the_last_one_stays(
    as_: As, admin: Person, bob: Person
) -> None:
    assert as_(admin).post("/admin/people/bob/admin").status == 403
    db.session.query(Session).filter_by(user_id=admin.user_id).update({"reauthenticated_at": now()})
    from community.core import cache

    cache.raise_generation(f"u:{admin.user_id}")
    visitor = as_(admin)
    last = visitor.post("/admin/people/eve/admin/delete")
    assert (last.status, last.text(".auth__lead")) == (409, "This is the last site administrator. Appoint another one first.")
    assert visitor.post("/admin/people/bob/admin").status == 303
    assert visitor.post("/admin/people/eve/admin/delete").status == 303
    assert as_(bob).get("/admin/people").status == 200
    assert as_(admin).get("/admin/people").status == 403


def test_the_command_line_grants_and_revokes(app: Flask, cast: Cast, db_session: object) -> None:
    runner = app.test_cli_runner()
    from community.cli import community

    def run(*words: str) -> str:
        return runner.invoke(community, ["admin", *words]).output.strip()

    assert run("grant", "ada") == "ada is a site administrator now."
    assert "last site administrator" in run("revoke", "ada")
    assert "There is no account nobody" in run("grant", "nobody")


def test_the_account_of_the_site_itself_cannot_log_in(stranger: Visitor, bob: Person, db_session: object) -> None:
    db.session.query(User).filter_by(id=bob.user_id).update({"site_role": "SYSTEM"})
    assert log_in(stranger, "bob").status == 422
    assert stranger.post("/password/reset", email=bob.email).location == "/password/reset?sent=1"
    assert stranger.get("/u/bob").status == 404


def test_administrators_without_a_second_factor_wait_where_the_site_asks_for_one(as_: As, admin: Person) -> None:
    settings.put("require_2fa_site_admins", True)
    refused = as_(admin).get("/admin/people")
    assert refused.status == 403
    assert "two-step log-in" in refused.text(".auth__lead")
    db.session.add(Passkey(user_id=admin.user_id, credential_id=b"1", public_key=b"2", name="Phone", created_at=now()))
    from community.core import cache

    cache.raise_generation(f"u:{admin.user_id}")
    assert as_(admin).get("/admin/people").status == 200


def test_staff_without_a_second_factor_stay_members(as_: As, mia: Person, bikes: PlaceFacts) -> None:
    visitor = as_(mia)
    assert visitor.get(f"{bikes.url}members").status == 200
    place = db.session.get_one(Community, bikes.id)
    place.settings = place.settings | {"require_2fa_staff": True}
    db.session.flush()
    from community.core import cache

    cache.raise_generation(f"c:{bikes.slug}")
    assert visitor.get(bikes.url).has("a[href='/settings/security'].btn")
    assert visitor.get(bikes.url).status == 200
    assert visitor.get(f"{bikes.url}new").status == 200, "she writes like every member"
    refused = visitor.post(f"{bikes.url}members/1/approve")
    assert refused.status == 403
    assert "two-step log-in" in refused.text(".auth__lead")
    db.session.add(Passkey(user_id=mia.user_id, credential_id=b"1", public_key=b"2", name="Phone", created_at=now()))
    cache.raise_generation(f"u:{mia.user_id}")
    assert visitor.post(f"{bikes.url}members/999999/approve").status == 404


def test_unproven_accounts_without_content_are_removed_after_30_days(stranger: Visitor, bob: Person, db_session: object) -> None:
    from tests.accounts.conftest import ZOE, sign_up

    sign_up(stranger)
    db.session.query(User).filter_by(id=bob.user_id).update({"status": "PENDING_VERIFICATION", "email_verified_at": None})
    with time_machine.travel(now() + dt.timedelta(days=29)):
        run_job("accounts_unproven")
        assert db.session.query(User).filter_by(email=ZOE["email"]).count() == 1
    with time_machine.travel(now() + dt.timedelta(days=31)):
        run_job("accounts_unproven")
        assert db.session.query(User).filter_by(email=ZOE["email"]).count() == 0
        assert db.session.query(User).filter_by(id=bob.user_id).count() == 1, "he is a member of something"


def test_what_ran_out_is_removed(as_: As, bob: Person, stranger: Visitor, db_session: object) -> None:
    stranger.post("/login/passkey/options")
    for _ in range(5):
        log_in(stranger, "bob", "wrong")

    def left(days: int) -> set[str]:
        with time_machine.travel(now() + dt.timedelta(days=days)):
            run_job("accounts_expired")
        tables = ("passkey_challenges", "login_history", "security_alerts", "sessions")
        return {table for table in tables if db.session.scalar(text(f"SELECT count(*) FROM {table}"))}

    assert left(1) == {"login_history", "security_alerts", "sessions"}
    assert left(200) == {"login_history", "security_alerts"}
    assert left(366) == set()
