"""Deleting one's account: asked for, taken back, done; and what is left of the person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from flask import Flask

from community.accounts.models import Follow, User, UserStats
from community.communities.models import Community, Member
from community.core.clock import now
from community.core.jobs import run_job
from community.core.outbox.models import OutboxEvent
from community.extensions import db
from community.media.models import MediaFile
from community.notifications.models import Notification
from community.posts.models import Post
from tests.accounts.conftest import is_logged_in
from tests.accounts.mailed import Mails, link_in, newest
from tests.accounts.test_api_keys import make as make_key
from tests.accounts.test_logging_in import log_in
from tests.accounts.test_nothing_readable import dump
from tests.cast import GUEST, PASSWORD, Person, PlaceFacts
from tests.content import commented, page_of, published
from tests.pictures import picture, send
from tests.visitor import Page, Visitor

As = Callable[..., Visitor]
Drain = Callable[[], object]
LEAVE = "/settings/account/delete"
TWO_WEEKS = dt.timedelta(days=14, minutes=1)


def leave(visitor: Visitor, when: str = "later") -> Page:
    return visitor.get(LEAVE).form("#leave-form").send(username=visitor.person.username, when=when)


def user(person: Person) -> User:
    return db.session.get_one(User, person.user_id)


def erase_due() -> None:
    run_job("accounts_leaving")
    db.session.expire_all()


def test_an_account_is_deleted_two_weeks_after_one_asked(as_: As, bob: Person, app: Flask, drain: Drain, mails: Mails) -> None:
    visitor = as_(bob, confirmed=True)
    said = leave(visitor)
    assert said.location == "/login?leaving=1"
    assert "deleted in 14 days" in said.follow().text("[role=status].note")
    assert not is_logged_in(visitor)
    drain()
    assert "14 days" in newest(mails, bob.email, "Your account will be deleted")
    with time_machine.travel(now() + dt.timedelta(days=13)):
        run_job("accounts_expired")
        erase_due()
        assert user(bob).status == "ACTIVE"
    with time_machine.travel(now() + TWO_WEEKS + dt.timedelta(days=3)):
        run_job("accounts_expired")
        erase_due()
        assert user(bob).status == "DELETED"
        assert log_in(Visitor(app, GUEST), "bob").status == 422


def test_who_logs_in_stays(as_: As, bob: Person, stranger: Visitor, drain: Drain, mails: Mails) -> None:
    leave(as_(bob, confirmed=True))
    assert log_in(stranger, "bob").location == "/"
    drain()
    assert newest(mails, bob.email, "Your account stays")
    with time_machine.travel(now() + TWO_WEEKS):
        erase_due()
        assert user(bob).status == "ACTIVE"


def test_the_link_of_the_mail_keeps_the_account_once(
    as_: As, bob: Person, stranger: Visitor, drain: Drain, mails: Mails
) -> None:
    leave(as_(bob, confirmed=True))
    drain()
    link = link_in(newest(mails, bob.email, "Your account will be deleted"))
    page = stranger.get(link)
    assert page.text("h1") == "Keep your account?"
    assert page.form().send().location == "/login?kept=1"
    assert stranger.post(link).status == 410
    with time_machine.travel(now() + TWO_WEEKS):
        erase_due()
        assert user(bob).status == "ACTIVE"


def test_a_link_that_is_too_late_keeps_nothing(as_: As, bob: Person, stranger: Visitor, drain: Drain, mails: Mails) -> None:
    leave(as_(bob, confirmed=True))
    drain()
    link = link_in(newest(mails, bob.email, "Your account will be deleted"))
    with time_machine.travel(now() + TWO_WEEKS):
        assert stranger.post(link).status == 410
        erase_due()
        assert user(bob).status == "DELETED"


def test_leaving_needs_a_fresh_proof(as_: As, bob: Person) -> None:
    assert as_(bob).get(LEAVE).text("h1") == "Confirm that it is you"
    question = as_(bob).post(LEAVE, username="bob", when="now")
    assert (question.status, question.text("h1")) == (403, "Confirm that it is you")
    assert user(bob).status == "ACTIVE"
    assert question.form("#confirm-form").send(confirm_password=PASSWORD).location == "/login?left=1"


def test_the_own_name_is_typed(as_: As, bob: Person) -> None:
    wrong = as_(bob, confirmed=True).get(LEAVE).form("#leave-form").send(username="cleo", when="now")
    assert (wrong.status, wrong.text("#f-username-error")) == (422, "This is not your username.")
    assert wrong.one("#f-username").attributes["value"] == "cleo"
    assert wrong.has("input[value=now][checked]"), "what was chosen stays"
    assert user(bob).status == "ACTIVE"


def test_the_only_owner_of_a_community_hands_it_over_first(as_: As, ada: Person, bob: Person) -> None:
    visitor = as_(ada, confirmed=True)
    assert visitor.get(LEAVE).text("[role=status].note").startswith("You are the only owner of Bikes.")
    refused = visitor.post(LEAVE, username="ada", when="now")
    assert refused.status == 409
    db.session.query(Member).filter_by(id=bob.member_id).update({"role": "OWNER"})
    assert leave(visitor, "now").location == "/login?left=1"
    assert user(ada).status == "DELETED"


def test_who_became_the_only_owner_meanwhile_waits(as_: As, ada: Person, bob: Person) -> None:
    db.session.query(Member).filter_by(id=bob.member_id).update({"role": "OWNER"})
    leave(as_(bob, confirmed=True))
    db.session.query(Member).filter_by(id=ada.member_id).update({"role": "MEMBER"})
    with time_machine.travel(now() + TWO_WEEKS):
        erase_due()
        assert user(bob).status == "ACTIVE"
        db.session.query(Member).filter_by(id=ada.member_id).update({"role": "OWNER"})
        erase_due()
        assert user(bob).status == "DELETED"


def test_an_administrator_gives_the_role_up_first(as_: As, eve: Person) -> None:
    db.session.query(User).filter_by(id=eve.user_id).update({"site_role": "SITE_ADMIN"})
    refused = as_(eve, confirmed=True).post(LEAVE, username="eve", when="now")
    assert (refused.status, refused.text(".form-error")) == (409, "You administer this site. Give the role up first.")


@pytest.fixture
def full_life(as_: As, bob: Person, ada: Person, cleo: Person, bikes: PlaceFacts, general: PlaceFacts, drain: Drain) -> Post:
    """Bob did everything there is to do here; returns a post of his with a reply by him below it."""
    visitor = as_(bob, confirmed=True)
    visitor.post("/settings/profile", display_name="Bob Tanaka", bio="Bell collector of Leiden.", location="Leiden",
                 website="https://bob.example", interests="brass bells", pronouns="he/him", birthdate="1990-02-03")
    send(visitor, "/settings/profile/avatar", picture())
    make_key(visitor, name="Bob's script")
    assert visitor.htmx_post("/c/bikes/drafts", title="An unfinished thought", content="Half a sentence of").status == 200
    post = published(bikes, bob, space=general, title="Which bell?", text="What Bob asked.")
    commented(post, ada, "A brass one.")
    commented(post, bob, "How loud?")
    commented(published(bikes, cleo, space=general), bob, "Nice.")
    for one, other in ((bob, cleo), (ada, bob), (cleo, bob)):
        as_(one).post(f"/u/{other.username}/follow")
    as_(bob).post("/u/eve/block")
    drain()
    return post


def test_nothing_personal_is_left(as_: As, bob: Person, ada: Person, cleo: Person, full_life: Post, drain: Drain) -> None:
    traces = ("bob@example.org", "Bob Tanaka", "Leiden", "bob.example", "brass bells", "he/him", "1990-02-03", "Bob's script",
              "An unfinished thought")
    before = dump()
    assert [trace for trace in traces if trace not in before] == [], "there was something to remove"
    counted = {one.username: db.session.get_one(UserStats, one.user_id).total_followers for one in (ada, cleo)}
    assert counted == {"ada": 0, "cleo": 1}
    assert leave(as_(bob, confirmed=True), "now").location == "/login?left=1"
    drain()
    after = dump()
    assert [trace for trace in traces if trace in after] == []
    gone = user(bob)
    assert gone.username == f"deleted_user_{bob.public_id.replace('-', '')[-12:]}"
    assert (gone.email, gone.password_hash, gone.status) == (f"deleted_{bob.user_id}@example.invalid", None, "DELETED")
    assert db.session.query(Follow).count() == 0
    assert db.session.get_one(UserStats, cleo.user_id).total_followers == 0
    assert db.session.get_one(UserStats, ada.user_id).total_following == 0
    assert db.session.query(MediaFile).filter_by(user_id=bob.user_id).count() == 0
    assert db.session.query(Notification).filter_by(user_id=bob.user_id).count() == 0
    member = db.session.get_one(Member, bob.member_id)
    assert (member.status, member.role) == ("ARCHIVED", "MEMBER")
    living = db.session.query(Member).filter_by(community_id=member.community_id, status="ACTIVE").count()
    assert db.session.get_one(Community, member.community_id).member_count == living


def test_what_was_written_stays_by_nobody(as_: As, bob: Person, cleo: Person, full_life: Post, drain: Drain) -> None:
    leave(as_(bob, confirmed=True), "now")
    drain()
    reader = as_(cleo)
    page = reader.get(page_of(full_life))
    assert "What Bob asked." in page.html
    assert "How loud?" in page.html
    assert "Bob Tanaka" not in page.html
    assert page.texts(".byline__name") == ["Deleted user"]
    assert not page.has("a[href*='deleted_user']")
    assert not page.has("a[href='/u/bob']")
    feed = reader.get("/c/bikes/")
    assert "Which bell?" in feed.texts(".card-post__title")
    assert "Bob Tanaka" not in feed.html
    assert not feed.has("a[href*='deleted_user']")
    assert reader.get(f"/u/{user(bob).username}").status == 410
    assert reader.get("/u/bob").status == 404


def test_an_account_is_erased_once(as_: As, bob: Person, drain: Drain) -> None:
    visitor = as_(bob, confirmed=True)
    leave(visitor)
    log_in(visitor, "bob")
    leave(visitor, "now")
    drain()
    with time_machine.travel(now() + TWO_WEEKS):
        erase_due()
    assert db.session.query(OutboxEvent).filter_by(name="user.anonymised").count() == 1


def test_the_key_of_a_program_dies_with_the_account(as_: As, bob: Person, app: Flask) -> None:
    visitor = as_(bob, confirmed=True)
    key = str(make_key(visitor).one("#new-key input").attributes["value"])
    client = app.test_client()
    assert client.get("/api/me", headers={"Authorization": f"Bearer {key}"}).status_code == 200
    leave(visitor, "now")
    assert client.get("/api/me", headers={"Authorization": f"Bearer {key}"}).status_code == 401
