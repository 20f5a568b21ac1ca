"""Muting people in a space, removing them and shutting them out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
import time_machine

from community.communities.models import Space, SpaceMember
from community.core import cache
from community.core.audit import AuditLog
from community.core.clock import now
from community.extensions import db
from community.notifications.models import Notification
from tests.cast import Cast, Person, PlaceFacts
from tests.content import compose, page_of, published
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


@pytest.mark.parametrize(
    ("own", "other", "status"),
    [("MODERATOR", "bob", 303), ("MODERATOR", "mia", 403), ("OWNER", "mia", 303), ("OWNER", "ada", 403), ("MEMBER", "bob", 403)],
)
def test_nobody_acts_on_who_stands_as_high(
    own: str, other: str, status: int, as_: As, cast: Cast, cleo: Person, workshop: PlaceFacts
) -> None:
    make(cleo, workshop, role=own)
    person = cast.people[other]
    for act, form in (("mute", {"days": "1", "reason": "Loud"}), ("remove", {}), ("ban", {"days": "7", "reason": "Loud"})):
        assert as_(cleo).post(f"{MEMBERS}/{person.member_id}/{act}", **form).status == status, act


def test_who_is_muted_in_a_space_reads_there_and_writes_elsewhere(
    as_: As, ada: Person, bob: Person, bikes: PlaceFacts, workshop: PlaceFacts, general: PlaceFacts, drain: Drain
) -> None:
    post = published(bikes, ada, space=workshop)
    assert as_(bob).get(page_of(post)).has("#composer")
    muted = as_(ada).get(f"{MEMBERS}/{bob.member_id}").form("#mute-form").send(days="3", reason="Shouting")
    assert muted.status == 303
    page = as_(bob).get(page_of(post))
    assert page.status == 200
    assert not page.has("#composer")
    assert "You are muted in this space until" in page.text(".thread__closed")
    assert as_(bob).post(page_of(post) + "/comments", body="But").status == 403
    assert compose(as_(bob), title="Elsewhere", content="This works.", space=str(general.id)).status == 303
    logged = db.session.query(AuditLog).filter_by(action="space_member.muted").one()
    assert (logged.reason, logged.action_class) == ("Shouting", "MODERATION_ACTION")
    drain()
    assert told(bob) == ["You cannot write in Workshop for a while"]
    with time_machine.travel(now() + (row_of(bob, workshop).muted_until - now())):
        assert as_(bob).get(page_of(post)).has("#composer"), "it ends by itself"
    as_(ada).get(f"{MEMBERS}/{bob.member_id}").form("#unmute-form").send()
    assert as_(bob).get(page_of(post)).has("#composer")


@pytest.mark.parametrize(("visibility", "reads"), [("PUBLIC", True), ("PRIVATE", False)])
def test_who_is_banned_from_a_space_reads_it_only_where_everybody_does(
    visibility: str, reads: bool, as_: As, ada: Person, bob: Person, bikes: PlaceFacts, workshop: PlaceFacts
) -> None:
    change(workshop, visibility=visibility)
    post = published(bikes, ada, space=workshop)
    before = db.session.get(Space, workshop.id).member_count
    banned = as_(ada).get(f"{MEMBERS}/{bob.member_id}").form("#ban-form").send(days="7", reason="Spam")
    assert banned.status == 303
    assert as_(bob).get(page_of(post)).status == (200 if reads else 404)
    assert as_(bob).post(page_of(post) + "/comments", body="But").status == (403 if reads else 404)
    assert as_(bob).post(f"{workshop.url}join").status == 403, "and cannot ask to come back"
    assert db.session.get(Space, workshop.id).member_count == before - 1
    assert names(as_(ada).get(f"{MEMBERS}?show=banned")) == ["Bob Tanaka"]
    with time_machine.travel(row_of(bob, workshop).banned_until):
        cache.raise_generation(f"u:{bob.user_id}")
        assert as_(bob).post(f"{workshop.url}join").status == 303, "until the ban ends"


def test_a_ban_without_an_end_is_lifted(as_: As, ada: Person, bob: Person, workshop: PlaceFacts) -> None:
    as_(ada).post(f"{MEMBERS}/{bob.member_id}/ban", days="0", reason="Spam")
    assert row_of(bob, workshop).banned_until is None
    as_(ada).get(f"{MEMBERS}/{bob.member_id}").form("#unban-form").send()
    assert as_(bob).post(f"{workshop.url}join").status == 303
    assert row_of(bob, workshop).status == "PENDING"
