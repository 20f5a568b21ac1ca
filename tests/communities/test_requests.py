"""Asking to join, and the answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import time_machine

from community.communities.models import Community, Member, MemberPeriod
from community.communities.policies import ASK_AGAIN_AFTER
from community.core.clock import now
from community.extensions import db
from tests.cast import Cast, Person, PlaceFacts
from tests.communities.conftest import Found
from tests.visitor import Visitor

As = Callable[[Person], Visitor]


@pytest.fixture
def asking(as_: As, eve: Person, bikes: PlaceFacts) -> Member:
    """Eve's request to join bikes, which approves its members."""
    db.session.get(Community, bikes.id).join_policy = "APPROVAL"
    as_(eve).post("/c/bikes/join")
    member = db.session.query(Member).filter_by(community_id=bikes.id, user_id=eve.user_id).one()
    assert member.status == "PENDING"
    return member


@pytest.mark.parametrize(("name", "sees"), [("ada", True), ("mia", True), ("bob", False), ("eve", False)])
def test_the_staff_sees_who_waits(name: str, sees: bool, as_: As, cast: Cast, asking: Member) -> None:
    page = as_(cast.people[name]).get("/c/bikes/members")
    assert page.texts("#requests .request header a") == (["Eve Novak"] if sees else [])
    assert "Eve Novak" not in page.texts(".people:not(#requests *) .member-card__name a")


def test_a_request_is_approved(as_: As, mia: Person, eve: Person, asking: Member, bikes: PlaceFacts) -> None:
    before = db.session.get(Community, bikes.id).member_count
    after = as_(mia).get("/c/bikes/members").form("#requests form[action$=approve]").send().follow()
    assert after.texts("#requests .request header a") == []
    assert "Eve Novak" in after.texts(".member-card__name a")
    member = db.session.get(Member, asking.id)
    assert (member.status, member.role) == ("ACTIVE", "MEMBER")
    assert db.session.get(Community, bikes.id).member_count == before + 1
    assert db.session.query(MemberPeriod).filter_by(member_id=asking.id, ended_at=None).count() == 1
    assert as_(eve).get("/c/bikes/new").status == 200, "at once"


def test_a_declined_request_may_be_repeated_a_week_later(as_: As, ada: Person, eve: Person, asking: Member) -> None:
    answer = as_(ada).htmx_post(f"/c/bikes/members/{asking.id}/decline")
    assert answer.status == 200
    assert answer.has("#requests[hidden]")
    assert db.session.get(Member, asking.id).status == "ARCHIVED"
    assert db.session.query(MemberPeriod).filter_by(member_id=asking.id).count() == 0
    again = as_(eve).post("/c/bikes/join")
    assert again.status == 403
    assert "You may ask again on" in again.text("main")
    with time_machine.travel(now() + ASK_AGAIN_AFTER):
        assert as_(eve).post("/c/bikes/join").status == 303
    assert db.session.get(Member, asking.id).status == "PENDING"


def test_who_asked_already_is_told_so(as_: As, eve: Person, asking: Member) -> None:
    again = as_(eve).post("/c/bikes/join")
    assert again.status == 409
    assert "You asked already." in again.text("main")
    assert db.session.query(Member).filter_by(user_id=eve.user_id).count() == 1


def test_who_asked_is_in_at_once_where_everybody_may_join_meanwhile(
    as_: As, eve: Person, asking: Member, bikes: PlaceFacts, redis
) -> None:
    db.session.get(Community, bikes.id).join_policy = "OPEN"
    db.session.commit()
    redis.flushdb()
    assert as_(eve).post("/c/bikes/join").location == "/c/bikes/welcome"
    assert db.session.get(Member, asking.id).status == "ACTIVE"


def test_an_earlier_no_is_seen_by_who_answers(as_: As, ada: Person, mia: Person, eve: Person, asking: Member) -> None:
    as_(ada).post(f"/c/bikes/members/{asking.id}/decline", reason="Tell us more first.")
    about = as_(eve).get("/c/bikes/about")
    assert "Reason: Tell us more first." in about.text(".page-head__actions .note")
    assert not about.has(".page-head__actions a.btn--primary")
    with time_machine.travel(now() + ASK_AGAIN_AFTER):
        as_(eve).post("/c/bikes/join")
        seen = as_(mia).get("/c/bikes/members").text("#requests .request")
    assert "Tell us more first." in seen


def test_a_withdrawn_request_may_be_repeated_at_once(as_: As, eve: Person, asking: Member) -> None:
    as_(eve).post("/c/bikes/leave")
    assert as_(eve).post("/c/bikes/join").status == 303
    assert db.session.get(Member, asking.id).status == "PENDING"


@pytest.mark.parametrize("verb", ["approve", "decline"])
def test_only_the_staff_answers(verb: str, as_: As, bob: Person, eve: Person, guest: Person, asking: Member) -> None:
    for person in (bob, eve, guest):
        assert as_(person).post(f"/c/bikes/members/{asking.id}/{verb}").status == 403
    assert db.session.get(Member, asking.id).status == "PENDING"


@pytest.mark.parametrize("verb", ["approve", "decline"])
def test_a_request_is_answered_once(verb: str, as_: As, ada: Person, mia: Person, asking: Member) -> None:
    assert as_(ada).post(f"/c/bikes/members/{asking.id}/approve").status == 303
    assert as_(mia).post(f"/c/bikes/members/{asking.id}/{verb}").status == 409
    assert db.session.get(Member, asking.id).status == "ACTIVE"


def test_a_request_to_another_community_does_not_exist(
    as_: As, ada: Person, eve: Person, asking: Member, found: Found
) -> None:
    found("trikes")
    assert as_(ada).post(f"/c/trikes/members/{asking.id}/approve").status == 404
    assert as_(ada).post("/c/bikes/members/99999999/approve").status == 404
    assert as_(ada).post(f"/c/bikes/members/{asking.id}/approve").status == 303


def test_the_staff_hears_of_a_request_and_the_person_of_the_answer(
    as_: As, cast: Cast, ada: Person, eve: Person, asking: Member, drain: Callable[[], object]
) -> None:
    drain()
    heard = {
        name: as_(cast.people[name]).get("/notifications").texts(".notice__text") for name in ("ada", "mia", "bob")
    }
    assert heard == {"ada": ["Eve Novak asks to join Bikes"], "mia": ["Eve Novak asks to join Bikes"], "bob": []}
    as_(ada).post(f"/c/bikes/members/{asking.id}/approve")
    drain()
    assert as_(eve).get("/notifications").texts(".notice__text") == ["You are a member of Bikes now"]


def test_the_person_hears_of_a_no(
    as_: As, ada: Person, eve: Person, asking: Member, drain: Callable[[], object]
) -> None:
    as_(ada).post(f"/c/bikes/members/{asking.id}/decline")
    drain()
    assert as_(eve).get("/notifications").texts(".notice__text") == ["Bikes did not take your request to join"]
