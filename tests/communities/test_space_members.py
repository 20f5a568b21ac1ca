"""The people of a space: asking, inviting and roles, and what these do at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from community.communities.models import Member, Space, SpaceMember
from community.core import cache
from community.core.audit import AuditLog
from community.extensions import db
from community.notifications.models import Notification
from tests.cast import Cast, Person, PlaceFacts
from tests.content import change_member, compose, page_of, published
from tests.visitor import Page, Visitor

As = Callable[..., Visitor]
Drain = Callable[[], Counter[str]]
MEMBERS = "/c/bikes/s/workshop/members"


def row_of(person: Person, space: PlaceFacts) -> SpaceMember | None:
    return db.session.query(SpaceMember).filter_by(space_id=space.id, member_id=person.member_id).one_or_none()


def make(person: Person, space: PlaceFacts, **values: object) -> None:
    """Give somebody a standing in a space behind the services' back."""
    row = row_of(person, space)
    if row is None:
        row = SpaceMember(community_id=db.session.get(Space, space.id).community_id, space_id=space.id, member_id=person.member_id)
        db.session.add(row)
    for name, value in values.items():
        setattr(row, name, value)
    db.session.commit()
    cache.raise_generation(f"u:{person.user_id}")


def change(space: PlaceFacts, **values: object) -> None:
    db.session.query(Space).filter_by(id=space.id).update(values)
    db.session.commit()
    cache.raise_generation("c:bikes")


def names(page: Page) -> list[str]:
    return page.texts(".member-card__name > a")


def told(person: Person) -> list[str]:
    rows = db.session.query(Notification).filter_by(user_id=person.user_id).order_by(Notification.id)
    return [row.title for row in rows]


def test_a_request_is_answered_by_the_staff_of_the_space(
    as_: As, ada: Person, cleo: Person, workshop: PlaceFacts, drain: Drain
) -> None:
    before = db.session.get(Space, workshop.id).member_count
    as_(cleo).post("/c/bikes/s/workshop/join")
    drain()
    assert told(ada) == ["Cleo Marsh asks to join Workshop"]
    waiting = as_(ada).get(f"{MEMBERS}?show=requests")
    assert names(waiting) == ["Cleo Marsh"]
    assert names(waiting.form("form[action$='/approve']").send().follow()) == []
    assert as_(cleo).get(workshop.url).has(".tabs"), "read at once"
    assert db.session.get(Space, workshop.id).member_count == before + 1
    drain()
    assert told(cleo) == ["You are in Workshop now"]
    assert as_(ada).post(f"{MEMBERS}/{cleo.member_id}/approve").status == 409, "answered already"


def test_a_request_is_declined(as_: As, ada: Person, cleo: Person, workshop: PlaceFacts, drain: Drain) -> None:
    as_(cleo).post("/c/bikes/s/workshop/join")
    as_(ada).get(f"{MEMBERS}?show=requests").form("form[action$='/decline']").send()
    assert row_of(cleo, workshop).status == "LEFT"
    drain()
    assert told(cleo) == ["Workshop did not take your request to join"]


@pytest.mark.parametrize("visibility", ["PRIVATE", "INVITE_ONLY", "HIDDEN"])
def test_an_invitation_is_accepted(
    visibility: str, as_: As, ada: Person, cleo: Person, workshop: PlaceFacts, drain: Drain
) -> None:
    change(workshop, visibility=visibility)
    sent = as_(ada).get(MEMBERS).form("#invite-form").send(username="@Cleo")
    assert names(sent.follow()) == ["Cleo Marsh"]
    drain()
    assert told(cleo) == ["You are invited into Workshop"]
    page = as_(cleo).get(workshop.url)
    assert not page.has(".tabs"), "nothing is read before it is accepted"
    assert page.form("form[action$='/join']").send().location == workshop.url
    assert as_(cleo).get(workshop.url).has(".tabs")
    assert row_of(cleo, workshop).role == "MEMBER"


def test_an_invitation_is_declined_or_taken_back(as_: As, ada: Person, cleo: Person, workshop: PlaceFacts) -> None:
    change(workshop, visibility="HIDDEN")
    as_(ada).post(f"{MEMBERS}/invite", username="cleo")
    as_(cleo).post(f"{workshop.url}leave")
    assert row_of(cleo, workshop).status == "LEFT"
    assert as_(cleo).get(workshop.url).status == 404, "unknown again"
    as_(ada).post(f"{MEMBERS}/invite", username="cleo")
    taken = as_(ada).get(f"{MEMBERS}?show=invited").form("form[action*='/decline']").send()
    assert taken.location == f"{MEMBERS}?show=invited"
    assert as_(cleo).get(workshop.url).status == 404


def test_who_asked_and_is_invited_is_in(as_: As, ada: Person, cleo: Person, workshop: PlaceFacts) -> None:
    as_(cleo).post(f"{workshop.url}join")
    as_(ada).post(f"{MEMBERS}/invite", username="cleo")
    assert row_of(cleo, workshop).status == "ACTIVE"


@pytest.mark.parametrize(
    ("username", "message"),
    [
        ("nobody", "No member of this community has this name."),
        ("eve", "No member of this community has this name."),
        ("bob", "They are in this space already."),
    ],
)
def test_who_cannot_be_invited_is_said(username: str, message: str, as_: As, ada: Person, workshop: PlaceFacts) -> None:
    answer = as_(ada).post(f"{MEMBERS}/invite", username=username)
    assert answer.status == 422
    assert answer.text("#f-username-error") == message
    assert answer.form("#invite-form").fields["username"] == username


def test_a_role_in_a_space_counts_in_that_space_alone(
    as_: As, ada: Person, bob: Person, cleo: Person, bikes: PlaceFacts, workshop: PlaceFacts, general: PlaceFacts
) -> None:
    inside, outside = published(bikes, ada, space=workshop), published(bikes, cleo, space=general)
    for post in (inside, outside):
        assert as_(bob).post(page_of(post) + "/delete").status == 403
    as_(ada, confirmed=True).get(f"{MEMBERS}/{bob.member_id}").form("#role-form").send(role="MODERATOR")
    assert as_(bob).post(page_of(inside) + "/delete").status == 303
    assert as_(bob).post(page_of(outside) + "/delete").status == 403
    assert as_(bob).get(f"{MEMBERS}?show=requests").status == 200
    assert as_(bob).get("/c/bikes/s/general/members?show=requests").status == 403
    assert as_(bob).post("/c/bikes/s/general/members/invite", username="cleo").status == 403


def test_a_role_needs_a_fresh_proof(as_: As, ada: Person, bob: Person, workshop: PlaceFacts) -> None:
    assert as_(ada).post(f"{MEMBERS}/{bob.member_id}/role", role="ADMIN").status == 403
    assert row_of(bob, workshop).role == "MEMBER"


def test_a_role_is_logged_and_told(as_: As, ada: Person, bob: Person, workshop: PlaceFacts, drain: Drain) -> None:
    assert as_(ada, confirmed=True).post(f"{MEMBERS}/{bob.member_id}/role", role="ADMIN").status == 303
    assert row_of(bob, workshop).role == "ADMIN"
    logged = db.session.query(AuditLog).filter_by(action="space_member.role").one()
    assert (logged.before, logged.after, logged.actor_user_id) == ({"role": "MEMBER"}, {"role": "ADMIN"}, ada.user_id)
    drain()
    assert told(bob) == ["You are an admin of Workshop now"]


@pytest.mark.parametrize(
    ("own", "target", "wanted", "status"),
    [
        ("OWNER", "MEMBER", "ADMIN", 303),
        ("OWNER", "MEMBER", "OWNER", 403),
        ("ADMIN", "MEMBER", "MODERATOR", 303),
        ("ADMIN", "MEMBER", "ADMIN", 403),
        ("ADMIN", "ADMIN", "MEMBER", 403),
        ("ADMIN", "OWNER", "MEMBER", 403),
        ("MODERATOR", "MEMBER", "MODERATOR", 403),
        ("MEMBER", "MEMBER", "MEMBER", 403),
    ],
)
def test_nobody_gives_a_role_as_high_as_the_own(
    own: str, target: str, wanted: str, status: int, as_: As, bob: Person, cleo: Person, workshop: PlaceFacts
) -> None:
    make(bob, workshop, role=own)
    make(cleo, workshop, role=target)
    assert as_(bob, confirmed=True).post(f"{MEMBERS}/{cleo.member_id}/role", role=wanted).status == status
    assert row_of(cleo, workshop).role == (wanted if status == 303 else target)


def test_posting_in_an_open_space_makes_a_member_of_it(
    as_: As, cleo: Person, general: PlaceFacts, announcements: PlaceFacts
) -> None:
    as_(cleo).post("/c/bikes/s/general/leave")
    count = db.session.get(Space, general.id).member_count
    assert compose(as_(cleo), title="Hello", content="Here I am.", space=str(general.id)).status == 303
    assert row_of(cleo, general).status == "ACTIVE"
    assert db.session.get(Space, general.id).member_count == count + 1


def test_where_members_are_approved_only_they_write(as_: As, ada: Person, cleo: Person, general: PlaceFacts, bikes: PlaceFacts) -> None:
    change(general, join_approval=True)
    post = published(bikes, ada, space=general)
    as_(cleo).post("/c/bikes/s/general/leave")
    assert as_(cleo).get(page_of(post)).status == 200, "reading goes on"
    assert as_(cleo).post(page_of(post) + "/comments", body="Hi").status == 403
    as_(cleo).post("/c/bikes/s/general/join")
    assert row_of(cleo, general).status == "PENDING"


def test_who_leaves_the_community_takes_requests_and_invitations_along(
    as_: As, ada: Person, cleo: Person, workshop: PlaceFacts
) -> None:
    as_(ada).post(f"{MEMBERS}/invite", username="cleo")
    as_(cleo).post("/c/bikes/leave")
    assert row_of(cleo, workshop).status == "LEFT"


@pytest.mark.parametrize(
    ("name", "members", "requests", "manage"),
    [
        ("ada", 200, 200, 200),
        ("mia", 200, 200, 200),
        ("bob", 200, 403, 403),
        ("cleo", 403, 403, 403),
        ("eve", 404, 404, 404),
        ("guest", 404, 404, 303),
    ],
)
def test_who_sees_the_people_of_a_private_space(
    name: str, members: int, requests: int, manage: int, as_: As, cast: Cast, guest: Person, bob: Person, workshop: PlaceFacts
) -> None:
    visitor = as_({**cast.people, "guest": guest}[name])
    assert visitor.get(MEMBERS).status == members
    assert visitor.get(f"{MEMBERS}?show=requests").status == requests
    assert visitor.get(f"{MEMBERS}/{bob.member_id}").status == manage


def test_the_people_of_a_space_are_searched_and_paged(
    as_: As, ada: Person, bob: Person, workshop: PlaceFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("community.communities.views.space_members.PAGE", 2)
    first = as_(bob).get(MEMBERS)
    assert names(first) == ["Bob Tanaka", "Mia Lindqvist"]
    assert names(as_(bob).get(str(first.one(".pager a").attributes["href"]))) == ["Ada Okafor"]
    assert names(as_(bob).get(f"{MEMBERS}?q=LINDQ")) == ["Mia Lindqvist"]
    assert as_(bob).get(f"{MEMBERS}?q=zzz").text(".empty") == "No member matches"
    assert names(as_(bob).get(f"{MEMBERS}?show=staff")) == ["Ada Okafor"]


def test_what_was_said_of_a_hidden_space_is_named_no_more_to_who_is_out(
    as_: As, ada: Person, bob: Person, workshop: PlaceFacts, drain: Drain
) -> None:
    change(workshop, visibility="HIDDEN")
    as_(ada, confirmed=True).post(f"{MEMBERS}/{bob.member_id}/role", role="MODERATOR")
    drain()
    assert "You are a moderator of Workshop now" in as_(bob).get("/notifications").texts(".notice__text")
    as_(ada).post(f"{MEMBERS}/{bob.member_id}/remove")
    drain()
    page = as_(bob).get("/notifications")
    assert set(page.texts(".notice__text")) == {"This is not available any more"}
    assert "Workshop" not in page.text("main")
    assert as_(bob).get(MEMBERS).status == 404


def test_a_suspended_moderator_of_a_space_acts_no_more(as_: As, bob: Person, cleo: Person, workshop: PlaceFacts) -> None:
    make(bob, workshop, role="MODERATOR")
    make(cleo, workshop)
    change_member(bob, status="SUSPENDED")
    assert as_(bob).post(f"{MEMBERS}/{cleo.member_id}/remove").status == 403
    assert db.session.get(Member, bob.member_id).status == "SUSPENDED"
