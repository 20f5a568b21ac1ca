"""Who is told what, once."""

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
