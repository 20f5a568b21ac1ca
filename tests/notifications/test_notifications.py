"""Who is told what, once, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text

from community.accounts.models import User
from community.comments.events import CommentCreated
from community.communities.models import SpaceMember
from community.core import broadcast, cache
from community.core.outbox import Delivered, record
from community.core.outbox.events import from_row
from community.core.transactions import unit_of_work
from community.extensions import db
from community.notifications import handlers
from community.notifications.models import Notification
from community.posts.models import Post
from tests.cast import Person, PlaceFacts
from tests.content import change_member, commented, page_of, published
from tests.visitor import Page, Visitor

pytestmark = pytest.mark.usefixtures("db_session")
As = Callable[[Person], Visitor]
Drain = Callable[[], object]


@pytest.fixture
def post(bikes: PlaceFacts, bob: Person) -> Post:
    return published(bikes, bob, title="Bells")


def told(visitor: Visitor) -> list[str]:
    """What the list of this person says, newest first."""
    return visitor.get("/notifications").texts(".notice__text")


def bell(page: Page) -> list[str]:
    return page.texts("#notif-badge .count")


def test_the_author_of_a_post_hears_of_a_comment_once(
    as_: As, post: Post, bob: Person, cleo: Person, drain: Drain
) -> None:
    comment = commented(post, cleo, "A **brass** one.")
    assert told(as_(bob)) == []
    drain()
    page = as_(bob).get("/notifications")
    assert page.texts(".notice__text") == ["Cleo Marsh commented on “Bells”"]
    assert page.texts(".notice__quote") == ["A brass one."]
    assert page.has(".notice[data-unread]")
    assert bell(page) == ["1"]
    opened = page.form(".notice form").send()
    assert opened.location == f"{page_of(post)}?comment={comment.public_id}#c-{comment.public_id}"
    assert bell(opened.follow()) == []
    assert told(as_(cleo)) == []


def test_the_one_who_is_answered_hears_of_a_reply_and_the_author_of_a_comment(
    as_: As, post: Post, bob: Person, cleo: Person, mia: Person, drain: Drain
) -> None:
    parent = commented(post, cleo)
    drain()
    commented(post, mia, parent=parent)
    drain()
    assert told(as_(cleo)) == ["Mia Lindqvist replied to you in “Bells”"]
    assert told(as_(bob)) == ["Mia Lindqvist commented on “Bells”", "Cleo Marsh commented on “Bells”"]


def test_of_two_reasons_the_stronger_one_is_told(as_: As, post: Post, bob: Person, cleo: Person, drain: Drain) -> None:
    own = commented(post, bob)
    commented(post, cleo, parent=own)
    drain()
    assert told(as_(bob)) == ["Cleo Marsh replied to you in “Bells”"]


def test_an_answer_to_a_question_is_called_one(
    as_: As, bikes: PlaceFacts, bob: Person, cleo: Person, drain: Drain
) -> None:
    question = published(bikes, bob, title="Which bell?", kind="QUESTION")
    commented(question, cleo)
    commented(question, cleo, as_note=True)
    drain()
    assert told(as_(bob)) == ["Cleo Marsh commented on “Which bell?”", "Cleo Marsh answered “Which bell?”"]


def test_nobody_hears_of_what_they_did_themselves(as_: As, post: Post, bob: Person, drain: Drain) -> None:
    own = commented(post, bob)
    commented(post, bob, parent=own)
    drain()
    assert db.session.query(Notification).count() == 0
    assert told(as_(bob)) == []


def test_below_the_deepest_level_the_one_answered_hears_not_the_one_above(
    as_: As, post: Post, bob: Person, cleo: Person, mia: Person, drain: Drain
) -> None:
    chain = [commented(post, mia)]
    for _ in range(5):
        chain.append(commented(post, mia, parent=chain[-1]))
    deepest = commented(post, cleo, parent=chain[-1])
    drain()
    db.session.query(Notification).delete()
    commented(post, bob, parent=deepest)
    drain()
    assert told(as_(cleo)) == ["Bob Tanaka replied to you in “Bells”"]
    assert told(as_(mia)) == []


def test_who_cannot_read_it_any_more_is_not_told(
    as_: As, bikes: PlaceFacts, workshop: PlaceFacts, ada: Person, bob: Person, drain: Drain
) -> None:
    first, second = (published(bikes, bob, space=workshop) for _ in range(2))
    commented(first, ada)
    drain()
    assert len(told(as_(bob))) == 1
    commented(second, ada)
    _leave(workshop, bob)
    drain()
    assert db.session.query(Notification).filter_by(user_id=bob.user_id).count() == 1


@pytest.mark.parametrize("status", ["BANNED", "SUSPENDED", "DELETED"])
def test_a_shut_account_is_not_told(post: Post, bob: Person, cleo: Person, drain: Drain, status: str) -> None:
    commented(post, cleo)
    db.session.get_one(User, bob.user_id).status = status
    drain()
    assert db.session.query(Notification).count() == 0


@pytest.mark.parametrize("change", [{"status": "REMOVED"}, {"moderation_status": "SHADOW_BANNED"}])
def test_a_comment_that_was_taken_away_before_is_not_told(post: Post, cleo: Person, drain: Drain, change: dict) -> None:
    comment = commented(post, cleo)
    for name, value in change.items():
        setattr(comment, name, value)
    drain()
    assert db.session.query(Notification).count() == 0


def test_a_deleted_post_is_told_of_no_more(post: Post, as_: As, bob: Person, cleo: Person, drain: Drain) -> None:
    commented(post, cleo)
    as_(bob).post(f"/c/bikes/p/{post.id}/delete")
    drain()
    assert db.session.query(Notification).count() == 0


def test_every_event_twice_changes_nothing(
    post: Post, bob: Person, cleo: Person, mia: Person, drain: Drain, as_: As
) -> None:
    parent = commented(post, cleo)
    commented(post, mia, parent=parent)
    drain()
    as_(bob).post("/notifications/read")
    before = _rows()
    events = db.session.execute(text("SELECT * FROM outbox_events WHERE name = 'comment.created'")).mappings().all()
    assert len(events) == 2
    handlers.on_comment([_again(row) for row in events] * 2)
    db.session.commit()
    assert _rows() == before
    assert len(before) == 3


def test_an_event_about_a_comment_that_is_not_there_is_nothing(post: Post, drain: Drain) -> None:
    with unit_of_work():
        record(CommentCreated(comment_id=987654321, post_id=post.id, community_id=post.community_id))
    drain()
    assert db.session.query(Notification).count() == 0


def test_open_pages_are_told_to_look(post: Post, bob: Person, cleo: Person) -> None:
    comment = commented(post, cleo)
    row = db.session.execute(text("SELECT * FROM outbox_events WHERE name = 'comment.created'")).mappings().one()
    handlers.on_comment([_again(row)])
    hints = [message for message in broadcast.waiting() if message.topic == f"user:{bob.public_id}"]
    assert len(hints) == 1
    assert b"notifications:new" in hints[0].body
    assert comment.content.encode() not in hints[0].body


def test_looking_changes_nothing(as_: As, post: Post, bob: Person, cleo: Person, drain: Drain) -> None:
    commented(post, cleo)
    drain()
    notification = db.session.query(Notification).one()
    visitor = as_(bob)
    for path in ("/notifications", "/notifications?filter=unread", f"/notifications/{notification.public_id}/go",
                 "/notifications/badge", page_of(post)):  # fmt: skip
        assert visitor.get(path).status in (200, 303)
    assert visitor.get("/notifications/read").status == 405
    assert visitor.get(f"/notifications/{notification.public_id}/read").status == 405
    db.session.refresh(notification)
    assert notification.read_at is None
    assert bell(visitor.get("/")) == ["1"]


def test_one_or_all_are_marked_as_read(as_: As, post: Post, bob: Person, cleo: Person, drain: Drain) -> None:
    for _ in range(3):
        commented(post, cleo)
    drain()
    visitor = as_(bob)
    newest = db.session.query(Notification).order_by(Notification.id.desc()).first()
    assert newest is not None
    answer = visitor.htmx_post(f"/notifications/{newest.public_id}/read")
    assert answer.one("hx-partial").attributes["hx-target"] == ".bell-count"
    assert answer.texts(".count") == ["2"]
    page = visitor.get("/notifications")
    assert (len(page.select(".notice[data-unread]")), bell(page)) == (2, ["2"])
    assert len(visitor.get("/notifications?filter=unread").select(".notice")) == 2
    done = page.form('form[action="/notifications/read"]').send().follow()
    assert (done.select(".notice[data-unread]"), bell(done)) == ([], [])
    assert len(done.select(".notice")) == 3
    assert not done.has('form[action="/notifications/read"]')
    assert visitor.get("/notifications?filter=unread").text(".empty h2") == "You are all caught up"


def test_notifications_are_nobody_elses_business(
    as_: As, post: Post, bob: Person, cleo: Person, guest: Person, drain: Drain
) -> None:
    commented(post, cleo)
    drain()
    path = f"/notifications/{db.session.query(Notification).one().public_id}"
    assert as_(cleo).get(f"{path}/go").status == 404
    assert as_(cleo).post(f"{path}/go").status == 404
    assert as_(cleo).post(f"{path}/read").status == 404
    as_(cleo).post("/notifications/read")
    assert as_(guest).get("/notifications").location == "/login?next=/notifications"
    assert as_(guest).post(f"{path}/read").location.startswith("/login")
    assert bell(as_(bob).get("/")) == ["1"]


def test_a_long_list_is_read_page_by_page(as_: As, post: Post, bob: Person, cleo: Person, drain: Drain) -> None:
    for number in range(65):
        commented(post, cleo, f"Number {number}")
    drain()
    visitor, seen = as_(bob), []
    page = visitor.get("/notifications")
    assert bell(page) == ["65"]
    while True:
        seen += page.texts(".notice__quote")
        commented(post, cleo, "Meanwhile")
        drain()
        if not page.has(".pager"):
            break
        page = visitor.htmx_get(str(page.one(".pager").attributes["hx-get"]))
    assert seen == [f"Number {number}" for number in reversed(range(65))]
    assert visitor.get("/notifications?cursor=nonsense").status == 400


def test_more_than_ninety_nine_are_not_counted(as_: As, post: Post, bob: Person, cleo: Person) -> None:
    db.session.add_all(Notification(
        user_id=bob.user_id, type="POST_COMMENTED", entity_type="comment", entity_id=1, title="T", action_url="/",
        source_event_id=number) for number in range(120))  # fmt: skip
    db.session.commit()
    assert bell(as_(bob).get("/")) == ["99+"]


def test_what_one_may_not_read_any_more_is_named_no_more(
    as_: As, bikes: PlaceFacts, workshop: PlaceFacts, ada: Person, bob: Person, drain: Drain
) -> None:
    secret = published(bikes, bob, space=workshop, title="Of the crew")
    commented(secret, ada, "Between us.")
    drain()
    assert told(as_(bob)) == ["Ada Okafor commented on “Of the crew”"]
    _leave(workshop, bob)
    page = as_(bob).get("/notifications")
    assert page.texts(".notice__text") == ["This is not available any more"]
    assert not any(word in page.one("#notif-list").html for word in ("crew", "Between", "Ada"))
    assert page.form(".notice form").send().follow().status == 404


@pytest.mark.parametrize("gone", ["comment", "post"])
def test_what_was_deleted_is_named_no_more(
    as_: As, post: Post, bob: Person, cleo: Person, drain: Drain, gone: str
) -> None:
    comment = commented(post, cleo, "Regretted.")
    drain()
    assert "Regretted." in as_(bob).get("/notifications").html
    if gone == "comment":
        as_(cleo).post(f"/c/bikes/p/{post.id}/comments/{comment.public_id}/delete")
    else:
        as_(bob).post(f"/c/bikes/p/{post.id}/delete")
    assert told(as_(bob)) == ["This is not available any more"]
    assert "Regretted." not in as_(bob).get("/notifications").html


def test_the_list_costs_the_same_with_many_as_with_few(
    as_: As, post: Post, bob: Person, cleo: Person, drain: Drain, statements: Callable
) -> None:
    costs = []
    for _ in range(2):
        for _ in range(12):
            commented(post, cleo)
        drain()
        as_(bob).get("/notifications")
        with statements() as sent:
            as_(bob).get("/notifications")
        costs.append(len(sent))
    assert costs[0] == costs[1] <= 6


def _leave(space: PlaceFacts, person: Person) -> None:
    db.session.query(SpaceMember).filter_by(space_id=space.id, member_id=person.member_id).delete()
    change_member(person, role="MEMBER")
    cache.raise_generation(f"u:{person.user_id}")


def _rows() -> list[tuple]:
    columns = Notification.id, Notification.user_id, Notification.title, Notification.read_at, Notification.updated_at
    return [tuple(row) for row in db.session.execute(db.select(*columns).order_by(Notification.id))]


def _again(row) -> Delivered:
    return Delivered(
        id=row["id"], event=from_row(row), name=row["name"], actor_user_id=row["actor_user_id"], community_id=row["community_id"],
        occurred_at=row["occurred_at"], correlation_id=None, delivery_key="again")  # fmt: skip
