"""The list of notifications, the bell, and what becomes of what was told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from community.communities.models import SpaceMember
from community.core import cache
from community.extensions import db
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
